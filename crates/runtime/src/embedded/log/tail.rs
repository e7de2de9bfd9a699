//! The newest records of each partition, kept in memory so that live readers never touch SQLite.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use kernel::Record;

use super::catalogue::Partition;
use crate::ports::{Batch, ReadLimits};

/// The newest records of one partition: everything it has from `from` on.
pub(super) struct Tail {
    from: u64,
    records: VecDeque<Record>,
}

impl Tail {
    /// A tail that holds whatever comes from `from` on: nothing yet.
    pub(super) fn starting_at(from: u64) -> Self {
        Self {
            from,
            records: VecDeque::new(),
        }
    }

    /// The batch from `from` on, if all of it is here. `next` after an empty batch is `end`.
    pub(super) fn read(&self, from: u64, end: u64, limits: ReadLimits) -> Option<Batch> {
        if from < self.from {
            return None;
        }
        let first = self.records.partition_point(|r| r.offset < from);
        let (mut records, mut bytes) = (Vec::new(), 0);
        for record in self.records.range(first..) {
            let full = records.len() >= limits.records.max(1) || bytes >= limits.bytes.max(1);
            if record.offset >= end || full {
                break;
            }
            bytes += record.size();
            records.push(record.clone());
        }
        let next = records
            .last()
            .map_or(end.max(from), |r: &Record| r.offset + 1);
        Some(Batch { records, next, end })
    }

    fn drop_first(&mut self, below: u64) -> usize {
        let mut bytes = 0;
        while self.records.front().is_some_and(|r| r.offset < below) {
            bytes += self.records.pop_front().map_or(0, |r| r.size());
        }
        self.from = self.from.max(below);
        bytes
    }
}

/// Keeps all tails together within a number of bytes: the oldest records go first, whatever their partition.
pub(super) struct TailBudget {
    bytes: usize,
    bytes_max: usize,
    /// In the order they came: partition, one past the last offset, bytes.
    pushes: VecDeque<(Arc<Partition>, u64, usize)>,
}

impl TailBudget {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            bytes: 0,
            bytes_max,
            pushes: VecDeque::new(),
        }
    }

    /// Adds committed records; the partition's end must not be published before.
    pub(super) fn push(&mut self, partition: &Arc<Partition>, records: Vec<Record>) {
        let Some(last) = records.last() else { return };
        let upto = last.offset + 1;
        let bytes = records.iter().map(Record::size).sum();
        partition
            .tail
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .records
            .extend(records);
        self.pushes.push_back((Arc::clone(partition), upto, bytes));
        self.bytes += bytes;
    }

    /// Lets the oldest go until the rest fits.
    pub(super) fn trim(&mut self) {
        while self.bytes > self.bytes_max {
            let Some((partition, upto, bytes)) = self.pushes.pop_front() else {
                return;
            };
            partition
                .tail
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .drop_first(upto);
            self.bytes -= bytes;
        }
    }
}

/// Takes records out that retention or compaction deleted. Their bytes leave the budget when their push does.
pub(super) fn forget(partition: &Partition, deleted: impl Fn(u64) -> bool) {
    partition
        .tail
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .records
        .retain(|r| !deleted(r.offset));
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::PartitionRow;
    use super::*;
    use kernel::{Headers, Topic};

    fn record(offset: u64) -> Record {
        Record {
            offset,
            timestamp: 0,
            key: None,
            headers: Headers::new(uuid::Uuid::nil(), "k", "s"),
            value: None,
        }
    }

    #[test]
    fn the_oldest_records_go_first_and_older_reads_are_sent_to_the_file() {
        let topic: Topic = "t".into();
        let one = Arc::new(Partition::new(&topic, &PartitionRow::empty(1, 0)));
        let two = Arc::new(Partition::new(&topic, &PartitionRow::empty(2, 1)));
        let mut budget = TailBudget::new(record(0).size() * 2);
        budget.push(&one, vec![record(0)]);
        budget.push(&two, vec![record(0)]);
        budget.push(&one, vec![record(1)]);
        budget.trim();
        let read = |p: &Partition, from| {
            let tail = p.tail.read().expect("not poisoned");
            tail.read(from, 2, ReadLimits::default())
                .map(|b| (b.records.len(), b.next))
        };
        assert_eq!(read(&one, 0), None);
        assert_eq!(read(&one, 1), Some((1, 2)));
        assert_eq!(read(&two, 0), Some((1, 1)));
    }

    #[test]
    fn limits_hold_and_say_where_to_read_on() {
        let topic: Topic = "t".into();
        let one = Arc::new(Partition::new(&topic, &PartitionRow::empty(1, 0)));
        let mut budget = TailBudget::new(usize::MAX);
        budget.push(&one, (0..9).map(record).collect());
        let tail = one.tail.read().expect("not poisoned");
        let limits = ReadLimits {
            records: 4,
            bytes: usize::MAX,
        };
        let batch = tail.read(2, 9, limits).expect("all of it is here");
        assert_eq!((batch.records.len(), batch.next), (4, 6));
        let limits = ReadLimits {
            records: 4,
            bytes: 1,
        };
        let batch = tail.read(2, 9, limits).expect("all of it is here");
        assert_eq!((batch.records.len(), batch.next), (1, 3));
    }
}
