//! Small partitions that were read lately, kept whole, so that a repeated point read or short range never reaches
//! SQLite. Only for a store whose writer is in this process: it says what it has written.
//!
//! A reader that misses notes the shard's epoch, reads SQLite, and may keep what it found only if the epoch is still
//! the same. The writer raises the epoch after its commit and before anyone hears of it, so nothing older than an
//! acknowledged write is ever kept.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::ports::{Row, RowRange, TableName};

/// Rows a partition may have to be kept.
pub(super) const ROWS_MAX: usize = 16;
const SHARDS: usize = 16;
/// Rough cost of a row beside its bytes.
const ROW_COST: usize = 128;

/// A whole partition, in row-key order.
pub(super) type Rows = Arc<[Row]>;

#[derive(Default)]
struct Shard {
    epoch: u64,
    tables: HashMap<TableName, HashMap<Bytes, Rows>>,
    bytes: usize,
}

/// The partitions kept.
pub(super) struct Hot {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    shard_bytes_max: usize,
}

impl Hot {
    /// Keeps at most about `bytes_max`; 0 keeps nothing.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            shard_bytes_max: bytes_max / SHARDS,
        }
    }

    fn shard(&self, partition: &[u8]) -> std::sync::MutexGuard<'_, Shard> {
        let index = self.hasher.hash_one(partition) as usize % SHARDS;
        self.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The partition, or the epoch to bring along when filling it.
    pub(super) fn get(&self, table: &TableName, partition: &[u8]) -> Result<Rows, u64> {
        let shard = self.shard(partition);
        let found = shard
            .tables
            .get(table)
            .and_then(|partitions| partitions.get(partition));
        found.cloned().ok_or(shard.epoch)
    }

    /// Keeps a whole partition that was read after `epoch` was noted, unless something was written since.
    pub(super) fn fill(&self, table: &TableName, partition: &[u8], epoch: u64, rows: &Rows) {
        let cost = cost(rows) + partition.len();
        let mut shard = self.shard(partition);
        if shard.epoch != epoch || cost > self.shard_bytes_max / 4 {
            return;
        }
        if shard.bytes + cost > self.shard_bytes_max {
            // All at once: an order of use would cost every hit something, and what is hot is back soon.
            shard.tables.clear();
            shard.bytes = 0;
        }
        let key = Bytes::copy_from_slice(partition);
        let before = shard
            .tables
            .entry(table.clone())
            .or_default()
            .insert(key, Arc::clone(rows));
        shard.bytes += cost;
        if let Some(before) = before {
            shard.bytes -= self::cost(&before) + partition.len();
        }
    }

    /// Something was written to the partition: call it after the commit, before anyone hears of it.
    pub(super) fn forget(&self, table: &TableName, partition: &[u8]) {
        let mut shard = self.shard(partition);
        shard.epoch += 1;
        let gone = shard
            .tables
            .get_mut(table)
            .and_then(|partitions| partitions.remove(partition));
        if let Some(rows) = gone {
            shard.bytes -= cost(&rows) + partition.len();
        }
    }

    /// Anything may have been written.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.epoch += 1;
            shard.tables.clear();
            shard.bytes = 0;
        }
    }
}

fn cost(rows: &[Row]) -> usize {
    let bytes: usize = rows
        .iter()
        .map(|r| r.doc.len() + r.row.len() + ROW_COST)
        .sum();
    bytes + ROW_COST
}

/// One row of a whole partition.
pub(super) fn find(rows: &[Row], row: &[u8]) -> Option<Row> {
    let at = rows.binary_search_by(|r| r.row[..].cmp(row)).ok()?;
    Some(rows[at].clone())
}

/// A range of a whole partition.
pub(super) fn within(rows: &[Row], range: &RowRange) -> Vec<Row> {
    let inside = |r: &&Row| {
        range.from.as_ref().is_none_or(|from| r.row >= *from)
            && range.to.as_ref().is_none_or(|to| r.row < *to)
    };
    let wanted = rows.iter().filter(inside);
    if range.descending {
        wanted.rev().take(range.limit).cloned().collect()
    } else {
        wanted.take(range.limit).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Stamp;

    const TABLE: TableName = TableName {
        name: "t",
        generation: 1,
    };

    fn rows(n: u64) -> Rows {
        let row = |i: u64| Row {
            partition: Bytes::from_static(b"p"),
            row: Bytes::copy_from_slice(&i.to_be_bytes()),
            doc: Bytes::from_static(b"{}"),
            stamp: Stamp::write(i),
        };
        (0..n).map(row).collect()
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let hot = Hot::new(1 << 20);
        let epoch = hot.get(&TABLE, b"p").expect_err("nothing is kept yet");
        hot.forget(&TABLE, b"p");
        hot.fill(&TABLE, b"p", epoch, &rows(1));
        assert!(
            hot.get(&TABLE, b"p").is_err(),
            "it may be older than the write"
        );
        let epoch = hot.get(&TABLE, b"p").expect_err("still nothing");
        hot.fill(&TABLE, b"p", epoch, &rows(2));
        assert_eq!(hot.get(&TABLE, b"p").map(|r| r.len()), Ok(2));
        hot.forget(&TABLE, b"p");
        assert!(hot.get(&TABLE, b"p").is_err());
    }

    #[test]
    fn the_bound_holds_and_nothing_is_kept_without_room() {
        let hot = Hot::new(SHARDS * 2048);
        for i in 0..1000_u32 {
            let key = i.to_be_bytes();
            let epoch = hot.get(&TABLE, &key).expect_err("new");
            hot.fill(&TABLE, &key, epoch, &rows(1));
        }
        for shard in &hot.shards {
            assert!(shard.lock().expect("not poisoned").bytes <= 2048);
        }
        let none = Hot::new(0);
        let epoch = none.get(&TABLE, b"p").expect_err("new");
        none.fill(&TABLE, b"p", epoch, &rows(1));
        assert!(none.get(&TABLE, b"p").is_err());
    }

    #[test]
    fn ranges_of_a_whole_partition_are_those_of_the_store() {
        let rows = rows(5);
        let key = |i: u64| Some(Bytes::copy_from_slice(&i.to_be_bytes()));
        let numbers = |range: RowRange| -> Vec<u64> {
            within(&rows, &range)
                .iter()
                .map(|r| r.stamp.offset())
                .collect()
        };
        let all = RowRange {
            limit: 9,
            ..RowRange::default()
        };
        assert_eq!(numbers(all.clone()), [0, 1, 2, 3, 4]);
        assert_eq!(
            numbers(RowRange {
                descending: true,
                limit: 2,
                ..all.clone()
            }),
            [4, 3]
        );
        assert_eq!(
            numbers(RowRange {
                from: key(1),
                to: key(3),
                ..all
            }),
            [1, 2]
        );
        assert!(find(&rows, &3_u64.to_be_bytes()).is_some());
        assert!(find(&rows, b"x").is_none());
    }
}
