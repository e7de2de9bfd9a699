//! Brokers that die and brokers that stand still: each test has one of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaLog, KafkaOptions};
use kernel::{NewRecord, Position, Topic};
use peers::{Kafka, Options};
use runtime::ports::{Appended, Log, ReadLimits, Retention};
use runtime::settings::{Size, Span};

use super::groups::Member;
use super::{connect, options, patiently, record, soon, text, topic, unique, values};

/// A record that is the n-th output of one upstream partition.
fn derived(t: &Topic, n: usize) -> NewRecord {
    let mut record = record(t, 0, &n.to_string());
    record.headers.cause = Some(Position::new("up.stream", 0, n as u64));
    record
}

/// Appends derived records in batches as the engine does: a batch that fails is appended again, whole.
async fn emit(
    log: &KafkaLog,
    t: &Topic,
    count: usize,
    acknowledged: &AtomicUsize,
) -> Vec<Appended> {
    let mut places = Vec::new();
    for batch in 0..count / 10 {
        let records: Vec<_> = (0..10).map(|n| derived(t, batch * 10 + n)).collect();
        loop {
            match log.append(records.clone()).await {
                Ok(appended) => break places.extend(appended),
                Err(error) => {
                    assert!(error.is_retry(), "{error}");
                    assert!(error.to_string().contains(&**t), "{error}");
                }
            }
        }
        acknowledged.store((batch + 1) * 10, Ordering::SeqCst);
    }
    places
}

/// What a reader of derived records has applied: those whose cause is above all before, as the engine does.
#[derive(Default)]
struct Applied {
    highest: Option<u64>,
    values: Vec<usize>,
    repeated: usize,
}

impl Applied {
    fn apply(&mut self, record: &kernel::Record) {
        let cause = record
            .headers
            .cause
            .as_ref()
            .expect("all are derived")
            .offset;
        if self.highest.is_some_and(|highest| cause <= highest) {
            self.repeated += 1;
            return;
        }
        self.highest = Some(cause);
        self.values.push(text(record).parse().expect("a number"));
    }
}

/// Follows a partition through a group until it has applied that many records.
async fn follow(log: &KafkaLog, t: &Topic, count: usize) -> Applied {
    let mut member = Member::join(log, &unique("group"), t).await;
    soon("its partition", member.settle(1)).await;
    let mut reader = member.readers.remove(&0).expect("the only one");
    while let Err(error) = reader.seek(0).await {
        assert!(error.is_retry(), "{error}");
    }
    let mut applied = Applied::default();
    let mut next = 0;
    while applied.values.len() < count {
        match reader.next(ReadLimits::default()).await {
            Ok(batch) => {
                for record in &batch.records {
                    assert_eq!(record.offset, next, "no record is left out or read twice");
                    next += 1;
                    applied.apply(record);
                }
            }
            Err(error) => assert!(error.is_retry(), "{error}"),
        }
    }
    applied
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_loses_nothing_that_was_acknowledged() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut broker = Kafka::start(folder.path(), Options::default())
        .await
        .expect("a broker");
    const COUNT: usize = 3000;
    let impatient = KafkaOptions {
        // Shorter than the broker is away: appends are told to try again meanwhile.
        delivery_timeout: Span::millis(500),
        ..options(GroupProtocol::Classic)
    };
    let log = Arc::new(connect(broker.address(), impatient));
    let t = topic(&log, "killed", 1, Retention::FOREVER).await;
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let emitting = tokio::spawn({
        let (log, t, acknowledged) = (log.clone(), t.clone(), acknowledged.clone());
        async move { emit(&log, &t, COUNT, &acknowledged).await }
    });
    let following = tokio::spawn({
        let (log, t) = (log.clone(), t.clone());
        async move { follow(&log, &t, COUNT).await }
    });
    for kills in 1..=2 {
        let reached = async {
            while acknowledged.load(Ordering::SeqCst) < kills * 500 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon("some appends", reached).await;
        broker.kill();
        broker.restart().await.expect("the broker is back");
    }
    let places = soon("all appends", emitting).await.expect("no panic");
    let applied = soon("the reader", following).await.expect("no panic");
    let wanted: Vec<usize> = (0..COUNT).collect();
    assert_eq!(applied.values, wanted, "each once, in order, none lost");
    // What was acknowledged is where the acknowledgement said.
    let all = values(&log, &t, 0).await;
    for (n, place) in places.iter().enumerate() {
        let there = usize::try_from(place.offset).expect("a small offset");
        assert_eq!(all[there], n.to_string());
    }
    println!(
        "{} records, {} of them repetitions",
        all.len(),
        applied.repeated
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_stands_still_holds_appends_back_and_goes_on() {
    if !peers::wanted() {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Kafka::start(folder.path(), Options::default())
        .await
        .expect("a broker");
    let narrow = KafkaOptions {
        buffer_bytes: Size(100_000),
        request_timeout: Span::secs(2),
        ..options(GroupProtocol::Classic)
    };
    let patient = connect(broker.address(), options(GroupProtocol::Classic));
    let log = Arc::new(connect(broker.address(), narrow));
    let t = topic(&patient, "still", 2, Retention::FOREVER).await;
    let mut member = Member::join(&patient, &unique("group"), &t).await;
    soon("both", member.settle(2)).await;
    let reader = member.readers.get_mut(&1).expect("it has both");
    reader.seek(0).await.expect("within bounds");
    // Its own looks at the topic, too, while there is somebody to ask.
    patiently("an append", || log.append(vec![record(&t, 1, "before")])).await;
    broker.pause().expect("paused");
    let woken = Arc::new(AtomicBool::new(false));
    let appends: Vec<_> = (0..40)
        .map(|n| {
            let (log, t, woken) = (log.clone(), t.clone(), woken.clone());
            tokio::spawn(async move {
                let value = format!("{n}/{}", "x".repeat(10_000));
                let appended = log.append(vec![record(&t, 0, &value)]).await;
                assert!(woken.load(Ordering::SeqCst), "not while it stands still");
                appended
            })
        })
        .collect();
    let asked = log.ends(&t).await.expect_err("nobody answers");
    assert!(
        asked.is_retry() && asked.to_string().contains(&*t),
        "{asked}"
    );
    // Longer than requests are waited for: connections are dropped and requests sent again.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(
        appends.iter().all(|a| !a.is_finished()),
        "all are held back"
    );
    woken.store(true, Ordering::SeqCst);
    broker.resume().expect("resumed");
    for append in appends {
        let appended = soon("an append", append).await.expect("no panic");
        appended.expect("appended");
    }
    log.append(vec![record(&t, 1, "after")])
        .await
        .expect("appended");
    let mut read = Vec::new();
    while read.len() < 2 {
        match soon("a batch", reader.next(ReadLimits::default())).await {
            Ok(batch) => read.extend(batch.records.iter().map(text)),
            Err(error) => assert!(error.is_retry(), "{error}"),
        }
    }
    assert_eq!(read, ["before", "after"]);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in values(&patient, &t, 0).await {
        let writer = value.split('/').next().unwrap_or_default().to_owned();
        *counts.entry(writer).or_default() += 1;
    }
    assert_eq!(counts.len(), 40);
    assert!(counts.values().all(|n| *n == 1), "each once: {counts:?}");
}
