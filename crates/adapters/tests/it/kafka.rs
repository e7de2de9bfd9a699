//! The log on a real Kafka: the conformance suite, and what only a real one does.

mod appends;
mod gaps;
mod groups;
mod outages;
mod reads;
mod restore;
mod speed;
mod suite;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaLog, KafkaOptions};
use bytes::Bytes;
use kernel::{Headers, NewRecord, Record, Topic};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use runtime::ports::{Log, PortError, ReadLimits, Retention, SystemClock, TopicSpec};

/// Nothing here takes this long on a machine that also compiles: what does, hangs.
const HANGS_AFTER: Duration = Duration::from_secs(120);

/// A log on these brokers.
fn connect(brokers: &str, options: KafkaOptions) -> KafkaLog {
    KafkaLog::connect(brokers, options, Arc::new(SystemClock)).expect("connected")
}

/// Options for groups of this protocol.
fn options(group_protocol: GroupProtocol) -> KafkaOptions {
    KafkaOptions {
        group_protocol,
        ..KafkaOptions::default()
    }
}

/// A name nobody else uses, even on a server that outlives this process.
fn unique(what: &str) -> String {
    let run = uuid::Uuid::now_v7().simple().to_string();
    format!("{what}-{}", &run[8..])
}

/// Waits for what must happen.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS_AFTER, future)
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen within {HANGS_AFTER:?}"))
}

/// Creates a topic with a name of its own.
async fn topic(log: &KafkaLog, name: &str, partitions: u32, retention: Retention) -> Topic {
    let spec = TopicSpec {
        name: unique(name),
        partitions,
        retention,
    };
    patiently("a topic", || log.ensure(&spec)).await;
    spec.name.into()
}

/// A record for one partition, whose value is this text.
fn record(topic: &Topic, partition: u32, value: &str) -> NewRecord {
    let headers = Headers::new(kernel::event_id(value.as_bytes()), "it/tested", "it/kafka");
    NewRecord {
        partition: Some(partition),
        ..NewRecord::keyed(
            Arc::clone(topic),
            Bytes::from_static(b"k"),
            headers,
            Bytes::copy_from_slice(value.as_bytes()),
        )
    }
}

/// A record's value as text.
fn text(record: &Record) -> String {
    let value = record.value.as_deref().unwrap_or_default();
    String::from_utf8(value.to_vec()).expect("the tests write text")
}

/// The values of a partition.
async fn values(log: &KafkaLog, topic: &str, partition: u32) -> Vec<String> {
    let (mut values, mut from) = (Vec::new(), 0);
    loop {
        let read = || log.read(topic, partition, from, ReadLimits::default());
        let batch = patiently("a read", read).await;
        values.extend(batch.records.iter().map(text));
        if batch.next >= batch.end {
            return values;
        }
        from = batch.next;
    }
}

/// Repeats a call for as long as it is told to try again.
async fn patiently<T, F>(what: &str, mut call: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, PortError>>,
{
    let trying = async {
        loop {
            match call().await {
                Ok(value) => return value,
                Err(error) if error.is_retry() => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => panic!("{what}: {error}"),
            }
        }
    };
    soon(what, trying).await
}

fn refused<T>(result: Result<T, PortError>, naming: &[&str]) {
    match result {
        Err(PortError::Refused(text)) => {
            for part in naming {
                assert!(text.contains(part), "{text:?} without {part:?}");
            }
        }
        Err(other) => panic!("must be refused, not retried: {other}"),
        Ok(_) => panic!("must be refused, naming {naming:?}"),
    }
}

/// A client of the brokers that knows nothing of logs.
fn bare(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config
}

/// What an operator does behind the log's back.
fn admin(brokers: &str) -> (AdminClient<DefaultClientContext>, AdminOptions) {
    let options = AdminOptions::new().operation_timeout(Some(Duration::from_secs(30)));
    (bare(brokers).create().expect("an admin client"), options)
}
