//! The suite of the port `Log`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord, Position, Record, Topic, partition_for};
use runtime::ports::{Log, PortError, ReadLimits, Retention, TopicSpec};

use super::{Run, log_groups, log_time, soon, unique};

/// The log under test, with what the port itself does not offer.
#[async_trait]
pub trait LogPeer: Send + Sync {
    /// The log.
    fn log(&self) -> &dyn Log;

    /// Makes retention and compaction happen as of `now_ms`; false where that cannot be asked for: the cases that need
    /// it are skipped, and say so.
    async fn sweep(&self, now_ms: i64) -> bool;

    /// Sets the time that records get which bring none; false where the log has no clock that a test may set, or keeps
    /// no order of times.
    fn set_clock(&self, now_ms: i64) -> bool;

    /// Whether the log knows how many bytes a topic has.
    fn counts_bytes(&self) -> bool {
        true
    }
}

/// A case and its name.
pub type Case = (&'static str, fn(&dyn LogPeer) -> Run<'_>);

/// Every case.
pub const CASES: &[Case] = &[
    ("order_per_partition", |p| {
        Box::pin(order_per_partition(p.log()))
    }),
    ("keys_to_partitions", |p| {
        Box::pin(keys_to_partitions(p.log()))
    }),
    ("records_come_back_whole", |p| {
        Box::pin(records_come_back_whole(p.log()))
    }),
    ("one_call_many_topics", |p| {
        Box::pin(one_call_many_topics(p.log()))
    }),
    ("concurrent_appends", |p| {
        Box::pin(concurrent_appends(p.log()))
    }),
    ("limits_of_a_read", |p| Box::pin(limits_of_a_read(p.log()))),
    ("reading_at_and_past_the_end", |p| {
        Box::pin(reading_at_and_past_the_end(p.log()))
    }),
    ("time_to_offset", |p| {
        Box::pin(log_time::time_to_offset(p.log()))
    }),
    ("time_does_not_go_back", |p| {
        Box::pin(log_time::time_does_not_go_back(p))
    }),
    ("waiting_wakes", |p| Box::pin(waiting_wakes(p.log()))),
    ("repetitions_are_kept_or_told", |p| {
        Box::pin(repetitions_are_kept_or_told(p.log()))
    }),
    ("topics_are_created_and_altered", |p| {
        Box::pin(topics_are_created_and_altered(p))
    }),
    ("what_does_not_exist_is_refused", |p| {
        Box::pin(what_does_not_exist_is_refused(p.log()))
    }),
    ("retention_by_time", |p| {
        Box::pin(log_time::retention_by_time(p))
    }),
    ("retention_by_bytes", |p| {
        Box::pin(log_time::retention_by_bytes(p))
    }),
    ("compaction", |p| Box::pin(log_time::compaction(p))),
    ("a_lone_member_reads_everything", |p| {
        Box::pin(log_groups::a_lone_member_reads_everything(p.log()))
    }),
    ("members_share_and_hand_over", |p| {
        Box::pin(log_groups::members_share_and_hand_over(p.log()))
    }),
    ("readers_seek_within_bounds", |p| {
        Box::pin(log_groups::readers_seek_within_bounds(p.log()))
    }),
    ("a_cancelled_read_loses_nothing", |p| {
        Box::pin(log_groups::a_cancelled_read_loses_nothing(p.log()))
    }),
    ("positions_are_remembered", |p| {
        Box::pin(log_groups::positions_are_remembered(p.log()))
    }),
];

/// Creates a topic with a name of its own.
pub(super) async fn topic(log: &dyn Log, name: &str, partitions: u32) -> Topic {
    topic_kept(log, name, partitions, Retention::FOREVER).await
}

pub(super) async fn topic_kept(
    log: &dyn Log,
    name: &str,
    partitions: u32,
    retention: Retention,
) -> Topic {
    let name = unique(name);
    let spec = TopicSpec {
        name: name.clone(),
        partitions,
        retention,
    };
    log.ensure(&spec).await.expect("topic is created");
    name.into()
}

/// A record whose key and value are these texts.
pub(super) fn record(topic: &Topic, key: &str, value: &str) -> NewRecord {
    let id = kernel::event_id(value.as_bytes());
    NewRecord::keyed(
        Arc::clone(topic),
        Bytes::copy_from_slice(key.as_bytes()),
        Headers::new(id, "sim/tested", "sim/conformance"),
        Bytes::copy_from_slice(value.as_bytes()),
    )
}

