//! Retention and compaction: what may go, found on a reading connection, deleted in small transactions.
//!
//! Offsets are never used again. Compaction leaves the start offset where it is: it loses nothing that matters.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::catalogue::{Partition, TopicState};
use super::recovery::SIZE;
use super::writer::Writer;
use super::{Inner, read, tail};
use crate::ports::{Clock, PortError, Retention};

/// Records deleted in one transaction: appends go in between.
const STEP: usize = 2000;
/// Keys held in memory while compacting; a partition with more is compacted in several runs.
const KEYS_BYTES_MAX: usize = 64 << 20;

/// What one run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Records deleted because of their age or the size of their partition.
    pub expired: u64,
    /// Records deleted because a newer one has their key, and tombstones that had their time.
    pub compacted: u64,
}

/// Looks after retention in the background until the log is closed. Needs a tokio runtime.
pub(super) fn start_janitor(inner: &Arc<Inner>, clock: Arc<dyn Clock>) {
    let (Some(every), Ok(runtime)) = (
        inner.options.retention_interval,
        tokio::runtime::Handle::try_current(),
    ) else {
        return;
    };
    let (log, closed) = (Arc::downgrade(inner), inner.closed.clone());
    let janitor = async move {
        let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(log) = log.upgrade() else { return };
            match run(&log, clock.now_ms()).await {
                Ok(swept) if swept == Swept::default() => {}
                Ok(swept) => tracing::info!(
                    log.expired = swept.expired,
                    log.compacted = swept.compacted,
                    "retention removed records"
                ),
                Err(error) => {
                    tracing::warn!(%error, "retention failed, will be tried again");
                }
            }
        }
    };
    runtime.spawn(async move { closed.run_until_cancelled(janitor).await });
}

/// Deletes and compacts everything that may go at `now_ms`.
pub(super) async fn run(inner: &Inner, now_ms: i64) -> Result<Swept, PortError> {
    inner.queue()?;
    let mut swept = Swept::default();
    for topic in inner.catalogue.all() {
        let retention = topic.retention();
        for partition in &topic.partitions {
            swept.expired += expire(inner, partition, &retention, now_ms).await?;
            if retention.compact {
                swept.compacted += compact(inner, &topic, partition, now_ms).await?;
            }
        }
    }
    Ok(swept)
}

/// Deletes from the start of a partition what is too old or too much.
async fn expire(
    inner: &Inner,
    partition: &Arc<Partition>,
    retention: &Retention,
    now_ms: i64,
) -> Result<u64, PortError> {
    let mut upto = partition.start();
    if let Some(time) = retention.time {
        let age_ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let oldest = now_ms.saturating_sub(age_ms);
        let of = Arc::clone(partition);
        let kept = inner
            .pool
            .run(move |conn| read::offset_at(conn, &of, oldest))
            .await?;
        upto = upto.max(kept);
    }
    let bytes = partition.row().bytes;
    if let Some(excess) = retention.bytes.and_then(|max| bytes.checked_sub(max))
        && excess > 0
    {
        let of = Arc::clone(partition);
        let kept = inner
            .pool
            .run(move |conn| offset_after(conn, &of, excess))
            .await?;
        upto = upto.max(kept);
    }
    let mut expired = 0;
    while partition.start() < upto {
        let to = upto.min(partition.start() + STEP as u64);
        let of = Arc::clone(partition);
        expired += inner
            .call(move |writer| writer.delete_before(&of, to))
            .await?;
    }
    Ok(expired)
}

/// The offset up to which the oldest records make up `excess` bytes; never past the newest record.
fn offset_after(conn: &Connection, partition: &Partition, excess: u64) -> Result<u64, PortError> {
    let row = partition.row();
    let newest = row.end.saturating_sub(1);
    let find = || -> rusqlite::Result<u64> {
        let mut statement = conn.prepare_cached(&format!(
            "SELECT id, {SIZE} FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id"
        ))?;
        let mut rows = statement.query(params![
            partition.row_id(row.start),
            partition.row_id(newest)
        ])?;
        let (mut gone, mut upto) = (0, row.start);
        while gone < excess {
            let Some(row) = rows.next()? else { break };
            gone += row.get::<_, i64>(1)?.cast_unsigned();
            upto = partition.offset_of(row.get(0)?) + 1;
        }
        Ok(upto)
    };
    find().map_err(|e| read::fault(partition, row.start, &e))
}

