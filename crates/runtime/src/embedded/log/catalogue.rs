//! The log's topics and partitions as they are now, in memory: what readers look at without asking SQLite.
//!
//! Only the writing thread changes it, after its transaction is committed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use kernel::Topic;
use tokio::sync::watch;
use uuid::Uuid;

use super::tail::Tail;
use crate::ports::{PortError, Retention, TopicInfo, TopicSpec};

/// Bits of a row id that hold the offset; the rest holds the partition's number in the catalogue.
pub(super) const OFFSET_BITS: u32 = 40;
/// Offsets a partition may reach.
pub(super) const OFFSET_MAX: u64 = 1 << OFFSET_BITS;

/// One partition.
pub(super) struct Partition {
    /// Number in the catalogue; the upper bits of its records' row ids.
    pub(super) id: i64,
    pub(super) topic: Topic,
    pub(super) partition: u32,
    /// First kept offset.
    pub(super) start: AtomicU64,
    pub(super) records: AtomicU64,
    pub(super) bytes: AtomicU64,
    /// Below this offset each key is there once.
    pub(super) clean: AtomicU64,
    /// Time of the last record, ms.
    pub(super) timestamp: AtomicI64,
    /// Whether times never go back from record to record: then a time is found by bisection.
    pub(super) ordered: AtomicBool,
    /// End offset; readers wait for it to change.
    pub(super) end: watch::Sender<u64>,
    pub(super) tail: RwLock<Tail>,
}

/// What SQLite holds about one partition.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartitionRow {
    pub(super) id: i64,
    pub(super) partition: u32,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) records: u64,
    pub(super) bytes: u64,
    pub(super) clean: u64,
    pub(super) timestamp: i64,
    pub(super) ordered: bool,
}

impl PartitionRow {
    /// Moves the end to where an exported record belongs.
    ///
    /// # Errors
    /// `Refused` when the partition reaches past that offset.
    pub(super) fn move_end(&mut self, of: &Partition, offset: u64) -> Result<(), PortError> {
        if offset < self.end {
            return Err(PortError::refused(format!(
                "{} has records up to offset {}, so {offset} cannot be restored",
                of.name(),
                self.end
            )));
        }
        if self.records == 0 && self.start == self.end {
            self.start = offset;
        }
        self.end = offset;
        Ok(())
    }

    /// A partition without records.
    pub(super) fn empty(id: i64, partition: u32) -> Self {
        Self {
            id,
            partition,
            start: 0,
            end: 0,
            records: 0,
            bytes: 0,
            clean: 0,
            timestamp: i64::MIN,
            ordered: true,
        }
    }
}

impl Partition {
    pub(super) fn new(topic: &Topic, row: &PartitionRow) -> Self {
        let (end, _) = watch::channel(row.end);
        let partition = Self {
            id: row.id,
            topic: Arc::clone(topic),
            partition: row.partition,
            start: AtomicU64::new(0),
            records: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            clean: AtomicU64::new(0),
            timestamp: AtomicI64::new(0),
            ordered: AtomicBool::new(true),
            end,
            tail: RwLock::new(Tail::starting_at(row.end)),
        };
        partition.set(row);
        partition
    }

    /// Takes over what was committed; the end last, because it wakes readers.
    pub(super) fn set(&self, row: &PartitionRow) {
        self.start.store(row.start, Ordering::Release);
        self.records.store(row.records, Ordering::Release);
        self.bytes.store(row.bytes, Ordering::Release);
        self.clean.store(row.clean, Ordering::Release);
        self.timestamp.store(row.timestamp, Ordering::Release);
        self.ordered.store(row.ordered, Ordering::Release);
        self.end.send_if_modified(|end| {
            let moved = *end != row.end;
            *end = row.end;
            moved
        });
    }

    /// What was last committed.
    pub(super) fn row(&self) -> PartitionRow {
        PartitionRow {
            id: self.id,
            partition: self.partition,
            start: self.start(),
            end: self.end(),
            records: self.records.load(Ordering::Acquire),
            bytes: self.bytes.load(Ordering::Acquire),
            clean: self.clean.load(Ordering::Acquire),
            timestamp: self.timestamp.load(Ordering::Acquire),
            ordered: self.ordered.load(Ordering::Acquire),
        }
    }