pub(super) fn at(record: NewRecord, timestamp: i64) -> NewRecord {
    NewRecord {
        timestamp: Some(timestamp),
        ..record
    }
}

/// Everything in a partition, read in the smallest batches.
pub(super) async fn all(log: &dyn Log, topic: &str, partition: u32) -> Vec<Record> {
    let limits = ReadLimits {
        records: 2,
        bytes: usize::MAX,
    };
    let (mut records, mut from) = (Vec::new(), 0);
    loop {
        let batch = log
            .read(topic, partition, from, limits)
            .await
            .expect("read");
        if batch.records.is_empty() {
            return records;
        }
        assert!(batch.next > from, "a batch must move on");
        assert!(
            batch.end >= batch.next,
            "the end is not before what was read"
        );
        from = batch.next;
        records.extend(batch.records);
    }
}

/// A record's value as text.
pub(super) fn text(record: &Record) -> String {
    let value = record.value.as_ref().map(|v| v.to_vec());
    String::from_utf8(value.unwrap_or_default()).expect("the suite writes text")
}

pub(super) fn refused<T>(result: Result<T, PortError>, naming: &str) {
    match result {
        Err(PortError::Refused(text)) => {
            assert!(text.contains(naming), "{text:?} without {naming}")
        }
        Err(other) => panic!("must be refused, not retried: {other}"),
        Ok(_) => panic!("must be refused, naming {naming}"),
    }
}

async fn order_per_partition(log: &dyn Log) {
    let t = topic(log, "order", 2).await;
    for batch in 0..10 {
        let records = (0..5).map(|n| {
            let number = batch * 5 + n;
            NewRecord {
                partition: Some(number % 2),
                ..record(&t, "k", &number.to_string())
            }
        });
        let appended = log.append(records.collect()).await.expect("appended");
        for (n, appended) in (0..).zip(appended) {
            let number = batch * 5 + n;
            assert_eq!(appended.partition, number % 2);
            assert_eq!(
                appended.offset,
                u64::from(number / 2),
                "offsets start at 0, without gaps"
            );
        }
    }
    for partition in 0..2 {
        let values: Vec<String> = all(log, &t, partition).await.iter().map(text).collect();
        let wanted: Vec<String> = (0..25).map(|n| (n * 2 + partition).to_string()).collect();
        assert_eq!(values, wanted);
    }
}

async fn keys_to_partitions(log: &dyn Log) {
    let t = topic(log, "keys", 7).await;
    for key in ["21", "foobar", "0xabc", "a-little-bit-long-string", ""] {
        let appended = log
            .append(vec![record(&t, key, key)])
            .await
            .expect("appended");
        let wanted = partition_for(key.as_bytes(), 7);
        assert_eq!(appended[0].partition, wanted, "key {key:?}, as Java has it");
    }
    let keyless = NewRecord {
        key: None,
        ..record(&t, "", "keyless")
    };
    let appended = log.append(vec![keyless]).await.expect("appended");
    assert_eq!(appended[0].partition, 0, "without a key");
    let pinned = NewRecord {
        partition: Some(5),
        ..record(&t, "foobar", "pinned")
    };
    let appended = log.append(vec![pinned]).await.expect("appended");
    assert_eq!(appended[0].partition, 5, "as the record wants");
}

async fn records_come_back_whole(log: &dyn Log) {
    let t = topic(log, "whole", 1).await;
    let mut full = at(record(&t, "key", "value"), 1_700_000_000_123);
    full.headers.cause = Some(Position::new("up.stream", 3, 99).at(2));
    full.headers.trace = Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into());
    full.headers.more = vec![
        ("priority".into(), Bytes::from_static(b"1")),
        ("bytes".into(), Bytes::from_static(&[0, 255, 10])),
    ];
    let empty = NewRecord {
        key: None,
        value: None,
        ..at(record(&t, "", ""), 1_700_000_000_124)
    };
    let blank = at(record(&t, "", ""), 1_700_000_000_125);
    let sent = vec![full, empty, blank];
    log.append(sent.clone()).await.expect("appended");
    let found = all(log, &t, 0).await;
    assert_eq!(found.len(), sent.len());
    for (offset, (found, sent)) in found.into_iter().zip(sent).enumerate() {
        let wanted = Record {
            offset: offset as u64,
            timestamp: sent.timestamp.expect("all bring their time"),
            key: sent.key,
            headers: sent.headers,
            value: sent.value,
        };
        assert_eq!(found, wanted);
    }
}

