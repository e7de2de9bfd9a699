//! Reading and waiting outside of groups.

use std::sync::Arc;
use std::time::Duration;

use adapters::kafka::{GroupProtocol, KafkaOptions};
use runtime::ports::{Log, ReadLimits, Retention};

use super::{connect, options, record, soon, text, topic};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_readers_than_consumers_take_turns() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let few = KafkaOptions {
        readers: 2,
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, few);
    let t = topic(&log, "turns", 8, Retention::FOREVER).await;
    for n in 0..50 {
        let records = (0..8).map(|p| record(&t, p, &format!("{p}/{n}")));
        log.append(records.collect()).await.expect("appended");
    }
    let limits = ReadLimits {
        records: 7,
        bytes: usize::MAX,
    };
    let scans = (0..8).map(|partition| {
        let (log, t) = (&log, &t);
        async move {
            let (mut values, mut from) = (Vec::new(), 0);
            while values.len() < 50 {
                let batch = log.read(t, partition, from, limits).await.expect("read");
                values.extend(batch.records.iter().map(text));
                from = batch.next;
            }
            let wanted: Vec<String> = (0..50).map(|n| format!("{partition}/{n}")).collect();
            assert_eq!(values, wanted);
        }
    });
    soon("all scans", futures::future::join_all(scans)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_is_given_up_harms_no_other() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let one = KafkaOptions {
        readers: 1,
        ..options(GroupProtocol::Classic)
    };
    let log = connect(&shared.kafka, one);
    let t = topic(&log, "given-up", 1, Retention::FOREVER).await;
    let records = (0..100).map(|n| record(&t, 0, &n.to_string()));
    log.append(records.collect()).await.expect("appended");
    for wait in 0..30 {
        let read = log.read(&t, 0, wait, ReadLimits::default());
        let _ = tokio::time::timeout(Duration::from_millis(wait), read).await;
        let limits = ReadLimits {
            records: 1,
            bytes: 1,
        };
        let read = soon("a read", log.read(&t, 0, wait, limits)).await;
        assert_eq!(text(&read.expect("read").records[0]), wait.to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_follows_a_partition_misses_nothing() {
    let Some(shared) = peers::shared() else {
        return;
    };
    let log = Arc::new(connect(&shared.kafka, options(GroupProtocol::Classic)));
    let t = topic(&log, "followed", 2, Retention::FOREVER).await;
    let followers: Vec<_> = (0..4)
        .map(|n| {
            let (log, t) = (Arc::clone(&log), t.clone());
            tokio::spawn(async move {
                let (partition, mut from, mut values) = (n % 2, 0, Vec::new());
                while values.len() < 60 {
                    log.wait(&t, partition, from).await.expect("waited");
                    let batch = log.read(&t, partition, from, ReadLimits::default());
                    let batch = batch.await.expect("read");
                    assert!(!batch.records.is_empty(), "waiting returned for a record");
                    values.extend(batch.records.iter().map(text));
                    from = batch.next;
                }
                (partition, values)
            })
        })
        .collect();
    for n in 0..60 {
        let records = (0..2).map(|p| record(&t, p, &format!("{p}/{n}")));
        log.append(records.collect()).await.expect("appended");
        if n % 20 == 10 {
            // Long enough that nobody waits any more, or waits anew.
            tokio::time::sleep(Duration::from_millis(2500)).await;
        }
    }
    for follower in followers {
        let (partition, values) = soon("a follower", follower).await.expect("no panic");
        let wanted: Vec<String> = (0..60).map(|n| format!("{partition}/{n}")).collect();
        assert_eq!(values, wanted);
    }
}
