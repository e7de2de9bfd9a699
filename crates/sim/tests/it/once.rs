//! Effects that must happen once: whoever is killed in the middle, whatever is lost, whoever asks again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord, event_id};
use runtime::effects::{AGAIN, AfterCrash, Asked, EffectHandler, Effects, Outcome, Settings};
use runtime::platform::Platform;
use runtime::ports::{ReadLimits, Store};
use runtime::settings::Span;
use sim::memory::{MemoryLog, MemoryStore};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::embedded::bounded;
use crate::in_memory::{self, platform, store};
use crate::told::{OUTCOMES, Told};

const ASKED: &str = "effects.letter";

/// A post office that counts what it sends, and is told how to behave by the request.
struct Post {
    after_crash: AfterCrash,
    sent: watch::Sender<BTreeMap<String, u32>>,
}

impl Post {
    fn new(after_crash: AfterCrash) -> Arc<Self> {
        Arc::new(Self {
            after_crash,
            sent: watch::Sender::default(),
        })
    }

    fn sent(&self, key: &str) -> u32 {
        self.sent.borrow().get(key).copied().unwrap_or(0)
    }

    async fn until_sent(&self, key: &str, count: u32) {
        let mut sent = self.sent.subscribe();
        bounded(sent.wait_for(|s| s.get(key).is_some_and(|n| *n >= count)))
            .await
            .expect("the handler lives");
    }
}

#[async_trait]
impl EffectHandler for Post {
    fn kind(&self) -> &'static str {
        "letter"
    }

    fn after_crash(&self) -> AfterCrash {
        self.after_crash
    }

    async fn ask(&self, key: &str, request: &[u8]) -> Asked {
        match request {
            b"silent" => Asked::NoAnswer {
                reason: "closed".into(),
            },
            _ if self.sent(key) > 0 => Asked::Happened(None),
            _ => Asked::DidNot,
        }
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        let mut count = 0;
        self.sent.send_modify(|sent| {
            let of_key = sent.entry(key.to_owned()).or_default();
            *of_key += 1;
            count = *of_key;
        });
        match (request, count) {
            // Sent, but nobody hears of it any more: the process is gone.
            (b"dies" | b"silent", 1) => std::future::pending().await,
            (b"wrong address", 1) => Outcome::GiveUp {
                reason: "nobody lives there".into(),
            },
            _ => Outcome::Done(None),
        }
    }
}

/// A process that ends in the middle of what it does: nothing of it runs on, and it writes nothing more.
struct Killable(Runtime);

impl Killable {
    fn kill(self) {
        self.0.shutdown_background();
    }
}

/// What processes share, and how one is started.
struct Office {
    log: MemoryLog,
    store: Arc<MemoryStore>,
    folder: tempfile::TempDir,
    post: Arc<Post>,
}

impl Office {
    fn new(after_crash: AfterCrash) -> Self {
        Self {
            log: in_memory::log(&[ASKED, OUTCOMES], 1),
            store: store(),
            folder: tempfile::tempdir().expect("a folder"),
            post: Post::new(after_crash),
        }
    }

    fn platform(&self) -> Platform {
        platform(&self.log, &self.store, &self.folder, &[])
    }

    /// A process of its own, to be killed.
    async fn open_apart(&self) -> Killable {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let opened = runtime.spawn(self.opening());
        // Its tasks go on without it, until the kill.
        drop(opened.await.expect("it starts"));
        Killable(runtime)
    }

    async fn open(&self) -> Effects {
        self.opening().await
    }

