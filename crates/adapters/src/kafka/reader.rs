//! Reads one partition that a group has assigned.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use kernel::Record;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use runtime::ports::{Batch, PartitionReader, PortError, ReadLimits};

use super::client::Consumer;
use super::cluster::{Again, Cluster, index, name};
use super::fault::{by_code, fault, unknown};
use super::feed::{Drained, Feed};
use super::group::{Group, Held, Slot};

/// Records taken while the queue is held; the rebalance callback may be waiting for it.
const CHUNK: usize = 512;

pub(super) struct Reader {
    group: Arc<Group>,
    cluster: Arc<Cluster>,
    slot: Arc<Slot>,
    feed: Feed,
    /// `next` and `end` of the last batch: what the caller believes.
    told: (u64, u64),
    /// Whether `seek` was called: until then the partition is paused.
    placed: bool,
    /// What ended the reading; told again until `seek`.
    failed: Option<PortError>,
}

impl Reader {
    pub(super) fn new(group: Arc<Group>, cluster: Arc<Cluster>, slot: Arc<Slot>) -> Self {
        Self {
            feed: Feed::new(Arc::clone(&group.topic), slot.partition, 0),
            group,
            cluster,
            slot,
            told: (0, 0),
            placed: false,
            failed: None,
        }
    }

    fn name(&self) -> String {
        name(&self.group.topic, self.slot.partition)
    }

    /// Refuses an offset that the log does not have.
    async fn bounds(&self, offset: u64) -> Result<u64, PortError> {
        let (start, end) = self
            .cluster
            .bounds(&self.group.topic, self.slot.partition)
            .await?;
        match hole(&self.name(), offset, start, end) {
            Some(refusal) => Err(refusal),
            None => Ok(end),
        }
    }

    /// Takes what is there, in short holds of the queue.
    fn drain(&mut self, limits: ReadLimits, records: &mut Vec<Record>) -> Held<Drained> {
        let mut all = Drained::default();
        loop {
            let chunk = ReadLimits {
                records: (limits.records.max(1) - all.records).min(CHUNK),
                bytes: limits.bytes.saturating_sub(all.bytes),
            };
            let feed = &mut self.feed;
            let drained = self
                .slot
                .with_queue(|queue| feed.drain(queue, chunk, records));
            let drained = match drained {
                Held::Ours(drained) => drained,
                // What was taken already is given out; the caller hears of the rest the next time.
                gone if all.records == 0 => return gone,
                _ => return Held::Ours(all),
            };
            all.records += drained.records;
            all.bytes += drained.bytes;
            if drained.records > 0 || drained.ended {
                all.ended = drained.ended;
            }
            all.failed = drained.failed;
            let full = all.records >= limits.records || all.bytes >= limits.bytes;
            if drained.records < chunk.records || full || all.failed.is_some() {
                return Held::Ours(all);
            }
        }
    }

    /// The batch that these records make; `None` when it tells the caller nothing.
    fn batch(&mut self, records: Vec<Record>, ended: bool) -> Option<Batch> {
        let next = self.feed.next;
        if ended {
            self.slot.end.store(next, Ordering::Relaxed);
        }
        let end = self.slot.end.load(Ordering::Relaxed).max(self.feed.seen());
        self.slot.behind.store(end > next, Ordering::Relaxed);
        // Without records it is news that the log ends in a gap, or that there was nothing more after all.
        let news = ended && (next > self.told.0 || end < self.told.1);
        if records.is_empty() && !news {
            return None;
        }
        self.told = (next, end);
        Some(Batch { records, next, end })
    }

    /// What an error of the partition means.
    async fn fault(&mut self, code: RDKafkaErrorCode) -> PortError {
        let what = format!("read {} at {}", self.name(), self.feed.next);
        let error = match code {
            RDKafkaErrorCode::AutoOffsetReset
            | RDKafkaErrorCode::OffsetOutOfRange
            | RDKafkaErrorCode::LogTruncation => match self.bounds(self.feed.next).await {
                // It is there again: another copy has taken over, or the question came too late.
                Ok(_) => by_code(&what, code),
                Err(PortError::Refused(refusal)) => PortError::Refused(refusal),
                Err(_) => by_code(&what, code),
            },
            code if unknown(code) => match self.cluster.look_up(&self.group.topic).await {
                Ok(None) => PortError::refused(format!("{what}: the topic was deleted")),
                Ok(Some(_)) | Err(_) => PortError::retry(format!("{what}: {code}")),
            },
            code => by_code(&what, code),
        };
        if !error.is_retry() {
            self.failed = Some(error.clone());
        }
        error
    }
}