/// Keeps the newest record of each key, in one partition.
async fn compact(
    inner: &Inner,
    topic: &TopicState,
    partition: &Arc<Partition>,
    now_ms: i64,
) -> Result<u64, PortError> {
    let row = partition.row();
    let dirty = row.end - row.clean.clamp(row.start, row.end);
    let enough = u64::from(inner.options.compact_dirty_percent) * (row.end - row.start) / 100;
    let worth_it = dirty > 0 && dirty >= enough;
    let delay_ms = i64::try_from(inner.options.tombstone_delay.as_millis()).unwrap_or(i64::MAX);
    let tombstones_before = now_ms.saturating_sub(delay_ms);
    let of = Arc::clone(partition);
    let plan = move |conn: &Connection| {
        let from = row.clean.max(row.start);
        let (newest, clean) = if worth_it {
            newest_of_keys(conn, &of, from..row.end)?
        } else {
            (HashMap::new(), from)
        };
        let gone = superseded(
            conn,
            &of,
            row.start..row.end,
            clean,
            &newest,
            tombstones_before,
        )?;
        Ok((gone, clean))
    };
    let (gone, clean) = inner.pool.run(plan).await?;
    let mut compacted = 0;
    for step in gone.chunks(STEP) {
        let (of, step) = (Arc::clone(partition), step.to_vec());
        compacted += inner
            .call(move |writer| writer.delete_offsets(&of, &step))
            .await?;
    }
    if clean > row.clean {
        let of = Arc::clone(partition);
        inner
            .call(move |writer| writer.set_clean(&of, clean))
            .await?;
        tracing::debug!(topic.name = %topic.name, partition = row.partition, clean, "compacted");
    }
    Ok(compacted)
}

/// The newest offset of each key in `offsets`, and how far the keys fit into memory.
fn newest_of_keys(
    conn: &Connection,
    partition: &Partition,
    offsets: Range<u64>,
) -> Result<(HashMap<Vec<u8>, u64>, u64), PortError> {
    let find = || -> rusqlite::Result<_> {
        let mut statement =
            conn.prepare_cached("SELECT id, key FROM records WHERE id >= ?1 AND id < ?2")?;
        let mut rows = statement.query(params![
            partition.row_id(offsets.start),
            partition.row_id(offsets.end)
        ])?;
        let (mut newest, mut bytes) = (HashMap::new(), 0);
        while let Some(row) = rows.next()? {
            let offset = partition.offset_of(row.get(0)?);
            let Some(key) = row.get_ref(1)?.as_bytes_or_null()? else {
                continue;
            };
            if bytes > KEYS_BYTES_MAX {
                return Ok((newest, offset));
            }
            if let Some(known) = newest.get_mut(key) {
                *known = offset;
            } else {
                bytes += key.len() + 64;
                newest.insert(key.to_vec(), offset);
            }
        }
        Ok((newest, offsets.end))
    };
    find().map_err(|e| read::fault(partition, offsets.start, &e))
}

/// Offsets that a newer record of their key replaces, and old tombstones below `clean`, in order. Beyond `clean` a
/// tombstone may be all that hides an older value. Never the partition's newest record.
fn superseded(
    conn: &Connection,
    partition: &Partition,
    offsets: Range<u64>,
    clean: u64,
    newest: &HashMap<Vec<u8>, u64>,
    tombstones_before: i64,
) -> Result<Vec<u64>, PortError> {
    let find = || -> rusqlite::Result<_> {
        // Only tombstones matter when no key is known to be newer.
        let which = if newest.is_empty() {
            "AND value IS NULL AND key IS NOT NULL"
        } else {
            ""
        };
        let mut statement = conn.prepare_cached(&format!(
            "SELECT id, key, timestamp, value IS NULL FROM records \
             WHERE id >= ?1 AND id < ?2 {which} ORDER BY id"
        ))?;
        let mut rows = statement.query(params![
            partition.row_id(offsets.start),
            partition.row_id(offsets.end.saturating_sub(1))
        ])?;
        let mut gone = Vec::new();
        while let Some(row) = rows.next()? {
            let offset = partition.offset_of(row.get(0)?);
            let Some(key) = row.get_ref(1)?.as_bytes_or_null()? else {
                continue;
            };
            let replaced = newest.get(key).is_some_and(|newer| *newer > offset);
            let tombstone: bool = row.get(3)?;
            let old = tombstone && offset < clean && row.get::<_, i64>(2)? < tombstones_before;
            if replaced || old {
                gone.push(offset);
            }
        }
        Ok(gone)
    };
    find().map_err(|e| read::fault(partition, offsets.start, &e))
}

