//! Retention and compaction of the log in memory, in the simplest way that is right.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::Record;
use runtime::ports::Retention;

use super::MemoryLog;
use super::log::{Partition, size};

impl MemoryLog {
    /// Deletes and compacts as the topics' retention says, as of `now_ms`; tombstones older than
    /// `tombstone_delay_ms` go.
    pub fn run_retention(&self, now_ms: i64, tombstone_delay_ms: i64) {
        for topic in self.lock().topics.values_mut() {
            let retention = topic.retention();
            for partition in &mut topic.partitions {
                expire(partition, &retention, now_ms);
                if retention.compact {
                    compact(partition, now_ms - tombstone_delay_ms);
                }
            }
        }
    }
}

fn expire(partition: &mut Partition, retention: &Retention, now_ms: i64) {
    if let Some(time) = retention.time {
        let age_ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let oldest = now_ms.saturating_sub(age_ms);
        let kept = partition.records.values().find(|r| r.timestamp >= oldest);
        partition.truncate_before(kept.map_or(partition.end, |r| r.offset));
    }
    if let Some(max) = retention.bytes {
        let mut bytes: u64 = partition.records.values().map(size).sum();
        while bytes > max && partition.records.len() > 1 {
            let (offset, oldest) = partition
                .records
                .first_key_value()
                .expect("there is more than one");
            bytes -= size(oldest);
            partition.truncate_before(offset + 1);
        }
    }
}

fn compact(partition: &mut Partition, tombstones_before: i64) {
    let newest: BTreeMap<Bytes, u64> = partition
        .records
        .values()
        .filter_map(|r| Some((r.key.clone()?, r.offset)))
        .collect();
    let last = partition.end.saturating_sub(1);
    let stays = |record: &Record| {
        let Some(key) = &record.key else { return true };
        let replaced = newest[key] > record.offset;
        let spent = record.value.is_none() && record.timestamp < tombstones_before;
        record.offset == last || !(replaced || spent)
    };
    partition.records.retain(|_, record| stays(record));
}