async fn one_call_many_topics(log: &dyn Log) {
    let topics = [topic(log, "many-a", 1).await, topic(log, "many-b", 3).await];
    let records = (0..40).map(|n| record(&topics[n % 2], &format!("k{n}"), &n.to_string()));
    let appended = log.append(records.collect()).await.expect("appended");
    assert_eq!(appended.len(), 40);
    for (n, appended) in appended.iter().enumerate() {
        let t = &topics[n % 2];
        let limits = ReadLimits {
            records: 1,
            bytes: 1,
        };
        let batch = log
            .read(t, appended.partition, appended.offset, limits)
            .await;
        let batch = batch.expect("read");
        assert_eq!(
            text(&batch.records[0]),
            n.to_string(),
            "the answers are in order"
        );
    }
    assert!(
        log.append(Vec::new())
            .await
            .expect("nothing is fine")
            .is_empty()
    );
}

async fn concurrent_appends(log: &dyn Log) {
    let t = topic(log, "concurrent", 3).await;
    let writers = (0..8).map(|writer| {
        let t = &t;
        async move {
            for n in 0..20 {
                let value = format!("{writer}:{n}");
                let appended = log
                    .append(vec![record(t, &writer.to_string(), &value)])
                    .await;
                let appended = appended.expect("appended")[0];
                let ends = log.ends(t).await.expect("ends");
                let end = ends[appended.partition as usize];
                assert!(end > appended.offset, "who has the answer can read it");
            }
        }
    });
    futures::future::join_all(writers).await;
    let mut seen = Vec::new();
    for partition in 0..3 {
        let records = all(log, &t, partition).await;
        for (offset, record) in records.iter().enumerate() {
            assert_eq!(record.offset, offset as u64, "no gaps");
        }
        seen.extend(records.iter().map(text));
    }
    for writer in 0..8 {
        let own: Vec<&String> = seen
            .iter()
            .filter(|v| v.starts_with(&format!("{writer}:")))
            .collect();
        let wanted: Vec<String> = (0..20).map(|n| format!("{writer}:{n}")).collect();
        assert!(own.into_iter().eq(&wanted), "each writer's order is kept");
    }
}

async fn limits_of_a_read(log: &dyn Log) {
    let t = topic(log, "limits", 1).await;
    let records = (0..10).map(|n| record(&t, "k", &format!("{n}{}", "x".repeat(1000))));
    log.append(records.collect()).await.expect("appended");
    let read = async |from, records, bytes| {
        let limits = ReadLimits { records, bytes };
        let batch = log.read(&t, 0, from, limits).await.expect("read");
        (batch.records.len(), batch.next, batch.end)
    };
    assert_eq!(read(0, 4, usize::MAX).await, (4, 4, 10));
    assert_eq!(read(4, 100, usize::MAX).await, (6, 10, 10));
    assert_eq!(read(9, 100, 1).await, (1, 10, 10));
    assert_eq!(
        read(3, 100, 1).await,
        (1, 4, 10),
        "at least one record comes"
    );
    let (count, next, _) = read(0, 100, 3000).await;
    assert!((2..=3).contains(&count), "stops at the bytes: {count}");
    assert_eq!(next, count as u64);
}

async fn reading_at_and_past_the_end(log: &dyn Log) {
    let t = topic(log, "end", 2).await;
    let batch = log
        .read(&t, 1, 0, ReadLimits::default())
        .await
        .expect("read");
    assert!(batch.records.is_empty());
    assert_eq!((batch.next, batch.end), (0, 0));
    let one = NewRecord {
        partition: Some(1),
        ..record(&t, "k", "v")
    };
    log.append(vec![one]).await.expect("appended");
    let batch = log
        .read(&t, 1, 1, ReadLimits::default())
        .await
        .expect("read");
    assert!(batch.records.is_empty());
    assert_eq!((batch.next, batch.end), (1, 1));
    assert_eq!(log.starts(&t).await.expect("starts"), vec![0, 0]);
    assert_eq!(log.ends(&t).await.expect("ends"), vec![0, 1]);
}

