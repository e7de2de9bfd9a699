//! Content files that are fetched when somebody asks for them, from servers that do not do well.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gateways::catalyst::ContentFetch;
use runtime::ports::{PortError, SystemClock};
use serde_json::{Value, json};

use crate::catalyst_deploy::deploy_naming;
use crate::world::{World, settings};

/// A server that never answers for some files and has none of the others.
#[derive(Default)]
struct Stuck {
    silent: Vec<String>,
    asked: AtomicUsize,
}

#[async_trait]
impl ContentFetch for Stuck {
    async fn fetch(&self, hash: &str, _: &[String]) -> Result<bool, PortError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.silent.iter().any(|silent| silent == hash) {
            std::future::pending::<()>().await;
        }
        Ok(false)
    }
}

/// A world that knows a scene with these files, which only a stuck server has.
async fn stuck(files: &[&str], silent: &[&str]) -> (World, Arc<Stuck>) {
    let settings = settings(json!({"catalyst": {"available_within": "20ms"}}));
    let mut world = World::with(settings, Arc::new(SystemClock)).await;
    let fetch = Arc::new(Stuck {
        silent: silent.iter().map(identity::hash::hash_v1).collect(),
        asked: AtomicUsize::new(0),
    });
    let content = fetch.clone();
    world.mount(|surroundings| surroundings.content = Some(content));
    let files = files
        .iter()
        .map(|file| json!({"file": file, "hash": identity::hash::hash_v1(file)}));
    let files: Vec<Value> = files.collect();
    let event = json!({"type": "catalyst-deployment", "subType": "scene",
        "entity": {"id": identity::hash::hash_v1("entity"), "type": "scene", "pointers": ["0,0"],
            "timestamp": 1_767_225_600_000_i64, "content": files, "metadata": {}},
        "contentServerUrls": ["http://127.0.0.1:1/content"],
        "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}]});
    world.feed(&event).await;
    world.settle().await;
    (world, fetch)
}

#[tokio::test]
async fn a_file_that_took_too_long_is_not_waited_for_again_at_once() {
    let (world, fetch) = stuck(&["slow"], &["slow"]).await;
    let hash = identity::hash::hash_v1("slow");
    let path = format!("/catalyst/content/available-content?cid={hash}");
    for _ in 0..3 {
        let answer = world.get(&path).await.json();
        assert_eq!(answer[0]["available"], false);
    }
    assert_eq!(fetch.asked.load(Ordering::Relaxed), 1);
    world.stop().await;
}

#[tokio::test]
async fn what_reading_learnt_to_be_missing_deploying_does_not_ask_for() {
    let (world, fetch) = stuck(&["missing"], &[]).await;
    let hash = identity::hash::hash_v1("missing");
    let path = format!("/catalyst/content/contents/{hash}");
    assert_eq!(world.get(&path).await.status, 404);
    let answer = deploy_naming(&world, &hash).await;
    assert_eq!(answer.status, 400);
    let errors = answer.json()["errors"].to_string();
    assert!(errors.contains(&hash), "{errors}");
    assert_eq!(fetch.asked.load(Ordering::Relaxed), 1);
    world.stop().await;
}
