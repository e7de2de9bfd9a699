//! Effect runners over the embedded log and store: each effect until it is over, whatever happens in between.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord, event_id};
use runtime::effects::{EffectHandler, Effects, Outcome, Settings};
use runtime::embedded::{SqliteLog, SqliteStore};
use runtime::platform::Platform;
use runtime::ports::{Log, ReadLimits, Retention, TopicSpec};
use runtime::settings::Span;
use tokio::sync::watch;

use crate::embedded::{self, PARTITIONS, bounded};
use crate::told::Told;

/// Counts its tries by key; what it answers depends on the request and the try.
struct Knock {
    tries: Mutex<BTreeMap<String, u32>>,
    done: watch::Sender<usize>,
}

impl Knock {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            tries: Mutex::default(),
            done: watch::Sender::new(0),
        })
    }

    fn tries(&self) -> BTreeMap<String, u32> {
        self.tries.lock().expect("not poisoned").clone()
    }

    async fn until_done(&self, count: usize) {
        let mut done = self.done.subscribe();
        bounded(done.wait_for(|n| *n >= count))
            .await
            .expect("the handler lives");
    }
}

#[async_trait]
impl EffectHandler for Knock {
    fn kind(&self) -> &'static str {
        "knock"
    }

    async fn perform(&self, key: &str, request: &[u8]) -> Outcome {
        let count = {
            let mut tries = self.tries.lock().expect("not poisoned");
            let count = tries.entry(key.to_owned()).or_default();
            *count += 1;
            *count
        };
        match (request, count) {
            (b"panics once", 1) => panic!("as the test wants"),
            (b"later", 1 | 2) => Outcome::Retry {
                after: None,
                reason: "not yet".into(),
            },
            (b"never", _) => Outcome::GiveUp {
                reason: "it says never".into(),
            },
            _ => {
                self.done.send_modify(|n| *n += 1);
                Outcome::Done(None)
            }
        }
    }
}

async fn platform(folder: &Path) -> (Platform, Arc<SqliteLog>, Arc<SqliteStore>) {
    embedded::open(folder, &[], &["effects.knock", "effects.outcomes"]).await
}

async fn start(platform: &Platform, knock: &Arc<Knock>) -> Effects {
    let settings = Settings {
        retry_min: Span::millis(5),
        ..Settings::default()
    };
    let handlers: Vec<Arc<dyn EffectHandler>> = vec![knock.clone()];
    let effects = Effects::start(
        settings,
        platform.clone(),
        Told::blindly(platform.log.clone()),
        handlers,
    )
    .await;
    effects.expect("it starts")
}

fn effect(key: &str, request: &'static str) -> NewRecord {
    let headers = Headers::new(event_id(key.as_bytes()), "effect/knock", "processors/test");
    let key = Bytes::copy_from_slice(key.as_bytes());
    NewRecord::keyed(
        "effects.knock".into(),
        key,
        headers,
        Bytes::from_static(request.as_bytes()),
    )
}

async fn outcomes(log: &dyn Log) -> Vec<String> {
    let mut all = Vec::new();
    for partition in 0..PARTITIONS {
        let batch = log
            .read("effects.outcomes", partition, 0, ReadLimits::default())
            .await;
        let records = batch.expect("the topic is there").records;
        all.extend(records.iter().map(|r| r.headers.kind.to_string()));
    }
    all.sort();
    all
}

#[tokio::test]
async fn an_effect_is_tried_until_it_is_over_and_its_outcome_is_an_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let (platform, log, _store) = platform(folder.path()).await;
    let knock = Knock::new();
    let effects = start(&platform, &knock).await;
    let asked = vec![
        effect("a", "at once"),
        effect("b", "later"),
        effect("c", "panics once"),
        effect("d", "never"),
    ];
    platform.append(asked).await.expect("the log takes them");
    knock.until_done(3).await;
    bounded(async {
        while outcomes(&*log).await.len() < 4 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let tries: Vec<_> = knock.tries().into_values().collect();
    assert_eq!(tries, [1, 3, 2, 1]);
    assert_eq!(outcomes(&*log).await, ["done", "done", "done", "failed"]);
    bounded(effects.stop()).await;
}

#[tokio::test]
async fn a_restart_repeats_nothing_that_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let (platform, log, store) = platform(folder.path()).await;
        let knock = Knock::new();
        let effects = start(&platform, &knock).await;
        platform
            .append(vec![effect("a", "at once")])
            .await
            .expect("taken");
        knock.until_done(1).await;
        bounded(async {
            while effects.due().await.expect("the log answers")[0].untried > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        bounded(effects.stop()).await;
        log.close().await.expect("closed");
        store.close().await.expect("closed");
    }
    let (platform, _log, _store) = platform(folder.path()).await;
    let knock = Knock::new();
    let effects = start(&platform, &knock).await;
    platform
        .append(vec![effect("b", "at once")])
        .await
        .expect("taken");
    knock.until_done(1).await;
    assert_eq!(knock.tries().keys().collect::<Vec<_>>(), ["b"]);
    bounded(effects.stop()).await;
}

/// A store that was deleted has no marks, and the topic's start has moved on since.
#[tokio::test]
async fn effects_that_expired_unread_hold_up_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (platform, log, _store) = platform(folder.path()).await;
    platform
        .append(vec![effect("a", "expired"), effect("a", "kept")])
        .await
        .expect("taken");
    let retention = Retention {
        bytes: Some(1),
        ..Retention::FOREVER
    };
    let name = "effects.knock".into();
    log.ensure(&TopicSpec {
        name,
        partitions: PARTITIONS,
        retention,
    })
    .await
    .expect("altered");
    assert_eq!(
        log.run_retention(i64::MAX / 2)
            .await
            .expect("swept")
            .expired,
        1
    );
    let knock = Knock::new();
    let effects = start(&platform, &knock).await;
    knock.until_done(1).await;
    assert_eq!(knock.tries().into_values().collect::<Vec<_>>(), [1]);
    bounded(effects.stop()).await;
}