async fn waiting_wakes(log: &dyn Log) {
    let t = topic(log, "wait", 2).await;
    let pin = |partition| NewRecord {
        partition: Some(partition),
        ..record(&t, "k", "v")
    };
    log.append(vec![pin(0)]).await.expect("appended");
    soon("waiting for what is there", log.wait(&t, 0, 0))
        .await
        .expect("there");
    let waiting = async { soon("waking", log.wait(&t, 0, 1)).await.expect("woken") };
    let appending = async {
        tokio::task::yield_now().await;
        log.append(vec![pin(1)]).await.expect("appended");
        let early = tokio::time::timeout(Duration::from_millis(1), log.wait(&t, 0, 1)).await;
        assert!(early.is_err(), "another partition does not wake");
        log.append(vec![pin(0)]).await.expect("appended");
    };
    tokio::join!(waiting, appending);
    assert_eq!(log.ends(&t).await.expect("ends"), vec![2, 1]);
}

async fn repetitions_are_kept_or_told(log: &dyn Log) {
    let t = topic(log, "repeated", 1).await;
    let caused = |offset, index, value: &str| {
        let mut record = record(&t, "k", value);
        record.headers.source = "processors/conformance".into();
        record.headers.cause = Some(Position::new("up.stream", 4, offset).at(index));
        record
    };
    let first = vec![
        caused(7, 0, "7/0"),
        caused(7, 1, "7/1"),
        caused(9, 0, "9/0"),
    ];
    let appended = log.append(first.clone()).await.expect("appended");
    assert!(
        appended.iter().all(|a| !a.repeated),
        "nothing was there before"
    );
    let again = log.append(first).await.expect("appended");
    let kept = again.iter().filter(|a| !a.repeated).count();
    assert_eq!(
        all(log, &t, 0).await.len(),
        3 + kept,
        "a repetition told is not there twice"
    );
    assert!(
        again.iter().all(|a| !a.repeated || a.offset < 3),
        "it is already there"
    );
    let mut other = caused(7, 0, "another unit");
    other.headers.source = "processors/other".into();
    let more = log
        .append(vec![caused(9, 1, "9/1"), other])
        .await
        .expect("appended");
    assert!(
        more.iter().all(|a| !a.repeated),
        "a later cause and another unit's are new"
    );
}

async fn topics_are_created_and_altered(peer: &dyn LogPeer) {
    let log = peer.log();
    let t = topic(log, "catalogue", 3).await;
    let infos = async || {
        let topics = log.topics().await.expect("topics");
        let mut ours = topics.into_iter().filter(|info| info.spec.name == *t);
        ours.next().expect("the topic is there")
    };
    let mut spec = infos().await.spec;
    assert_eq!(
        (spec.partitions, spec.retention.clone()),
        (3, Retention::FOREVER)
    );
    log.ensure(&spec)
        .await
        .expect("the same again changes nothing");
    log.append(vec![record(&t, "k", "v")])
        .await
        .expect("appended");
    let info = infos().await;
    assert_eq!(info.records, 1);
    assert!(info.bytes > 1 || !peer.counts_bytes());
    spec.retention.time = Some(Duration::from_secs(3600));
    log.ensure(&spec).await.expect("retention is altered");
    assert_eq!(infos().await.spec, spec);
    spec.partitions = 4;
    refused(log.ensure(&spec).await, &t);
}

async fn what_does_not_exist_is_refused(log: &dyn Log) {
    let t = topic(log, "there", 2).await;
    let gone: Topic = unique("not-there").into();
    let limits = ReadLimits::default();
    refused(log.append(vec![record(&gone, "k", "v")]).await, &gone);
    refused(log.read(&gone, 0, 0, limits).await, &gone);
    refused(log.wait(&gone, 0, 0).await, &gone);
    refused(log.starts(&gone).await, &gone);
    refused(log.ends(&gone).await, &gone);
    refused(log.offset_at(&gone, 0, 0).await, &gone);
    refused(log.join("group", &gone).await, &gone);
    refused(log.read(&t, 2, 0, limits).await, &t);
    refused(log.wait(&t, 2, 0).await, &t);
    refused(log.offset_at(&t, 2, 0).await, &t);
    let outside = NewRecord {
        partition: Some(2),
        ..record(&t, "k", "v")
    };
    refused(log.append(vec![record(&t, "k", "v"), outside]).await, &t);
}
