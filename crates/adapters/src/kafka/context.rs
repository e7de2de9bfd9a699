//! What librdkafka tells its clients: log lines, errors, ends of partitions, rebalances.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::types::RDKafkaRespErr;

use super::group::Group;

/// See [`report`].
const QUIET: Duration = Duration::from_secs(5);

thread_local! {
    /// Where the partition ended whose end-of-partition event this thread has just taken from a queue.
    static PARTITION_END: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The offset of the end-of-partition event that the last `poll` of this thread returned; `None` if it is not known.
///
/// The binding drops the event's offset, but hands its text to [`ClientContext::error`] on the thread that polls.
pub(super) fn take_partition_end() -> Option<u64> {
    PARTITION_END.take()
}

/// `… reached end of partition at offset 5 (HighwaterMark 5)`
fn partition_end(reason: &str) -> Option<u64> {
    let (_, rest) = reason.split_once("end of partition at offset ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Passes one log line on. librdkafka writes no secrets: it masks them itself.
pub(super) fn log(level: RDKafkaLogLevel, client: &str, facility: &str, line: &str) {
    use RDKafkaLogLevel as Level;
    match level {
        // Its errors are mostly brokers that are away for a while: nobody must act.
        Level::Emerg | Level::Alert | Level::Critical | Level::Error | Level::Warning => {
            tracing::warn!(target: "librdkafka", { kafka.client = client }, "{facility}: {line}");
        }
        Level::Notice | Level::Info => {
            tracing::info!(target: "librdkafka", { kafka.client = client }, "{facility}: {line}");
        }
        Level::Debug => {
            tracing::debug!(target: "librdkafka", { kafka.client = client }, "{facility}: {line}");
        }
    }
}

/// A client's error that no call returns. It is librdkafka that tries again; a person is told, not asked. That no broker can
/// be reached, which all clients find out again and again, is told once in [`QUIET`].
pub(super) fn report(client: &str, error: &KafkaError, reason: &str) {
    static TOLD: Mutex<Option<Instant>> = Mutex::new(None);
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|told| told.elapsed() < QUIET) {
            return;
        }
        *told = Some(Instant::now());
    }
    tracing::warn!(target: "librdkafka", { kafka.client = client }, "{error}: {reason}");
}

/// The context of consumers.
pub(super) struct Context {
    role: &'static str,
    group: Option<Arc<Group>>,
    served: AtomicU64,
}

impl Context {
    /// Of a consumer that is not in a group.
    pub(super) fn alone(role: &'static str) -> Self {
        Self {
            role,
            group: None,
            served: AtomicU64::new(0),
        }
    }

    /// Of a member of a group.
    pub(super) fn member(group: Arc<Group>) -> Self {
        Self {
            role: "member",
            group: Some(group),
            served: AtomicU64::new(0),
        }
    }

    /// How many events were handled so far. `poll` does not tell an event it has consumed from an empty queue.
    pub(super) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }

    fn count(&self) {
        self.served.fetch_add(1, Ordering::Relaxed);
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        self.count();
        log(level, self.role, facility, line);
    }

    fn stats_raw(&self, _statistics: &[u8]) {
        self.count();
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.count();
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::PartitionEOF) => PARTITION_END.set(partition_end(reason)),
            // The reader that meets it says more.
            Some(RDKafkaErrorCode::AutoOffsetReset) => {}
            _ => report(self.role, &error, reason),
        }
    }
}

impl ConsumerContext for Context {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        change: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        self.count();
        let assigned = change == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if assigned && let Some(group) = &self.group {
            return group.assign(consumer, partitions);
        }
        if let Some(group) = &self.group {
            group.revoke(consumer, partitions);
        }
        let done = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
            RebalanceProtocol::None | RebalanceProtocol::Eager => consumer.unassign(),
        };
        if let Err(error) = done {
            report(self.role, &error, "partitions not given up");
        }
    }

    fn commit_callback(&self, result: KafkaResult<()>, _offsets: &TopicPartitionList) {
        self.count();
        match result {
            Ok(()) => {}
            Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::NoOffset) => {}
            Err(error) => {
                tracing::warn!(%error, "group positions not committed; they are only a hint");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_partition_is_read_from_its_event() {
        let reason = "Fetch from broker 1 reached end of partition at offset 42 (HighwaterMark 43)";
        assert_eq!(partition_end(reason), Some(42));
        assert_eq!(partition_end("anything else at offset 42"), None);
    }
}
