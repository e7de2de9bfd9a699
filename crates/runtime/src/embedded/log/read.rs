//! Reading `log.db`: batches, and the offset at a time.

use std::sync::PoisonError;

use bytes::Bytes;
use kernel::Record;
use rusqlite::{Connection, Row, params};

use super::catalogue::Partition;
use crate::embedded::codec::{Texts, decode_headers};
use crate::embedded::sqlite;
use crate::ports::{Batch, PortError, ReadLimits};

const BATCH: &str = "SELECT id, timestamp, key, headers, value FROM records \
     WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3";
const NEXT_TIME: &str =
    "SELECT id, timestamp FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1";
const FIRST_AT: &str = "SELECT id FROM records WHERE id >= ?1 AND id < ?2 AND timestamp >= ?3 \
     ORDER BY id LIMIT 1";

/// Tells which partition a read failed in.
pub(super) fn fault(partition: &Partition, from: u64, error: &rusqlite::Error) -> PortError {
    sqlite::fault(&format!("read {}/{from}", partition.name()), error)
}

/// The batch from memory: empty at the end, `None` when SQLite must be asked.
pub(super) fn from_tail(partition: &Partition, from: u64, limits: ReadLimits) -> Option<Batch> {
    let end = partition.end();
    if from >= end {
        return Some(Batch {
            records: Vec::new(),
            next: from,
            end,
        });
    }
    partition
        .tail
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .read(from.max(partition.start()), end, limits)
}

/// The batch from SQLite.
pub(super) fn from_file(
    conn: &Connection,
    partition: &Partition,
    from: u64,
    limits: ReadLimits,
) -> Result<Batch, PortError> {
    // Not past what is published, even if more is committed: `next` must not overtake `end`.
    let end = partition.end();
    let from = from.max(partition.start());
    let mut records: Vec<Record> = Vec::new();
    let records_max = i64::try_from(limits.records.max(1)).unwrap_or(i64::MAX);
    let (mut bytes, mut texts) = (0, Texts::default());
    if from < end {
        let mut statement = conn
            .prepare_cached(BATCH)
            .map_err(|e| fault(partition, from, &e))?;
        let mut rows = statement
            .query(params![
                partition.row_id(from),
                partition.row_id(end),
                records_max
            ])
            .map_err(|e| fault(partition, from, &e))?;
        loop {
            let at = records.last().map_or(from, |r| r.offset + 1);
            let Some(row) = rows.next().map_err(|e| fault(partition, at, &e))? else {
                break;
            };
            let record = record(partition, row, at, &mut texts)?;
            bytes += record.size();
            records.push(record);
            if bytes >= limits.bytes {
                break;
            }
        }
    }
    let next = records.last().map_or(end.max(from), |r| r.offset + 1);
    Ok(Batch { records, next, end })
}

fn record(
    partition: &Partition,
    row: &Row<'_>,
    at: u64,
    texts: &mut Texts,
) -> Result<Record, PortError> {
    let id: i64 = row.get(0).map_err(|e| fault(partition, at, &e))?;
    let offset = partition.offset_of(id);
    let corrupt = |what: String| {
        PortError::refused(format!(
            "record {}/{offset} is corrupt: {what}",
            partition.name()
        ))
    };
    let blob = |i: usize| -> Result<Option<&[u8]>, PortError> {
        let value = row.get_ref(i).map_err(|e| corrupt(e.to_string()))?;
        value.as_bytes_or_null().map_err(|e| corrupt(e.to_string()))
    };
    let headers = blob(3)?.ok_or_else(|| corrupt("it has no headers".into()))?;
    let headers =
        decode_headers(headers, texts).map_err(|e| corrupt(format!("its envelope {e}")))?;
    Ok(Record {
        offset,
        timestamp: row.get(1).map_err(|e| corrupt(e.to_string()))?,
        key: blob(2)?.map(Bytes::copy_from_slice),
        headers,
        value: blob(4)?.map(Bytes::copy_from_slice),
    })
}

/// The first offset in `[start, end)` whose time is at or after `timestamp`; the end if there is none.
pub(super) fn offset_at(
    conn: &Connection,
    partition: &Partition,
    timestamp: i64,
) -> Result<u64, PortError> {
    let row = partition.row();
    let ids = |from, to| params_of(partition, from, to);
    if !row.ordered {
        let (from, to) = ids(row.start, row.end);
        let found = conn
            .prepare_cached(FIRST_AT)
            .and_then(|mut statement| {
                let mut rows = statement.query(params![from, to, timestamp])?;
                rows.next()?.map(|row| row.get::<_, i64>(0)).transpose()
            })
            .map_err(|e| fault(partition, row.start, &e))?;
        return Ok(found.map_or(row.end, |id| partition.offset_of(id)));
    }
    // Everything below `low` is too early; the record at `high` is not, or `high` is the end.
    let (mut low, mut high) = (row.start, row.end);
    let mut statement = conn
        .prepare_cached(NEXT_TIME)
        .map_err(|e| fault(partition, low, &e))?;
    while low < high {
        let middle = low + (high - low) / 2;
        let (from, to) = ids(middle, high);
        let mut next = || -> rusqlite::Result<Option<(i64, i64)>> {
            let mut rows = statement.query(params![from, to])?;
            rows.next()?
                .map(|row| Ok((row.get(0)?, row.get(1)?)))
                .transpose()
        };
        match next().map_err(|e| fault(partition, middle, &e))? {
            Some((id, time)) if time < timestamp => low = partition.offset_of(id) + 1,
            Some(_) | None => high = middle,
        }
    }
    // `high` may have stopped in a gap before the record that is not too early.
    let (from, to) = ids(high, row.end);
    let found = statement
        .query(params![from, to])
        .and_then(|mut rows| rows.next()?.map(|row| row.get::<_, i64>(0)).transpose())
        .map_err(|e| fault(partition, high, &e))?;
    Ok(found.map_or(row.end, |id| partition.offset_of(id)))
}

fn params_of(partition: &Partition, from: u64, to: u64) -> (i64, i64) {
    (partition.row_id(from), partition.row_id(to))
}
