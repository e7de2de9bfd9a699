//! What a partition of the engine does with its mark: when it is written, and on which log it is good.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use kernel::{
    Context, ErasedProcessor, Headers, Kind, NewRecord, Poison, Position, Processor, Record,
    Reject, Spec, Step, event_id,
};
use runtime::engine::{Blocked, Engine, Settings};
use runtime::platform::Platform;
use runtime::ports::{MarkAt, Store, TableName};
use serde::{Deserialize, Serialize};
use sim::memory::{MemoryLog, MemoryStore, writes_of};

use crate::embedded::bounded;
use crate::in_memory::{self, store};

/// Remembers the last word of each key; takes no bad ones, and stops at them until it is made lenient.
#[derive(Default)]
struct Words {
    lenient: AtomicBool,
}

#[derive(Default, Serialize, Deserialize)]
struct Word(String);

impl Processor for Words {
    const SPEC: Spec = Spec {
        name: "words",
        revision: 1,
        input: "words",
        aggregates: Some("words"),
        projections: &[],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Halt,
    };
    type Event = (Bytes, String);
    type State = Word;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let value = record.value.as_deref().unwrap_or_default();
        let word = String::from_utf8_lossy(value).into_owned();
        Ok((word != "noise").then(|| (record.key.clone().unwrap_or_default(), word)))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(&self, _: &Word, event: &Self::Event, _: &Context) -> Result<Step<Word>, Reject> {
        match event.1.as_str() {
            "bad" if !self.lenient.load(Ordering::Relaxed) => Err(Reject::new("BAD", "a bad word")),
            "panic" => panic!("as the test wants"),
            word => Ok(Step::state(Word(word.to_owned()))),
        }
    }
}

fn log() -> MemoryLog {
    in_memory::log(&["words"], 1)
}

fn platform(log: &MemoryLog, store: &Arc<MemoryStore>, folder: &tempfile::TempDir) -> Platform {
    in_memory::platform(log, store, folder, &[&Words::SPEC])
}

async fn start(platform: &Platform, words: &Arc<Words>) -> Engine {
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![words.clone()];
    Engine::start(Settings::default(), platform.clone(), processors)
        .await
        .expect("it starts")
}

fn word(key: &str, word: &str) -> NewRecord {
    let id = event_id(format!("{key}={word}").as_bytes());
    NewRecord::keyed(
        "words".into(),
        Bytes::copy_from_slice(key.as_bytes()),
        Headers::new(id, "word", "test"),
        Bytes::copy_from_slice(word.as_bytes()),
    )
}

