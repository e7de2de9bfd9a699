//! How fast a reader of a group is beside librdkafka alone: prints figures, for a person to read, when asked to.
//!
//! `WORLDLOG_KAFKA_SPEED=200000 cargo test -p adapters --test it kafka::speed -- --nocapture`

use std::time::{Duration, Instant};

use adapters::kafka::GroupProtocol;
use bytes::Bytes;
use kernel::Position;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};
use runtime::ports::{Log, ReadLimits, Retention};

use super::groups::Member;
use super::{bare, connect, options, record, soon, topic, unique};

/// Records of each kind; unset: the test does nothing.
const VARIABLE: &str = "WORLDLOG_KAFKA_SPEED";
const PARTITIONS: u32 = 8;

/// The consumer alone, all partitions in one queue; looks at keys and values, not at headers.
fn alone(brokers: &str, topic: &str, count: usize) -> Duration {
    let mut config = bare(brokers);
    config.set("group.id", unique("bare"));
    let consumer: BaseConsumer = config.create().expect("a consumer");
    let mut list = TopicPartitionList::new();
    for partition in 0..PARTITIONS as i32 {
        list.add_partition_offset(topic, partition, Offset::Beginning)
            .expect("an offset");
    }
    let started = Instant::now();
    consumer.assign(&list).expect("assigned");
    let (mut seen, mut bytes) = (0, 0);
    while seen < count {
        let Some(message) = consumer.poll(Duration::from_secs(1)) else {
            continue;
        };
        let message = message.expect("a message");
        bytes += message.payload().map_or(0, <[u8]>::len) + message.key().map_or(0, <[u8]>::len);
        seen += 1;
    }
    assert!(bytes > 0);
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_beside_the_client_alone() {
    let Ok(count) = std::env::var(VARIABLE) else {
        return;
    };
    let count: usize = count.parse().expect("a number of records");
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "speed", PARTITIONS, Retention::FOREVER).await;
    let value = "v".repeat(216);
    let started = Instant::now();
    for batch in 0..count / 1000 {
        let records = (0..1000).map(|n| {
            let n = batch * 1000 + n;
            let mut record = record(&t, n as u32 % PARTITIONS, &value);
            record.key = Some(Bytes::from(format!("0x{:040x}", n % 50_000)));
            record.headers.cause = Some(Position::new("up.stream", 3, n as u64));
            record
        });
        log.append(records.collect()).await.expect("appended");
    }
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    println!(
        "appended {:.0}/s, 1000 a call, one call at a time",
        rate(started.elapsed())
    );
    let count = count / 1000 * 1000;
    for round in 0..3 {
        let (brokers, name) = (shared.kafka.clone(), t.clone());
        let bare = tokio::task::spawn_blocking(move || alone(&brokers, &name, count));
        let bare = bare.await.expect("no panic");
        let ours = through_a_group(&log, &t, count).await;
        println!(
            "round {round}: the client alone {:.0}/s, readers {:.0}/s: {:.0} %",
            rate(bare),
            rate(ours),
            rate(ours) / rate(bare) * 100.0
        );
    }
}

async fn through_a_group(
    log: &adapters::kafka::KafkaLog,
    t: &kernel::Topic,
    count: usize,
) -> Duration {
    let mut member = Member::join(log, &unique("group"), t).await;
    soon("all partitions", member.settle(PARTITIONS as usize)).await;
    let started = Instant::now();
    let tasks: Vec<_> = std::mem::take(&mut member.readers)
        .into_values()
        .map(|mut reader| {
            tokio::spawn(async move {
                reader.seek(0).await.expect("within bounds");
                let (mut seen, mut bytes) = (0, 0);
                loop {
                    let batch = reader.next(ReadLimits::default()).await.expect("read");
                    seen += batch.records.len();
                    bytes += batch
                        .records
                        .iter()
                        .map(kernel::Record::size)
                        .sum::<usize>();
                    if batch.next >= batch.end {
                        return (seen, bytes);
                    }
                }
            })
        })
        .collect();
    let mut seen = 0;
    for task in tasks {
        seen += soon("a partition", task).await.expect("no panic").0;
    }
    assert_eq!(seen, count);
    started.elapsed()
}
