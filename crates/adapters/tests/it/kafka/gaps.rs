//! Offsets that are not there: retention, compaction, transactions, topics that were recreated.

use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaLog, KafkaOptions};
use rdkafka::admin::{AdminOptions, ResourceSpecifier};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use runtime::ports::{Log, PartitionReader, ReadLimits, Retention, TopicSpec};

use super::groups::{Member, next};
use super::values;
use super::{admin, bare, connect, options, patiently, record, refused, soon, text, topic, unique};

fn numbers(from: usize, to: usize) -> impl Iterator<Item = String> {
    (from..to).map(|n| n.to_string())
}

async fn append(log: &KafkaLog, t: &kernel::Topic, from: usize, to: usize) {
    let records = numbers(from, to).map(|n| record(t, 0, &n));
    log.append(records.collect()).await.expect("appended");
}

/// Removes what is before an offset, as retention does.
async fn cut(brokers: &str, topic: &str, before: i64) {
    let (admin, options) = admin(brokers);
    let mut offsets = TopicPartitionList::new();
    offsets
        .add_partition_offset(topic, 0, Offset::Offset(before))
        .expect("an offset");
    let cut = admin.delete_records(&offsets, &options).await;
    for partition in cut.expect("answered").elements() {
        partition.error().expect("cut");
    }
}

async fn delete(brokers: &str, topic: &str) {
    let (admin, options) = admin(brokers);
    let deleted = admin.delete_topics(&[topic], &options).await;
    for result in deleted.expect("answered") {
        result.expect("deleted");
    }
}

