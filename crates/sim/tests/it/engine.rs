//! The engine over the embedded log and store, end to end, with a processor small enough to check by hand.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    Context, ErasedProcessor, Headers, Kind, NewRecord, Poison, Processor, Record, Reject,
    RowWrite, Spec, Step, Table, event_id,
};
use runtime::embedded::{SqliteLog, SqliteStore};
use runtime::engine::{Engine, Settings};
use runtime::platform::Platform;
use runtime::ports::{Log, ReadLimits, Store, TableName};
use serde::{Deserialize, Serialize};

use crate::embedded::{self, PARTITIONS, bounded};

/// Counts the events of each key and announces every tenth.
struct Counter;

#[derive(Default, Clone, Serialize, Deserialize)]
struct Count {
    n: u64,
}

impl Processor for Counter {
    const SPEC: Spec = Spec {
        name: "counter",
        revision: 1,
        input: "numbers",
        aggregates: Some("counter"),
        projections: &[Table {
            name: "counter_seen",
            doc: "one row an event",
        }],
        emits: &["tens"],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Park,
    };
    type Event = (Bytes, u64);
    type State = Count;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let value = record.value.as_deref().unwrap_or_default();
        let number = std::str::from_utf8(value).ok().and_then(|t| t.parse().ok());
        let number = number.ok_or_else(|| Reject::new("NOT_A_NUMBER", format!("{value:?}")))?;
        Ok(Some((record.key.clone().unwrap_or_default(), number)))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(&self, state: &Count, event: &Self::Event, _: &Context) -> Result<Step<Count>, Reject> {
        if event.1 == 666 {
            return Err(Reject::new("UNLUCKY", "666"));
        }
        let n = state.n + 1;
        let mut step = Step::state(Count { n });
        let row = Bytes::copy_from_slice(&event.1.to_be_bytes());
        step.rows.push(RowWrite::put(
            "counter_seen",
            event.0.clone(),
            row,
            &event.1,
        ));
        if n.is_multiple_of(10) {
            step.emits.push(kernel::Emit {
                topic: "tens",
                key: event.0.clone(),
                id: None,
                kind: "ten".into(),
                value: Bytes::from(n.to_string()),
                headers: vec![],
            });
        }
        Ok(step)
    }
}

async fn platform(folder: &Path) -> (Platform, Arc<SqliteLog>, Arc<SqliteStore>) {
    embedded::open(
        folder,
        &[&Counter::SPEC],
        &["numbers", "tens", "dlq.counter"],
    )
    .await
}

async fn start(platform: &Platform) -> Engine {
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Counter)];
    Engine::start(Settings::default(), platform.clone(), processors)
        .await
        .expect("it starts")
}

fn number(key: &str, n: u64) -> NewRecord {
    let value = Bytes::from(n.to_string());
    let headers = Headers::new(event_id(value.as_ref()), "number", "test");
    NewRecord::keyed(
        "numbers".into(),
        Bytes::copy_from_slice(key.as_bytes()),
        headers,
        value,
    )
}

async fn count(store: &dyn Store, key: &str) -> u64 {
    let table = TableName {
        name: "counter",
        generation: 1,
    };
    let row = store
        .get(&table, key.as_bytes(), b"")
        .await
        .expect("the store answers");
    row.map_or(0, |r| {
        serde_json::from_slice::<Count>(&r.doc).expect("a count").n
    })
}

async fn records(log: &dyn Log, topic: &str) -> Vec<Record> {
    let mut all = Vec::new();
    for partition in 0..PARTITIONS {
        let batch = log.read(topic, partition, 0, ReadLimits::default()).await;
        all.extend(batch.expect("the topic is there").records);
    }
    all
}

