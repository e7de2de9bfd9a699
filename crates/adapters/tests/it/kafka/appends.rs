//! Appending: what is refused before anything is written, and bounded memory.

use std::sync::Arc;

use adapters::kafka::{Compression, GroupProtocol, KafkaOptions};
use bytes::Bytes;
use runtime::ports::{Log, Retention, TickClock};
use runtime::settings::{Size, Span};

use super::{connect, options, record, refused, soon, topic, unique, values};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_call_is_written_when_one_of_its_records_is_refused() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let small = KafkaOptions {
        record_bytes_max: Size(10_000),
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, small);
    let t = topic(&log, "refused", 2, Retention::FOREVER).await;
    let good = || record(&t, 0, "good");
    let mut named = good();
    named.headers.more = vec![("a\0b".into(), Bytes::new())];
    let mut early = good();
    early.timestamp = Some(-1);
    let cases = [
        (record(&t, 1, &"x".repeat(10_001)), vec![&*t, "10000"]),
        (record(&t, 2, "no such partition"), vec![&*t]),
        (record(&unique("nowhere").into(), 0, "?"), vec!["nowhere"]),
        (named, vec![&*t, "NUL"]),
        (early, vec![&*t, "1970"]),
    ];
    for (bad, naming) in cases {
        refused(log.append(vec![good(), bad]).await, &naming);
    }
    assert_eq!(values(&log, &t, 0).await, Vec::<String>::new());
    let large = "y".repeat(8_000);
    log.append(vec![record(&t, 1, &large)])
        .await
        .expect("appended");
    assert_eq!(values(&log, &t, 1).await, [large]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_refuses_a_record_ends_neither_the_log_nor_its_order() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = connect(&shared.kafka, options(GroupProtocol::Classic));
    // A compacted topic takes no record without a key: only the broker knows.
    let compacted = Retention {
        compact: true,
        ..Retention::FOREVER
    };
    let t = topic(&log, "keyless", 1, compacted).await;
    let other = topic(&log, "other", 1, Retention::FOREVER).await;
    let keyless = kernel::NewRecord {
        key: None,
        ..record(&t, 0, "keyless")
    };
    refused(log.append(vec![keyless]).await, &[&t]);
    let appended = super::patiently("an append after that", || {
        log.append(vec![record(&t, 0, "keyed"), record(&other, 0, "other")])
    });
    appended.await;
    assert_eq!(values(&log, &t, 0).await, ["keyed"]);
    assert_eq!(values(&log, &other, 0).await, ["other"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_the_queue_holds_goes_through_in_order() {
    let Some(shared) = peers::shared() else {
        return;
    };
    for compression in [Compression::None, Compression::Lz4, Compression::Snappy] {
        let narrow = KafkaOptions {
            buffer_bytes: Size(20_000),
            compression,
            ..options(GroupProtocol::Classic)
        };
        let log = Arc::new(connect(&shared.kafka, narrow));
        let t = topic(&log, "narrow", 1, Retention::FOREVER).await;
        let value = |writer: usize, n: usize| format!("{writer}/{n}/{}", "x".repeat(500));
        let writers = (0..3).map(|writer| {
            let records = (0..200).map(|n| record(&t, 0, &value(writer, n)));
            log.append(records.collect())
        });
        for appended in soon("all appends", futures::future::join_all(writers)).await {
            let offsets: Vec<u64> = appended
                .expect("appended")
                .iter()
                .map(|a| a.offset)
                .collect();
            assert!(offsets.is_sorted(), "in the order of the call");
        }
        let all = values(&log, &t, 0).await;
        assert_eq!(all.len(), 600);
        for writer in 0..3 {
            let own = all.iter().filter(|v| v.starts_with(&format!("{writer}/")));
            let wanted: Vec<String> = (0..200).map(|n| value(writer, n)).collect();
            assert!(
                own.eq(&wanted),
                "{compression:?}: each call's order is kept"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_an_append_is_to_be_tried_again() {
    if !peers::wanted() {
        return;
    }
    let impatient = KafkaOptions {
        request_timeout: Span::millis(500),
        ..KafkaOptions::default()
    };
    // Nobody listens at port 1.
    let log = connect("127.0.0.1:1", impatient);
    let t = "anything".into();
    let error = log.append(vec![record(&t, 0, "x")]).await;
    let error = error.expect_err("nobody is there");
    assert!(
        error.is_retry() && error.to_string().contains("anything"),
        "{error}"
    );
    let error = log.topics().await.expect_err("nobody is there");
    assert!(error.is_retry(), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_get_the_platforms_time_or_keep_their_own() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let clock = Arc::new(TickClock::default());
    let options = options(GroupProtocol::Classic);
    let log = adapters::kafka::KafkaLog::connect(&shared.kafka, options, clock.clone());
    let log = log.expect("connected");
    let t = topic(&log, "times", 1, Retention::FOREVER).await;
    // A platform that lives by ticks may be far ahead of the broker's clock.
    let ahead = 4_000_000_000_000;
    runtime::ports::Clock::observe_tick(&*clock, ahead);
    let mut own = record(&t, 0, "own");
    own.timestamp = Some(1_000);
    log.append(vec![record(&t, 0, "platform's"), own])
        .await
        .expect("appended");
    let batch = log.read(&t, 0, 0, Default::default()).await.expect("read");
    let times: Vec<i64> = batch.records.iter().map(|r| r.timestamp).collect();
    assert_eq!(times, [ahead, 1_000]);
}