    pub(super) fn start(&self) -> u64 {
        self.start.load(Ordering::Acquire)
    }

    pub(super) fn end(&self) -> u64 {
        *self.end.borrow()
    }

    /// The row id of an offset.
    pub(super) fn row_id(&self, offset: u64) -> i64 {
        assert!(
            offset <= OFFSET_MAX,
            "offset {offset} does not fit a row id"
        );
        (self.id << OFFSET_BITS) | offset.cast_signed()
    }

    /// The offset in one of this partition's row ids.
    pub(super) fn offset_of(&self, row_id: i64) -> u64 {
        (row_id & (OFFSET_MAX - 1).cast_signed()).cast_unsigned()
    }

    /// `topic/partition`, for messages.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.topic, self.partition)
    }
}

/// One topic.
pub(super) struct TopicState {
    pub(super) id: i64,
    pub(super) name: Topic,
    pub(super) identity: Uuid,
    pub(super) partitions: Vec<Arc<Partition>>,
    pub(super) retention: RwLock<Retention>,
}

impl TopicState {
    pub(super) fn retention(&self) -> Retention {
        self.retention
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes over what another process committed (read-only logs).
    pub(super) fn refresh(&self, retention: Retention, rows: &[PartitionRow]) {
        self.set_retention(retention);
        for (partition, row) in self.partitions.iter().zip(rows) {
            partition.set(row);
        }
    }

    pub(super) fn set_retention(&self, retention: Retention) {
        *self
            .retention
            .write()
            .unwrap_or_else(PoisonError::into_inner) = retention;
    }

    /// Its name, size and retention.
    pub(super) fn info(&self) -> TopicInfo {
        let sum = |count: fn(&Partition) -> &AtomicU64| -> u64 {
            self.partitions
                .iter()
                .map(|p| count(p).load(Ordering::Acquire))
                .sum()
        };
        TopicInfo {
            spec: TopicSpec {
                name: self.name.to_string(),
                partitions: u32::try_from(self.partitions.len())
                    .expect("a topic has at most u32::MAX partitions"),
                retention: self.retention(),
            },
            records: sum(|p| &p.records),
            bytes: sum(|p| &p.bytes),
        }
    }
}

/// Every topic by name.
#[derive(Default)]
pub(super) struct Catalogue(RwLock<BTreeMap<Topic, Arc<TopicState>>>);

impl Catalogue {
    pub(super) fn add(&self, topic: TopicState) -> Arc<TopicState> {
        let topic = Arc::new(topic);
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(Arc::clone(&topic.name), Arc::clone(&topic));
        topic
    }

    pub(super) fn find(&self, name: &str) -> Option<Arc<TopicState>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<TopicState>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }

    pub(super) fn topic(&self, name: &str) -> Result<Arc<TopicState>, PortError> {
        self.find(name)
            .ok_or_else(|| PortError::refused(format!("topic {name} does not exist")))
    }

    pub(super) fn partition(
        &self,
        name: &str,
        partition: u32,
    ) -> Result<Arc<Partition>, PortError> {
        let topic = self.topic(name)?;
        topic
            .partitions
            .get(partition as usize)
            .cloned()
            .ok_or_else(|| {
                PortError::refused(format!(
                    "topic {name} has {} partitions, there is no partition {partition}",
                    topic.partitions.len()
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_ids_of_a_partition_are_one_range_in_offset_order() {
        let topic: Topic = "t".into();
        let one = Partition::new(&topic, &PartitionRow::empty(1, 0));
        let two = Partition::new(&topic, &PartitionRow::empty(2, 1));
        assert!(one.row_id(0) < one.row_id(OFFSET_MAX - 1));
        assert!(one.row_id(OFFSET_MAX - 1) < two.row_id(0));
        assert_eq!(two.offset_of(two.row_id(77)), 77);
    }
}
