//! Finding the true end of each partition when the log is opened.
//!
//! A partition's counts are written about once a second, not with every append: that would double what a small commit
//! writes. The records themselves say what came after the counts were last written.

use rusqlite::{Connection, params};

use super::catalogue::{OFFSET_BITS, OFFSET_MAX, PartitionRow};

/// What a record counts for, in bytes.
pub(super) const SIZE: &str = "ifnull(length(key), 0) + length(headers) + ifnull(length(value), 0)";

/// Counts the records that came after `row` was written.
pub(super) fn catch_up(conn: &Connection, row: &mut PartitionRow) -> rusqlite::Result<()> {
    let base = row.id << OFFSET_BITS;
    let end = base + row.end.cast_signed();
    let limit = base + OFFSET_MAX.cast_signed();
    let mut statement = conn.prepare_cached(&format!(
        "SELECT id, timestamp, {SIZE} FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id"
    ))?;
    let mut rows = statement.query(params![end, limit])?;
    while let Some(record) = rows.next()? {
        let timestamp: i64 = record.get(1)?;
        row.end = (record.get::<_, i64>(0)? - base).cast_unsigned() + 1;
        row.records += 1;
        row.bytes += record.get::<_, i64>(2)?.cast_unsigned();
        row.ordered &= timestamp >= row.timestamp;
        row.timestamp = timestamp;
    }
    Ok(())
}
