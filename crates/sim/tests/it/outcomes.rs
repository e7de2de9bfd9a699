//! Effect runners when things go wrong: stops, handlers that hang, stores that fail, partitions that move.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord, Position, Record, Topic, event_id};
use runtime::effects::{EffectHandler, Effects, Outcome, Settings};
use runtime::platform::Platform;
use runtime::ports::{
    Appended, Batch, Log, MarkAt, Membership, PortError, ReadLimits, Store, TopicInfo, TopicSpec,
};
use runtime::settings::Span;
use sim::memory::{MemoryLog, MemoryStore, writes_of};
use tokio::sync::{Semaphore, watch};

use crate::embedded::bounded;
use crate::in_memory::{self, add_topic, platform, store};
use crate::told::{OUTCOMES, Told};

const ASKED: &str = "effects.ring";

/// Answers at once, or when the door is open, or not at all the first time.
struct Ring {
    tries: watch::Sender<BTreeMap<String, u32>>,
    door: Semaphore,
}

impl Ring {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            tries: watch::Sender::default(),
            door: Semaphore::new(0),
        })
    }

    /// Waits until a key was tried that often.
    async fn until_tried(&self, key: &str, count: u32) {
        let mut tries = self.tries.subscribe();
        bounded(tries.wait_for(|t| t.get(key).is_some_and(|n| *n >= count)))
            .await
            .expect("the handler lives");
    }
}

#[async_trait]
impl EffectHandler for Ring {
    fn kind(&self) -> &'static str {
        "ring"
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        let mut count = 0;
        self.tries.send_modify(|tries| {
            let of_key = tries.entry(key.to_owned()).or_default();
            *of_key += 1;
            count = *of_key;
        });
        match (request, count) {
            (b"door", _) => self.door.acquire().await.expect("never closed").forget(),
            (b"hangs once", 1) | (b"hangs", _) => std::future::pending().await,
            _ => {}
        }
        Outcome::Done(None)
    }
}

fn log() -> MemoryLog {
    in_memory::log(&[ASKED, OUTCOMES], 1)
}

fn quick() -> Settings {
    Settings {
        retry_min: Span::millis(5),
        stop_grace: Span::secs(3600),
        ..Settings::default()
    }
}

async fn start(settings: Settings, platform: &Platform, ring: &Arc<Ring>) -> Effects {
    start_refused(settings, platform, ring)
        .await
        .expect("it starts")
}

async fn start_refused(
    settings: Settings,
    platform: &Platform,
    ring: &Arc<Ring>,
) -> Result<Effects, PortError> {
    let handlers: Vec<Arc<dyn EffectHandler>> = vec![ring.clone()];
    Effects::start(
        settings,
        platform.clone(),
        Told::blindly(platform.log.clone()),
        handlers,
    )
    .await
}

fn effect(key: &str, request: &'static str) -> NewRecord {
    let headers = Headers::new(event_id(key.as_bytes()), "effect/ring", "processors/test");
    let key = Bytes::copy_from_slice(key.as_bytes());
    let request = Bytes::from_static(request.as_bytes());
    NewRecord::keyed(ASKED.into(), key, headers, request)
}

fn outcomes(log: &MemoryLog) -> Vec<Record> {
    let read = log.read_now(OUTCOMES, 0, 0, ReadLimits::default());
    read.map_or_else(|_| Vec::new(), |batch| batch.records)
}

