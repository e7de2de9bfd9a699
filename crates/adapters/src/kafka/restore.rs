//! Putting exported records back at the offsets they had.
//!
//! Kafka gives offsets itself, without gaps. Where the original had one (compaction, retention), fillers take the
//! offsets: records without a value that readers of ours pass over as if they were not there. Fillers before a
//! partition's first record are deleted again, so that the log starts where the original did (a topic that is only
//! compacted starts at 0).

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord, Record, Topic, event_id};
use rdkafka::TopicPartitionList;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::topic_partition_list::Offset;
use runtime::ports::{Log, PortError, Restore};

use super::KafkaLog;
use super::cluster::{index, name};
use super::fault::fault;

/// Type of a filler's event.
const FILLER: &str = "platform/filler";
/// Key of all fillers: compaction leaves one of them.
const KEY: &[u8] = b"\0platform/filler";
/// Records appended at once.
const BATCH: usize = 10_000;

/// Whether a record only takes an offset.
pub(super) fn is_filler(record: &Record) -> bool {
    record.value.is_none() && &*record.headers.kind == FILLER
}

fn filler(topic: &Topic, partition: u32, timestamp: i64) -> NewRecord {
    let headers = Headers::new(event_id(KEY), FILLER, "worldlog/import");
    NewRecord {
        topic: topic.clone(),
        partition: Some(partition),
        key: Some(Bytes::from_static(KEY)),
        headers,
        value: None,
        timestamp: Some(timestamp),
    }
}

impl KafkaLog {
    /// Appends records whose offsets are known beforehand.
    async fn append_at(&self, batch: Vec<(u64, NewRecord)>) -> Result<(), PortError> {
        let (offsets, records): (Vec<u64>, Vec<NewRecord>) = batch.into_iter().unzip();
        let topics: Vec<Topic> = records.iter().map(|r| r.topic.clone()).collect();
        let appended = self.append(records).await?;
        for ((wanted, topic), place) in offsets.into_iter().zip(topics).zip(appended) {
            if place.offset != wanted {
                return Err(PortError::refused(format!(
                    "{} offset {wanted} became {}: something else writes to it, or the broker repeated a batch; \
                     delete the topic and import it again",
                    name(&topic, place.partition),
                    place.offset
                )));
            }
        }
        Ok(())
    }

    /// Fills a partition from `end` up to `to`.
    async fn fill(
        &self,
        topic: &Topic,
        partition: u32,
        (end, to): (u64, u64),
        timestamp: i64,
    ) -> Result<(), PortError> {
        let mut next = end;
        while next < to {
            let until = to.min(next + BATCH as u64);
            let batch = (next..until).map(|offset| (offset, filler(topic, partition, timestamp)));
            self.append_at(batch.collect()).await?;
            next = until;
        }
        Ok(())
    }

    /// Deletes what lies before `start`. A topic that is only compacted takes no such order, and needs none: the fillers
    /// go when it is compacted.
    async fn start_at(&self, topic: &Topic, partition: u32, start: u64) -> Result<(), PortError> {
        let what = format!("let {} start at {start}", name(topic, partition));
        let mut offsets = TopicPartitionList::new();
        let start = i64::try_from(start).unwrap_or(i64::MAX);
        offsets
            .add_partition_offset(topic, index(partition), Offset::Offset(start))
            .map_err(|e| fault(&what, &e))?;
        match self.topics.delete_records(offsets).await? {
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PolicyViolation) => {
                Ok(())
            }
            deleted => deleted.map_err(|e| fault(&what, &e)),
        }
    }
}

#[async_trait]
impl Restore for KafkaLog {
    async fn restore(&self, records: Vec<(u64, NewRecord)>) -> Result<(), PortError> {
        let mut partitions: BTreeMap<(Topic, u32), Vec<(u64, NewRecord)>> = BTreeMap::new();
        for (offset, record) in records {
            let count = self.cluster.partitions(&record.topic).await?;
            let partition = super::port::partition_of(&record, count);
            self.cluster.check(&record.topic, partition).await?;
            let key = (record.topic.clone(), partition);
            partitions.entry(key).or_default().push((offset, record));
        }
        // Nothing is written of a call that is refused.
        let mut bounds = Vec::with_capacity(partitions.len());
        for ((topic, partition), records) in &partitions {
            let (start, end) = self.cluster.bounds(topic, *partition).await?;
            free(topic, *partition, end, records)?;
            bounds.push((start, end));
        }
        for (((topic, partition), records), bounds) in partitions.into_iter().zip(bounds) {
            self.restore_partition(&topic, partition, bounds, records)
                .await?;
        }
        Ok(())
    }

    async fn restore_end(&self, topic: &str, partition: u32, end: u64) -> Result<(), PortError> {
        self.cluster.check(topic, partition).await?;
        let (start, now) = self.cluster.bounds(topic, partition).await?;
        let topic: Topic = topic.into();
        self.fill(&topic, partition, (now, end), self.clock.now_ms())
            .await?;
        // Nothing was there: then there is nothing but fillers.
        if start == now && now < end {
            self.start_at(&topic, partition, end).await?;
        }
        Ok(())
    }
}

/// Whether each record goes behind what is there and behind the one before.
fn free(
    topic: &Topic,
    partition: u32,
    mut end: u64,
    records: &[(u64, NewRecord)],
) -> Result<(), PortError> {
    for (offset, _) in records {
        if *offset < end {
            return Err(PortError::refused(format!(
                "{} already reaches to offset {end}: {offset} is taken",
                name(topic, partition)
            )));
        }
        end = offset + 1;
    }
    Ok(())
}

impl KafkaLog {
    /// Restores records of one partition, in order, with the gaps between them.
    async fn restore_partition(
        &self,
        topic: &Topic,
        partition: u32,
        (start, mut end): (u64, u64),
        records: Vec<(u64, NewRecord)>,
    ) -> Result<(), PortError> {
        let untouched = start == end && end == 0;
        let Some(first) = records.first().map(|(offset, _)| *offset) else {
            return Ok(());
        };
        let mut batch = Vec::new();
        for (offset, record) in records {
            if offset > end {
                let timestamp = record.timestamp.unwrap_or_else(|| self.clock.now_ms());
                self.append_at(std::mem::take(&mut batch)).await?;
                self.fill(topic, partition, (end, offset), timestamp)
                    .await?;
            }
            end = offset + 1;
            batch.push((
                offset,
                NewRecord {
                    partition: Some(partition),
                    ..record
                },
            ));
        }
        self.append_at(batch).await?;
        if untouched && first > 0 {
            self.start_at(topic, partition, first).await?;
        }
        Ok(())
    }
}
