//! The records of one partition, out of its queue.

use std::time::Duration;

use kernel::{Record, Topic};
use rdkafka::consumer::base_consumer::PartitionQueue;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use runtime::ports::ReadLimits;

use super::context::{Context, take_partition_end};
use super::headers::Decoder;
use super::restore::is_filler;

/// A partition's queue.
pub(super) type Queue = PartitionQueue<Context>;

/// Where reading of one partition stands.
pub(super) struct Feed {
    decoder: Decoder,
    /// Offset to go on at: everything before it was handed out, or is a gap.
    pub(super) next: u64,
    /// Taken from the queue to see whether there is more, not yet handed out.
    held: Option<Record>,
    /// Met while looking whether there is more.
    pending: Option<Met>,
}

/// What a queue gives besides records.
#[derive(Clone, Copy)]
enum Met {
    /// The partition ended here when the broker answered.
    End(Option<u64>),
    Failed(RDKafkaErrorCode),
}

/// What was there.
#[derive(Default)]
pub(super) struct Drained {
    /// Records taken.
    pub(super) records: usize,
    /// Their bytes in memory.
    pub(super) bytes: usize,
    /// The partition's end was reached after these records.
    pub(super) ended: bool,
    /// What came after these records.
    pub(super) failed: Option<RDKafkaErrorCode>,
}

impl Feed {
    pub(super) fn new(topic: Topic, partition: u32, next: u64) -> Self {
        Self {
            decoder: Decoder::new(topic, partition),
            next,
            held: None,
            pending: None,
        }
    }

    /// Goes on elsewhere. What the queue still holds of before is out of date by then, and librdkafka drops it.
    pub(super) fn seek(&mut self, next: u64) {
        self.next = next;
        self.held = None;
        self.pending = None;
    }

    /// One past what is certainly there.
    pub(super) fn seen(&self) -> u64 {
        self.held.as_ref().map_or(self.next, |r| r.offset + 1)
    }

    /// Takes what is there within the limits, without waiting. It looks one record further, so that `seen` tells whether
    /// that was all.
    pub(super) fn drain(
        &mut self,
        queue: &Queue,
        limits: ReadLimits,
        records: &mut Vec<Record>,
    ) -> Drained {
        let mut drained = Drained::default();
        loop {
            let full = drained.records >= limits.records.max(1) || drained.bytes >= limits.bytes;
            if full && drained.records > 0 {
                self.look(queue);
                break;
            }
            let record = match self.held.take() {
                Some(record) => record,
                None => match self
                    .pending
                    .take()
                    .map_or_else(|| self.take(queue), Taken::Met)
                {
                    Taken::Record(record) => record,
                    Taken::Met(Met::Failed(code)) => {
                        drained.failed = Some(code);
                        break;
                    }
                    Taken::Met(Met::End(offset)) => {
                        self.next = self.next.max(offset.unwrap_or(0));
                        drained.ended = true;
                        continue;
                    }
                    Taken::Nothing => break,
                },
            };
            drained.ended = false;
            self.next = record.offset + 1;
            drained.records += 1;
            drained.bytes += record.size();
            records.push(record);
        }
        drained
    }

    /// Keeps an error for the next time, after the records before it.
    pub(super) fn defer(&mut self, failed: Option<RDKafkaErrorCode>) {
        if let Some(code) = failed {
            self.pending = Some(Met::Failed(code));
        }
    }

    fn look(&mut self, queue: &Queue) {
        if self.held.is_some() || self.pending.is_some() {
            return;
        }
        match self.take(queue) {
            Taken::Record(record) => self.held = Some(record),
            Taken::Met(met) => self.pending = Some(met),
            Taken::Nothing => {}
        }
    }

    fn take(&mut self, queue: &Queue) -> Taken {
        loop {
            return match queue.poll(Duration::ZERO) {
                None => Taken::Nothing,
                Some(Ok(message)) => {
                    let offset = u64::try_from(message.offset()).unwrap_or(0);
                    if offset < self.next {
                        // Fetched for an earlier position.
                        continue;
                    }
                    let record = self.decoder.record(&message);
                    if is_filler(&record) {
                        // As if it were a gap; and so is whoever reads on from here not stuck before it.
                        self.next = offset + 1;
                        continue;
                    }
                    Taken::Record(record)
                }
                Some(Err(KafkaError::PartitionEOF(_))) => {
                    Taken::Met(Met::End(take_partition_end()))
                }
                Some(Err(error)) => {
                    let code = error.rdkafka_error_code();
                    Taken::Met(Met::Failed(code.unwrap_or(RDKafkaErrorCode::Fail)))
                }
            };
        }
    }
}

enum Taken {
    Record(Record),
    Met(Met),
    Nothing,
}