async fn until_outcomes(log: &MemoryLog, count: usize) {
    bounded(async {
        while outcomes(log).len() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

async fn mark(store: &MemoryStore) -> Option<MarkAt> {
    let marks = store.marks("ring", 1).await.expect("the store answers");
    marks.get(&(ASKED.to_owned(), 0)).copied()
}

/// Makes the store fail while the switch is on.
fn failing(store: &MemoryStore) -> Arc<AtomicBool> {
    let fails = Arc::new(AtomicBool::new(true));
    let switch = fails.clone();
    store.intercept(move |store, flush| match fails.load(Ordering::Relaxed) {
        true => Err(PortError::retry("as the test wants")),
        false => writes_of(flush).iter().try_for_each(|w| store.apply(w)),
    });
    switch
}

#[tokio::test]
async fn what_is_in_flight_at_a_stop_is_finished_and_marked() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let effects = start(quick(), &platform, &ring).await;
    log.append_now(vec![effect("a", "door")]).expect("taken");
    ring.until_tried("a", 1).await;
    let stopping = effects.stop();
    let opening = async {
        // The stop is polled first, so it has begun.
        tokio::task::yield_now().await;
        ring.door.add_permits(1);
    };
    bounded(async { tokio::join!(stopping, opening) }).await;
    let found = outcomes(&log);
    assert_eq!(found.len(), 1, "its outcome is an event");
    let wanted = MarkAt {
        next: 1,
        last: Some(event_id(b"a")),
    };
    assert_eq!(mark(&store).await, Some(wanted), "and is not taken again");
}

#[tokio::test]
async fn what_outlasts_the_grace_is_dropped_and_taken_again() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let settings = Settings {
        stop_grace: Span::millis(20),
        ..quick()
    };
    let effects = start(settings.clone(), &platform, &ring).await;
    let asked = vec![effect("a", "at once"), effect("b", "hangs once")];
    log.append_now(asked).expect("taken");
    ring.until_tried("b", 1).await;
    until_outcomes(&log, 1).await;
    bounded(effects.stop()).await;
    let effects = start(settings, &platform, &ring).await;
    ring.until_tried("b", 2).await;
    bounded(effects.stop()).await;
    assert_eq!(
        ring.tries.borrow()["a"],
        1,
        "what was over before it was marked"
    );
}

#[tokio::test]
async fn a_handler_that_hangs_holds_up_nobody() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let settings = Settings {
        concurrency: 1,
        attempt_timeout: Span::millis(20),
        ..quick()
    };
    let effects = start(settings, &platform, &ring).await;
    let asked = vec![effect("a", "hangs once"), effect("b", "at once")];
    log.append_now(asked).expect("taken");
    ring.until_tried("b", 1).await;
    ring.until_tried("a", 2).await;
    until_outcomes(&log, 2).await;
    bounded(effects.stop()).await;
}

/// One slot, and an outcome that cannot be appended: the next effect is performed all the same.
#[tokio::test]
async fn an_outcome_that_waits_for_the_log_keeps_no_slot() {
    let (folder, store) = (tempfile::tempdir().expect("a folder"), store());
    let log = in_memory::log(&[ASKED], 1);
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let settings = Settings {
        concurrency: 1,
        ..quick()
    };
    let effects = start(settings, &platform, &ring).await;
    let asked = vec![effect("a", "at once"), effect("b", "at once")];
    log.append_now(asked).expect("taken");
    ring.until_tried("a", 1).await;
    ring.until_tried("b", 1).await;
    assert_eq!(mark(&store).await, None, "no outcome is there yet");
    add_topic(&log, OUTCOMES, 1);
    until_outcomes(&log, 2).await;
    bounded(effects.stop()).await;
}

#[tokio::test]
async fn an_outcome_appended_twice_is_the_same_event() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let store_fails = failing(&store);
    log.append_now(vec![effect("a", "at once"), effect("b", "at once")])
        .expect("taken");
    // The marks of the first life are lost, as in a crash.
    let effects = start(quick(), &platform, &ring).await;
    until_outcomes(&log, 2).await;
    bounded(effects.stop()).await;
    assert_eq!(mark(&store).await, None);
    store_fails.store(false, Ordering::Relaxed);
    let effects = start(quick(), &platform, &ring).await;
    until_outcomes(&log, 4).await;
    bounded(effects.stop()).await;
    let mut by_key: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for record in outcomes(&log) {
        let headers = (record.headers.id, record.headers.cause);
        by_key.entry(record.key).or_default().push(headers);
    }
    let found: Vec<_> = by_key.into_values().collect();
    for (offset, twice) in (0..).zip(&found) {
        assert_eq!(twice[0], twice[1]);
        assert_eq!(twice[0].1, Some(Position::new(ASKED, 0, offset)));
    }
    assert_ne!(found[0][0].0, found[1][0].0);
}