async fn until_blocked(engine: &Engine) -> Blocked {
    let status = engine.status();
    bounded(async {
        loop {
            match status.blocked().pop() {
                Some(blocked) => return blocked,
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    })
    .await
}

async fn mark(store: &MemoryStore) -> Option<MarkAt> {
    let marks = store.marks("words", 1).await.expect("the store answers");
    marks.get(&("words".to_owned(), 0)).copied()
}

async fn last_word(store: &MemoryStore, key: &str) -> Option<String> {
    let table = TableName {
        name: "words",
        generation: 1,
    };
    let row = store.get(&table, key.as_bytes(), b"").await;
    let row = row.expect("the store answers")?;
    let Word(word) = serde_json::from_slice(&row.doc).expect("a word");
    Some(word)
}

/// Applies some words on a log and stops; what the store knows then.
async fn applied(log: &MemoryLog, store: &Arc<MemoryStore>, words: &[&str]) -> MarkAt {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = platform(log, store, &folder);
    let engine = start(&platform, &Arc::default()).await;
    let records = words.iter().map(|w| word("k", w)).collect();
    let token = platform.append(records).await.expect("taken");
    bounded(platform.waiter.passed("words", &token))
        .await
        .expect("passed");
    bounded(engine.stop()).await;
    mark(store).await.expect("a mark")
}

#[tokio::test]
async fn what_came_before_a_poisoned_record_is_written_when_the_partition_halts() {
    for (poison, reason) in [("bad", "poison"), ("panic", "panic")] {
        let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
        let batch = ["one", "two", poison, "three"].map(|w| word("k", w));
        log.append_now(batch.to_vec()).expect("taken");
        let platform = platform(&log, &store, &folder);
        let engine = start(&platform, &Arc::default()).await;
        let blocked = until_blocked(&engine).await;
        assert_eq!((blocked.partition, blocked.reason), (0, reason));
        assert!(
            blocked.message.contains("words/0/2"),
            "it names the record: {}",
            blocked.message
        );
        assert_eq!(last_word(&store, "k").await.as_deref(), Some("two"));
        let wanted = MarkAt {
            next: 2,
            last: Some(event_id(b"k=two")),
        };
        assert_eq!(mark(&store).await, Some(wanted));
        bounded(engine.stop()).await;
        assert_eq!(last_word(&store, "k").await.as_deref(), Some("two"));
    }
}

/// A derived event, because only of those a head remembers the rejected ones.
#[tokio::test]
async fn a_record_that_halted_is_applied_once_the_processor_takes_it() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let derived = ["one", "bad"].into_iter().enumerate().map(|(n, text)| {
        let mut record = word("k", text);
        record.headers.cause = Some(Position::new("upstream", 0, n as u64));
        record
    });
    log.append_now(derived.collect()).expect("taken");
    let platform = platform(&log, &store, &folder);
    let words = Arc::<Words>::default();
    let engine = start(&platform, &words).await;
    until_blocked(&engine).await;
    bounded(engine.stop()).await;
    assert_eq!(last_word(&store, "k").await.as_deref(), Some("one"));
    words.lenient.store(true, Ordering::Relaxed);
    let engine = start(&platform, &words).await;
    bounded(platform.waiter.at_rest()).await.expect("at rest");
    assert_eq!(last_word(&store, "k").await.as_deref(), Some("bad"));
    bounded(engine.stop()).await;
}

#[tokio::test]
async fn a_mark_of_ignored_events_is_written_soon_and_not_for_each_of_them() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let flushes = Arc::new(AtomicU32::new(0));
    store.intercept({
        let flushes = flushes.clone();
        move |store, flush| {
            flushes.fetch_add(1, Ordering::Relaxed);
            writes_of(flush).iter().try_for_each(|w| store.apply(w))
        }
    });
    let platform = platform(&log, &store, &folder);
    let started = Instant::now();
    let engine = start(&platform, &Arc::default()).await;
    for _ in 0..50 {
        let token = platform.append(vec![word("k", "noise")]).await;
        // Whoever reads in this process need not wait for the mark.
        let token = token.expect("taken");
        let passed = platform.waiter.passed("words", &token);
        bounded(passed).await.expect("passed");
    }
    // Nothing comes after the last of them.
    let wanted = MarkAt {
        next: 50,
        last: Some(event_id(b"k=noise")),
    };
    bounded(async {
        while mark(&store).await != Some(wanted) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let at_most = 1 + started.elapsed().as_millis() / 200;
    let flushed = flushes.load(Ordering::Relaxed);
    assert!(u128::from(flushed) <= at_most, "{flushed} marks");
    bounded(engine.stop()).await;
    assert_eq!(
        flushes.load(Ordering::Relaxed),
        flushed,
        "nothing has moved since"
    );
}

#[tokio::test]
async fn a_topic_that_was_made_anew_stops_the_partition() {
    let (folder, store) = (tempfile::tempdir().expect("a folder"), store());
    let known = applied(&log(), &store, &["a", "b", "c"]).await;
    assert_eq!(
        (known.next, known.last),
        (3, Some(event_id(b"k=c"))),
        "the mark names the record before it"
    );
    let anew = log();
    let others = ["x", "y", "z", "u"].map(|w| word("k", w));
    anew.append_now(others.to_vec()).expect("taken");
    let platform = platform(&anew, &store, &folder);
    let engine = start(&platform, &Arc::default()).await;
    let blocked = until_blocked(&engine).await;
    assert_eq!((blocked.partition, blocked.reason), (0, "rewritten"));
    for part in ["LOG_REWRITTEN", "topic words partition 0", "build"] {
        assert!(blocked.message.contains(part), "{}", blocked.message);
    }
    assert_eq!(
        last_word(&store, "k").await.as_deref(),
        Some("c"),
        "nothing of the other log is applied"
    );
    bounded(engine.stop()).await;
    assert_eq!(mark(&store).await, Some(known));
}

#[tokio::test]
async fn a_record_that_compaction_took_proves_nothing() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    applied(&log, &store, &["a", "b", "c"]).await;
    log.append_now(vec![word("k", "d")]).expect("taken");
    log.remove("words", 0, 2).expect("removed");
    let platform = platform(&log, &store, &folder);
    let engine = start(&platform, &Arc::default()).await;
    bounded(platform.waiter.at_rest()).await.expect("at rest");
    assert_eq!(last_word(&store, "k").await.as_deref(), Some("d"));
    assert_eq!(engine.status().blocked(), []);
    bounded(engine.stop()).await;
}

#[tokio::test]
async fn a_hole_before_the_logs_start_stops_the_partition() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    applied(&log, &store, &["a", "b"]).await;
    let more = ["c", "d", "e"].map(|w| word("k", w));
    log.append_now(more.to_vec()).expect("taken");
    // All that was applied may go, and is no hole.
    log.truncate_before("words", 0, 2).expect("cut");
    let platform = platform(&log, &store, &folder);
    let engine = start(&platform, &Arc::default()).await;
    bounded(platform.waiter.at_rest()).await.expect("at rest");
    assert_eq!(engine.status().blocked(), []);
    bounded(engine.stop()).await;
    let more = ["f", "g", "h"].map(|w| word("k", w));
    log.append_now(more.to_vec()).expect("taken");
    log.truncate_before("words", 0, 6).expect("cut");
    let engine = start(&platform, &Arc::default()).await;
    let blocked = until_blocked(&engine).await;
    assert_eq!((blocked.partition, blocked.reason), (0, "hole"));
    for part in ["LOG_HOLE", "offset 5", "starts at 6", "import"] {
        assert!(blocked.message.contains(part), "{}", blocked.message);
    }
    assert_eq!(last_word(&store, "k").await.as_deref(), Some("e"));
    bounded(engine.stop()).await;
}