async fn lone_reader(log: &KafkaLog, t: &kernel::Topic) -> (Member, Box<dyn PartitionReader>) {
    let mut member = Member::join(log, &unique("group"), t).await;
    soon("its partition", member.settle(1)).await;
    let reader = member.readers.remove(&0).expect("the only one");
    (member, reader)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retention_hole_is_refused_and_says_what_to_do() {
    let Some(shared) = peers::shared() else {
        return;
    };
    // Fetched ahead as little as possible, so that what was removed is not here already.
    let narrow = KafkaOptions {
        prefetch_bytes: runtime::settings::Size(1),
        partition_fetch_bytes: runtime::settings::Size(1),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, narrow);
    let t = topic(&log, "hole", 1, Retention::FOREVER).await;
    append(&log, &t, 0, 10).await;
    cut(&shared.kafka, &t, 4).await;
    assert_eq!(log.starts(&t).await.expect("starts"), [4]);
    let from_four: Vec<String> = numbers(4, 10).collect();
    assert_eq!(
        values(&log, &t, 0).await,
        from_four,
        "a read begins at the start"
    );
    let (_member, mut reader) = lone_reader(&log, &t).await;
    let told = reader.seek(3).await;
    refused(told, &[&format!("{t}/0"), "retention", "generation"]);
    reader.seek(4).await.expect("within bounds");
    let one = ReadLimits {
        records: 1,
        bytes: 1,
    };
    let batch = soon("a batch", reader.next(one)).await.expect("read");
    assert_eq!(text(&batch.records[0]), "4");
    // Retention overtakes a reader that stands still: it must not go on behind the hole as if nothing were missing.
    for block in 0..40 {
        let large = format!("{block:04}{}", "x".repeat(50_000));
        log.append(vec![record(&t, 0, &large)])
            .await
            .expect("appended");
    }
    cut(&shared.kafka, &t, 45).await;
    let mut last = batch.next;
    let told = loop {
        match soon("an answer", reader.next(ReadLimits::default())).await {
            Ok(batch) => {
                for record in &batch.records {
                    assert_eq!(record.offset, last, "nothing is left out");
                    last += 1;
                }
            }
            Err(error) => break error,
        }
    };
    refused::<()>(Err(told), &[&format!("{t}/0"), "starts at 45"]);
    let again = soon("an answer", reader.next(ReadLimits::default())).await;
    refused(again, &["starts at 45"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recreated_topic_is_refused() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "again", 1, Retention::FOREVER).await;
    append(&log, &t, 0, 10).await;
    let (member, mut reader) = lone_reader(&log, &t).await;
    reader.seek(10).await.expect("the end is within bounds");
    delete(&shared.kafka, &t).await;
    refused(soon("an answer", gone(&log, &t)).await, &[&t]);
    let spec = TopicSpec {
        name: t.to_string(),
        partitions: 1,
        retention: Retention::FOREVER,
    };
    patiently("the topic again", || log.ensure(&spec)).await;
    append(&log, &t, 0, 3).await;
    // Whoever was reading meets it, sooner or later: never a record of the new history as if it followed the old one.
    let told = soon("an answer", async {
        loop {
            match reader.next(ReadLimits::default()).await {
                Ok(batch) => assert!(batch.records.is_empty(), "{:?}", batch.records),
                Err(error) if error.is_retry() => {}
                Err(error) => return error,
            }
        }
    });
    refused::<()>(Err(told.await), &[&t]);
    drop((reader, member));
    let (_member, mut reader) = lone_reader(&log, &t).await;
    refused(reader.seek(10).await, &[&t, "backwards", "generation"]);
    reader.seek(0).await.expect("within bounds");
    assert_eq!(text(&next(&mut reader).await.records[0]), "0");
}

/// Asks until the cluster has noticed that the topic is not there.
async fn gone(log: &KafkaLog, t: &kernel::Topic) -> Result<(), runtime::ports::PortError> {
    loop {
        match log.ends(t).await {
            Err(error) if !error.is_retry() => return Err(error),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// A record in a transaction that is committed, or not.
fn transact(brokers: &str, topic: &str, values: &[&str], commit: bool) {
    let mut config = bare(brokers);
    config.set("transactional.id", unique("tx"));
    let producer: BaseProducer = config.create().expect("a producer");
    let patience = Duration::from_secs(60);
    producer.init_transactions(patience).expect("initialised");
    producer.begin_transaction().expect("begun");
    for value in values {
        let record = BaseRecord::to(topic).partition(0).key("k").payload(*value);
        producer.send(record).map_err(|(e, _)| e).expect("queued");
    }
    producer.flush(patience).expect("flushed");
    if commit {
        producer.commit_transaction(patience).expect("committed");
    } else {
        producer.abort_transaction(patience).expect("aborted");
    }
}

/// The same, until its marker is written: the coordinator answers before it is.
async fn transacted(
    brokers: &str,
    log: &KafkaLog,
    t: &kernel::Topic,
    values: &'static [&'static str],
    commit: bool,
) {
    let before = log.ends(t).await.expect("ends")[0];
    let (brokers, topic) = (brokers.to_owned(), t.clone());
    let done = move || transact(&brokers, &topic, values, commit);
    tokio::task::spawn_blocking(done).await.expect("no panic");
    let written = async {
        while log.ends(t).await.expect("ends")[0] != before + values.len() as u64 + 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon("the marker", written).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gaps_of_transactions_are_read_over_even_at_the_end() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    let t = topic(&log, "tx", 1, Retention::FOREVER).await;
    // Offsets: a b (marker) x (marker) 7, then y (marker).
    transacted(&shared.kafka, &log, &t, &["a", "b"], true).await;
    transacted(&shared.kafka, &log, &t, &["x"], false).await;
    append(&log, &t, 7, 8).await;
    assert_eq!(values(&log, &t, 0).await, ["a", "b", "7"]);
    let (_member, mut reader) = lone_reader(&log, &t).await;
    reader.seek(0).await.expect("within bounds");
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let batch = next(&mut reader).await;
        seen.extend(batch.records.iter().map(|r| (r.offset, text(r))));
    }
    let wanted = [(0, "a"), (1, "b"), (5, "7")].map(|(o, v)| (o, v.to_owned()));
    assert_eq!(seen, wanted);
    transacted(&shared.kafka, &log, &t, &["y"], false).await;
    let batch = next(&mut reader).await;
    assert!(batch.records.is_empty(), "nothing to read, but news");
    assert_eq!((batch.next, batch.end), (8, 8), "the reader is at the end");
    let batch = log
        .read(&t, 0, 6, ReadLimits::default())
        .await
        .expect("read");
    assert_eq!((batch.records.len(), batch.next, batch.end), (0, 8, 8));
    soon("waiting for what is there", log.wait(&t, 0, 7))
        .await
        .expect("there");
    append(&log, &t, 9, 10).await;
    let batch = next(&mut reader).await;
    assert_eq!((batch.records[0].offset, batch.next), (8, 9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_leaves_the_newest_of_each_key_and_gaps_that_are_read_over() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let eager = [
        ("segment.ms", "100"),
        ("min.cleanable.dirty.ratio", "0.0"),
        ("max.compaction.lag.ms", "100"),
    ];
    let eager = KafkaOptions {
        topic_properties: eager.map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, eager);
    let compacted = Retention {
        compact: true,
        ..Retention::FOREVER
    };
    let t = topic(&log, "compacted", 1, compacted).await;
    append(&log, &t, 0, 20).await;
    let compacted = async {
        let mut n = 20;
        loop {
            // A segment is only closed when something is appended after its time.
            append(&log, &t, n, n + 1).await;
            n += 1;
            let left = values(&log, &t, 0).await;
            if left.len() < n / 2 {
                return (n, left);
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    let (n, left) = soon("compaction", compacted).await;
    assert_eq!(left.last(), Some(&(n - 1).to_string()), "the newest stays");
    let (_member, mut reader) = lone_reader(&log, &t).await;
    reader.seek(0).await.expect("the start does not move");
    let mut seen = Vec::new();
    let mut at = 0;
    while at < n as u64 {
        let batch = next(&mut reader).await;
        assert!(batch.next > at && batch.end >= batch.next);
        at = batch.next;
        seen.extend(batch.records.iter().map(text));
    }
    assert!(seen.len() < n, "gaps were read over");
    assert_eq!(seen.last(), left.last());
    let infos = log.topics().await.expect("topics");
    let info = infos.iter().find(|i| i.spec.name == *t).expect("there");
    assert!(info.spec.retention.compact);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn altering_retention_keeps_what_else_was_set() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let with_segments = KafkaOptions {
        topic_properties: [("segment.bytes".to_owned(), "1048576".to_owned())].into(),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, with_segments);
    let t = topic(&log, "altered", 1, Retention::FOREVER).await;
    let spec = TopicSpec {
        name: t.to_string(),
        partitions: 1,
        retention: Retention {
            time: Some(Duration::from_secs(86_400)),
            bytes: Some(1 << 30),
            compact: false,
        },
    };
    log.ensure(&spec).await.expect("altered");
    let infos = log.topics().await.expect("topics");
    let info = infos.iter().find(|i| i.spec.name == *t).expect("there");
    assert_eq!(info.spec, spec);
    let (admin, _) = admin(&shared.kafka);
    let described = admin
        .describe_configs(&[ResourceSpecifier::Topic(&t)], &AdminOptions::new())
        .await
        .expect("answered");
    let described = described.into_iter().next().expect("one").expect("there");
    let get = |key: &str| described.get(key).and_then(|e| e.value.clone());
    assert_eq!(get("segment.bytes").as_deref(), Some("1048576"));
    assert_eq!(
        get("unclean.leader.election.enable").as_deref(),
        Some("false")
    );
    assert_eq!(get("retention.ms").as_deref(), Some("86400000"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_records_go_when_the_broker_says_so() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let small = KafkaOptions {
        topic_properties: [("segment.bytes".to_owned(), "1048576".to_owned())].into(),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, small);
    let bounded = Retention {
        bytes: Some(1 << 20),
        ..Retention::FOREVER
    };
    let t = topic(&log, "bounded", 1, bounded).await;
    // Not to be compressed away.
    let noise = |n: usize| -> String {
        let seeds = (0..2000).map(|i| uuid::Uuid::from_u128((n * 2000 + i) as u128));
        seeds
            .map(|s| kernel::event_id(s.as_bytes()).simple().to_string())
            .collect()
    };
    for n in 0..60 {
        log.append(vec![record(&t, 0, &noise(n))])
            .await
            .expect("appended");
    }
    let removed = async {
        loop {
            let start = log.starts(&t).await.expect("starts")[0];
            if start > 0 {
                return start;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let start = soon("retention", removed).await;
    let batch = log
        .read(&t, 0, 0, ReadLimits::default())
        .await
        .expect("read");
    assert!(batch.records[0].offset >= start);
    let (_member, mut reader) = lone_reader(&log, &t).await;
    refused(reader.seek(0).await, &[&t, "retention"]);
    let infos = log.topics().await.expect("topics");
    let info = infos.iter().find(|i| i.spec.name == *t).expect("there");
    assert!(info.records < 60, "{} records kept", info.records);
}