    fn opening(&self) -> impl Future<Output = Effects> + Send + 'static {
        let settings = Settings {
            retry_min: Span::millis(5),
            // Short, so that a claim that was left behind is free soon; no try of these tests takes as long.
            attempt_timeout: Span::millis(200),
            stop_grace: Span::millis(10),
            ..Settings::default()
        };
        let platform = self.platform();
        let told = Told::by(platform.log.clone());
        let handlers: Vec<Arc<dyn EffectHandler>> = vec![self.post.clone()];
        async move {
            let effects = Effects::start(settings, platform, told, handlers).await;
            effects.expect("it starts")
        }
    }

    fn ask(&self, key: &str, request: &'static str) {
        self.log
            .append_now(vec![letter(key, request)])
            .expect("taken");
    }

    fn outcomes(&self) -> Vec<String> {
        let read = self.log.read_now(OUTCOMES, 0, 0, ReadLimits::default());
        let records = read.expect("the topic is there").records;
        records.iter().map(|r| r.headers.kind.to_string()).collect()
    }

    async fn until_outcomes(&self, wanted: &[&str]) {
        bounded(async {
            while self.outcomes().len() < wanted.len() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        assert_eq!(self.outcomes(), wanted);
    }
}

fn letter(key: &str, request: &'static str) -> NewRecord {
    let headers = Headers::new(event_id(key.as_bytes()), "effect/letter", "processors/test");
    let key = Bytes::copy_from_slice(key.as_bytes());
    NewRecord::keyed(
        ASKED.into(),
        key,
        headers,
        Bytes::from_static(request.as_bytes()),
    )
}

#[tokio::test]
async fn a_lost_store_brings_back_nothing_that_is_over() {
    for after_crash in [AfterCrash::Repeat, AfterCrash::Ask, AfterCrash::GiveUp] {
        let mut office = Office::new(after_crash);
        let effects = office.open().await;
        office.ask("a", "at once");
        office.until_outcomes(&["done"]).await;
        bounded(effects.stop()).await;
        office.store = store();
        let effects = office.open().await;
        office.ask("b", "at once");
        office.until_outcomes(&["done", "done"]).await;
        bounded(effects.stop()).await;
        assert_eq!((office.post.sent("a"), office.post.sent("b")), (1, 1));
    }
}

#[tokio::test]
async fn what_was_begun_and_may_have_happened_is_reported_and_not_repeated() {
    let office = Office::new(AfterCrash::GiveUp);
    let process = office.open_apart().await;
    office.ask("a", "dies");
    office.post.until_sent("a", 1).await;
    process.kill();
    let effects = office.open().await;
    office.until_outcomes(&["unknown"]).await;
    bounded(effects.stop()).await;
    assert_eq!(office.post.sent("a"), 1);
}

#[tokio::test]
async fn what_was_begun_and_did_happen_is_found_out_and_not_repeated() {
    let office = Office::new(AfterCrash::Ask);
    let process = office.open_apart().await;
    office.ask("a", "dies");
    office.post.until_sent("a", 1).await;
    process.kill();
    let effects = office.open().await;
    office.until_outcomes(&["done"]).await;
    bounded(effects.stop()).await;
    assert_eq!(office.post.sent("a"), 1);
    let left = office.store.pointers("claims/").await.expect("read");
    assert!(left.is_empty(), "no claim is left behind: {left:?}");
}

#[tokio::test]
async fn what_may_be_repeated_is() {
    let office = Office::new(AfterCrash::Repeat);
    let effects = office.open().await;
    office.ask("a", "dies");
    office.until_outcomes(&["done"]).await;
    bounded(effects.stop()).await;
    assert_eq!(office.post.sent("a"), 2);
}

#[tokio::test]
async fn as_long_as_nobody_answers_it_is_neither_repeated_nor_over() {
    let office = Office::new(AfterCrash::Ask);
    let effects = office.open().await;
    office.ask("a", "silent");
    bounded(async {
        while effects.pending().first().is_none_or(|p| p.attempts < 4) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert_eq!(office.post.sent("a"), 1);
    assert_eq!(office.outcomes(), [""; 0]);
    let pending = effects.pending();
    assert!(
        pending[0].reason.contains("closed") || pending[0].reason.contains("another process"),
        "{pending:?}"
    );
    bounded(effects.stop()).await;
}

/// A repetition of the request is not a wish to have it twice; an operator's is, but only after it failed.
#[tokio::test]
async fn only_what_failed_is_done_again_and_only_when_a_person_says_so() {
    let office = Office::new(AfterCrash::GiveUp);
    let effects = office.open().await;
    office.ask("a", "wrong address");
    office.until_outcomes(&["failed"]).await;
    office.ask("a", "wrong address");
    let mut again = letter("a", "wrong address");
    again.headers.id = uuid::Uuid::now_v7();
    again.headers.more.push((AGAIN.into(), Bytes::new()));
    office.log.append_now(vec![again.clone()]).expect("taken");
    office.until_outcomes(&["failed", "done"]).await;
    again.headers.id = uuid::Uuid::now_v7();
    office.log.append_now(vec![again]).expect("taken");
    office.ask("b", "at once");
    office.until_outcomes(&["failed", "done", "done"]).await;
    bounded(effects.stop()).await;
    assert_eq!((office.post.sent("a"), office.post.sent("b")), (2, 1));
}