impl Writer {
    /// Deletes records below `upto` and moves the start there. Says how many there were.
    fn delete_before(&mut self, partition: &Arc<Partition>, upto: u64) -> Result<u64, PortError> {
        let mut row = partition.row();
        let range = params_range(partition, row.start, upto);
        row.start = upto;
        let deleted = self.transaction(|conn, context| {
            let mut delete = || -> rusqlite::Result<u64> {
                let (records, bytes) = conn
                    .prepare_cached(&format!(
                        "SELECT count(*), ifnull(sum({SIZE}), 0) FROM records \
                         WHERE id >= ?1 AND id < ?2"
                    ))?
                    .query_row(range, counts)?;
                conn.prepare_cached("DELETE FROM records WHERE id >= ?1 AND id < ?2")?
                    .execute(range)?;
                row.records -= records;
                row.bytes -= bytes;
                // An empty partition has no order to keep.
                row.ordered |= row.records == 0;
                super::schema::save_partition(conn, &row)?;
                Ok(records)
            };
            delete().map_err(|e| context.fault(&e))
        })?;
        partition.set(&row);
        tail::forget(partition, |offset| offset < upto);
        Ok(deleted)
    }

    /// Deletes single records. Says how many there were.
    fn delete_offsets(
        &mut self,
        partition: &Arc<Partition>,
        offsets: &[u64],
    ) -> Result<u64, PortError> {
        let mut row = partition.row();
        let deleted = self.transaction(|conn, context| {
            let mut delete = || -> rusqlite::Result<u64> {
                let mut size =
                    conn.prepare_cached(&format!("SELECT 1, {SIZE} FROM records WHERE id = ?1"))?;
                let mut delete = conn.prepare_cached("DELETE FROM records WHERE id = ?1")?;
                let mut deleted = 0;
                for offset in offsets {
                    let id = partition.row_id(*offset);
                    let mut rows = size.query(params![id])?;
                    let Some(found) = rows.next()? else { continue };
                    let (records, bytes) = counts(found)?;
                    drop(rows);
                    delete.execute(params![id])?;
                    row.records -= records;
                    row.bytes -= bytes;
                    deleted += records;
                }
                super::schema::save_partition(conn, &row)?;
                Ok(deleted)
            };
            delete().map_err(|e| context.fault(&e))
        })?;
        partition.set(&row);
        let gone: HashSet<u64> = offsets.iter().copied().collect();
        tail::forget(partition, |offset| gone.contains(&offset));
        Ok(deleted)
    }

    /// Remembers how far a partition is compacted.
    fn set_clean(&mut self, partition: &Arc<Partition>, clean: u64) -> Result<(), PortError> {
        let mut row = partition.row();
        row.clean = clean;
        self.transaction(|conn, context| {
            super::schema::save_partition(conn, &row).map_err(|e| context.fault(&e))
        })?;
        partition.set(&row);
        Ok(())
    }
}

fn params_range(partition: &Partition, from: u64, to: u64) -> (i64, i64) {
    (partition.row_id(from), partition.row_id(to))
}

fn counts(row: &rusqlite::Row<'_>) -> rusqlite::Result<(u64, u64)> {
    Ok((
        row.get::<_, i64>(0)?.cast_unsigned(),
        row.get::<_, i64>(1)?.cast_unsigned(),
    ))
}