#[async_trait]
impl PartitionReader for Reader {
    fn partition(&self) -> u32 {
        self.slot.partition
    }

    async fn seek(&mut self, offset: u64) -> Result<(), PortError> {
        let end = self.bounds(offset).await?;
        let what = format!("go to {offset} in {}", self.name());
        let mut again = Again::within(self.cluster.timeout());
        loop {
            let Some(consumer) = self.group.consumer() else {
                return Err(PortError::refused(format!("{what}: the group was left")));
            };
            let (topic, number) = (Arc::clone(&self.group.topic), index(self.slot.partition));
            let timeout = self.cluster.timeout();
            let at = i64::try_from(offset).unwrap_or(i64::MAX);
            let mut list = TopicPartitionList::with_capacity(1);
            list.add_partition_offset(&topic, number, Offset::Offset(at))
                .map_err(|e| fault(&what, &e))?;
            let moved = self
                .cluster
                .block(move || move_to(&consumer, list, timeout))
                .await?;
            match moved {
                Ok(()) => break,
                // Just assigned: librdkafka is not reading it yet.
                Err(Some(RDKafkaErrorCode::State)) if !self.slot.is_revoked() => {
                    if !again.pause().await {
                        return Err(PortError::retry(format!("{what}: not ready yet")));
                    }
                }
                Err(code) => {
                    let code = code.unwrap_or(RDKafkaErrorCode::Fail);
                    return Err(PortError::retry(format!("{what}: {code}")));
                }
            }
        }
        self.feed.seek(offset);
        self.slot.end.store(end, Ordering::Relaxed);
        self.told = (offset, offset);
        self.placed = true;
        self.failed = None;
        Ok(())
    }

    async fn next(&mut self, limits: ReadLimits) -> Result<Batch, PortError> {
        if !self.placed {
            let text = format!("{}: nobody has said where to start", self.name());
            return Err(PortError::Refused(text));
        }
        loop {
            if let Some(error) = self.failed.clone() {
                return Err(error);
            }
            // Nothing is awaited between taking records and returning them: a cancelled call loses nothing.
            let mut records = Vec::new();
            match self.drain(limits, &mut records) {
                Held::Ours(drained) => {
                    if let Some(batch) = self.batch(records, drained.ended) {
                        self.feed.defer(drained.failed);
                        return Ok(batch);
                    }
                    if let Some(code) = drained.failed {
                        return Err(self.fault(code).await);
                    }
                }
                // The member has been told; its owner ends this call.
                Held::Revoked => std::future::pending().await,
                Held::Left => {
                    let text = format!("{}: the group was left", self.name());
                    return Err(PortError::Refused(text));
                }
            }
            self.slot.arrived.notified().await;
        }
    }
}

/// Moves a partition and lets it run; the code is what librdkafka says of the partition. It is moved while it is still
/// paused, so that it fetches nowhere else, and once more when it runs: it is the move that wakes the fetching thread.
fn move_to(
    consumer: &Consumer,
    list: TopicPartitionList,
    timeout: std::time::Duration,
) -> Result<(), Option<RDKafkaErrorCode>> {
    let code = |e: KafkaError| e.rdkafka_error_code();
    let seek = |list: TopicPartitionList| {
        let moved = consumer.seek_partitions(list, timeout).map_err(code)?;
        let each: KafkaResult<Vec<()>> = moved.elements().iter().map(|e| e.error()).collect();
        each.map(drop).map_err(code)
    };
    seek(list.clone())?;
    consumer.resume(&list).map_err(code)?;
    seek(list)
}

/// Why reading cannot go on at an offset, and what to do; `None` when it can.
fn hole(partition: &str, offset: u64, start: u64, end: u64) -> Option<PortError> {
    if offset < start {
        return Some(PortError::refused(format!(
            "{partition} starts at {start}, after {offset}: retention has removed what was to be read. Restore it from an \
             export, or build a new generation from what is left"
        )));
    }
    if offset > end {
        return Some(PortError::refused(format!(
            "{partition} ends at {end}, before {offset}: the log went backwards (the topic was recreated, or lost records \
             by an unclean election). What was derived from it needs a new generation"
        )));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_offsets_that_the_log_has_are_taken() {
        for (offset, refused) in [(4, true), (5, false), (7, false), (9, false), (10, true)] {
            let hole = hole("t/1", offset, 5, 9);
            assert_eq!(hole.is_some(), refused, "{offset}");
            assert!(hole.is_none_or(|e| !e.is_retry() && e.to_string().contains("t/1")));
        }
    }
}