/// Also one that was noted in the ledger, whose next life knows it from there only.
#[tokio::test]
async fn the_outcome_of_a_later_try_names_the_same_cause() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let settings = Settings {
        attempt_timeout: Span::millis(5),
        retry_min: Span::secs(3600),
        ..quick()
    };
    let effects = start(settings.clone(), &platform, &ring).await;
    log.append_now(vec![effect("a", "hangs once")])
        .expect("taken");
    bounded(async {
        while effects.pending().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    bounded(effects.stop()).await;
    let name = "effects/ring/a";
    let noted = store.pointer(name).await.expect("read").expect("noted");
    let mut pending: serde_json::Value = serde_json::from_slice(&noted.value).expect("JSON");
    pending["due"] = 0.into();
    store
        .compare_and_set(name, Some(noted.version), pending.to_string().into())
        .await
        .expect("set");
    let effects = start(settings, &platform, &ring).await;
    until_outcomes(&log, 1).await;
    bounded(effects.stop()).await;
    let cause = outcomes(&log)[0].headers.cause.clone();
    assert_eq!(cause, Some(Position::new(ASKED, 0, 0)));
}

/// The mark cannot be written when the partition is taken away: its task must end all the same.
#[tokio::test]
async fn a_partition_that_is_revoked_lets_go_though_the_store_fails() {
    let (folder, log, store) = (tempfile::tempdir().expect("a folder"), log(), store());
    let platform = platform(&log, &store, &folder, &[]);
    let ring = Ring::new();
    let store_fails = failing(&store);
    let effects = start(quick(), &platform, &ring).await;
    log.append_now(vec![effect("a", "at once")]).expect("taken");
    until_outcomes(&log, 1).await;
    // Taken from the one member and given back to it, which takes the effect again.
    log.rebalance_groups();
    ring.until_tried("a", 2).await;
    store_fails.store(false, Ordering::Relaxed);
    bounded(effects.stop()).await;
}

#[tokio::test]
async fn a_partition_that_comes_from_another_process_goes_on_at_its_mark() {
    let (folder, store) = (tempfile::tempdir().expect("a folder"), store());
    let log = in_memory::log(&[ASKED, OUTCOMES], 1);
    let rings = [Ring::new(), Ring::new()];
    let platforms = [(); 2].map(|()| platform(&log, &store, &folder, &[]));
    let first = start(quick(), &platforms[0], &rings[0]).await;
    // Started before anything happened; the one partition stays where it is.
    let second = start(quick(), &platforms[1], &rings[1]).await;
    log.append_now(vec![effect("a", "at once")]).expect("taken");
    until_outcomes(&log, 1).await;
    bounded(async {
        while second.due().await.expect("told")[0].untried > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    bounded(first.stop()).await;
    log.append_now(vec![effect("b", "at once")]).expect("taken");
    rings[1].until_tried("b", 1).await;
    bounded(second.stop()).await;
    assert!(!rings[1].tries.borrow().contains_key("a"));
}

#[tokio::test]
async fn marks_of_another_log_are_refused() {
    let (folder, store) = (tempfile::tempdir().expect("a folder"), store());
    let known = log();
    let ring = Ring::new();
    let effects = start(quick(), &platform(&known, &store, &folder, &[]), &ring).await;
    known
        .append_now(vec![effect("a", "at once"), effect("b", "at once")])
        .expect("taken");
    until_outcomes(&known, 2).await;
    bounded(effects.stop()).await;
    for (keys, wanted) in [(&["x"][..], "ends at 1"), (&["x", "y"], "LOG_REWRITTEN")] {
        let other = log();
        other
            .append_now(keys.iter().map(|key| effect(key, "at once")).collect())
            .expect("taken");
        let platform = platform(&other, &store, &folder, &[]);
        let error = start_refused(quick(), &platform, &ring).await.err();
        let error = error.expect("refused");
        assert!(
            !error.is_retry() && error.to_string().contains(wanted),
            "{error}"
        );
    }
}

/// A store that does not answer holds up no stop.
#[tokio::test]
async fn a_stop_ends_though_nothing_can_be_written_down() {
    let (folder, store) = (tempfile::tempdir().expect("a folder"), store());
    let log = in_memory::log(&[ASKED], 1);
    let hanging = Arc::new(Hanging(log.clone()));
    let platform = Platform {
        log: hanging,
        ..platform(&log, &store, &folder, &[])
    };
    let ring = Ring::new();
    let settings = Settings {
        stop_grace: Span::millis(20),
        ..quick()
    };
    let effects = start(settings, &platform, &ring).await;
    log.append_now(vec![effect("a", "at once")]).expect("taken");
    ring.until_tried("a", 1).await;
    bounded(effects.stop()).await;
    assert_eq!(mark(&store).await, None);
}

/// A log that takes nothing, and does not say so.
struct Hanging(MemoryLog);

#[async_trait]
impl Log for Hanging {
    async fn append(&self, _: Vec<NewRecord>) -> Result<Vec<Appended>, PortError> {
        std::future::pending().await
    }

    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError> {
        self.0.read(topic, partition, from, limits).await
    }

    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError> {
        self.0.wait(topic, partition, offset).await
    }

    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.0.starts(topic).await
    }

    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError> {
        self.0.ends(topic).await
    }

    async fn offset_at(&self, topic: &str, partition: u32, at: i64) -> Result<u64, PortError> {
        self.0.offset_at(topic, partition, at).await
    }

    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError> {
        self.0.topics().await
    }

    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError> {
        self.0.ensure(spec).await
    }

    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError> {
        self.0.join(group, topic).await
    }

    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError> {
        self.0.commit(group, topic, partition, next).await
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError> {
        self.0.committed(group, topic).await
    }
}