#[tokio::test]
async fn a_write_is_visible_when_its_token_has_passed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (platform, log, store) = platform(folder.path()).await;
    let engine = start(&platform).await;
    let writes = (0..1000)
        .map(|n| number(&format!("k{}", n % 7), 1000 + n))
        .collect();
    let token = platform.append(writes).await.expect("the log takes it");
    bounded(platform.waiter.passed("counter", &token))
        .await
        .expect("the log answers");
    assert_eq!(count(&*store, "k0").await, 143);
    assert_eq!(count(&*store, "k6").await, 142);
    assert_eq!(records(&*log, "tens").await.len(), 7 * 14);
    assert_eq!(
        platform.waiter.lagging().await.expect("the log answers"),
        vec![]
    );
    bounded(engine.stop()).await;
}

#[tokio::test]
async fn a_restart_goes_on_where_it_stopped_and_a_lost_store_is_rebuilt_without_new_emits() {
    let folder = tempfile::tempdir().expect("a folder");
    for round in 1..=3_u64 {
        let (platform, log, store) = platform(folder.path()).await;
        let engine = start(&platform).await;
        let writes = (0..100).map(|n| number("k", n)).collect();
        let token = platform.append(writes).await.expect("the log takes it");
        bounded(platform.waiter.passed("counter", &token))
            .await
            .expect("the log answers");
        assert_eq!(count(&*store, "k").await, round * 100);
        bounded(engine.stop()).await;
        log.close().await.expect("the log closes");
        store.close().await.expect("the store closes");
    }
    for file in ["store.db", "store.db-wal", "store.db-shm"] {
        let _ = std::fs::remove_file(folder.path().join(file));
    }
    let (platform, log, store) = platform(folder.path()).await;
    let engine = start(&platform).await;
    bounded(platform.waiter.at_rest())
        .await
        .expect("the log answers");
    assert_eq!(count(&*store, "k").await, 300);
    assert_eq!(
        records(&*log, "tens").await.len(),
        30,
        "old decisions are not made again"
    );
    bounded(engine.stop()).await;
}

#[tokio::test]
async fn a_store_that_is_ahead_of_its_log_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ahead, log, store) = platform(folder.path()).await;
    let engine = start(&ahead).await;
    let token = ahead
        .append((0..10).map(|n| number("k", n)).collect())
        .await
        .expect("appended");
    bounded(ahead.waiter.passed("counter", &token))
        .await
        .expect("the log answers");
    bounded(engine.stop()).await;
    log.close().await.expect("the log closes");
    store.close().await.expect("the store closes");
    std::fs::remove_file(folder.path().join("log.db")).expect("the log is lost");
    let (behind, _log, _store) = platform(folder.path()).await;
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Counter)];
    let error = Engine::start(Settings::default(), behind, processors)
        .await
        .err();
    let error = error.expect("refused").to_string();
    assert!(
        error.contains("counter")
            && error.contains("offset 10")
            && error.contains("delete the store"),
        "{error}"
    );
}

#[tokio::test]
async fn a_rejected_event_parks_its_key_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (platform, log, store) = platform(folder.path()).await;
    let engine = start(&platform).await;
    let mut writes = vec![
        number("a", 1),
        number("a", 666),
        number("a", 2),
        number("b", 3),
    ];
    writes.push(NewRecord {
        value: Some(Bytes::from_static(b"junk")),
        ..number("b", 0)
    });
    writes.push(number("b", 4));
    let token = platform.append(writes).await.expect("the log takes it");
    bounded(platform.waiter.passed("counter", &token))
        .await
        .expect("the log answers");
    assert_eq!(count(&*store, "a").await, 1, "a is parked behind 666");
    assert_eq!(
        count(&*store, "b").await,
        2,
        "junk has no aggregate to park"
    );
    let letters = records(&*log, "dlq.counter").await;
    let mut codes: Vec<_> = letters
        .iter()
        .map(|r| {
            r.headers
                .get("__streams.errors.exception")
                .cloned()
                .unwrap_or_default()
        })
        .collect();
    codes.sort();
    assert_eq!(codes, ["NOT_A_NUMBER", "PARKED", "UNLUCKY"]);
    let unlucky = letters.iter().find(|r| r.value.as_deref() == Some(b"666"));
    assert!(unlucky.is_some(), "the original bytes are kept");
    bounded(engine.stop()).await;
}
