//! `POST /events-notifier/producers/:producer/set-since`: an indexer is read again, and what it tells counts once.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use gateways::events_notifier::Producers;
use gateways::settings::Secret;
use gateways::sources::indexer::Indexers;
use gateways::sources::outbound::Outbound;
use runtime::ports::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::support::{Answer, post_with};
use crate::world::{World, settings};

const PATH: &str = "/events-notifier/producers";

/// An indexer that knows one collection.
async fn indexer() -> String {
    let now = SystemClock.now_ms() / 1000;
    let answer = move |body: Bytes| async move {
        let asked = String::from_utf8_lossy(&body).into_owned();
        let data = if asked.contains("_meta") {
            json!({"_meta": {"block": {"number": 1, "timestamp": now}}})
        } else if asked.contains("createdAt_gt") {
            json!({"rows": [{"id": "0xc0", "creator": "0xABC", "name": "All", "createdAt": now - 1000,
                "updatedAt": now - 1000}]})
        } else {
            json!({"rows": []})
        };
        axum::Json(json!({"data": data}))
    };
    let router = Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let url = format!("http://{}/subgraph", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn world(key: &str, collections: Option<String>) -> World {
    let mut settings = settings(json!({"events_notifier": {"signing_key": key}}));
    settings.events_notifier.collections_l2_subgraph_url = collections.map(Secret::new);
    let notifier = settings.events_notifier.clone();
    let mut world = World::with(settings, Arc::new(SystemClock)).await;
    let platform = world.context.platform.clone();
    let indexers = Indexers::new(&platform, &notifier, &Outbound::default()).expect("settings");
    world.mount(|around| around.producers = indexers.map(|i| Arc::new(i) as Arc<dyn Producers>));
    world
}

async fn set(world: &World, producer: &str, bearer: &str, body: &str) -> Answer {
    let path = format!("{PATH}/{producer}/set-since");
    let bearer = format!("Bearer {bearer}");
    post_with(
        &world.router,
        &path,
        body.to_owned(),
        &[("authorization", &bearer)],
    )
    .await
}

#[tokio::test]
async fn a_producer_reads_at_once_and_repetitions_count_once() {
    let world = world("k3y", Some(indexer().await)).await;
    let since = r#"{"since":"2020-01-31T00:00:00Z"}"#;
    for _ in 0..2 {
        let answer = set(&world, "collection-created", "k3y", since).await;
        assert_eq!(answer.status, 204, "{:?}", answer.body);
        assert!(answer.body.is_empty());
    }
    world.settle().await;
    let records = world
        .get("/operator/topics/blockchain.events/records")
        .await;
    let records: Value = records.json();
    let records = records.as_array().expect("a list");
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0]["key"], "0xabc");
    assert_eq!(records[0]["value"]["subType"], "collection-created");
    let cursors = world.get("/operator/topics/indexer.cursors/records").await;
    let cursors = cursors.json();
    let cursor = cursors
        .as_array()
        .expect("a list")
        .last()
        .expect("a cursor");
    assert_eq!(cursor["value"]["row"], "0xc0");
    world.stop().await;
}

#[tokio::test]
async fn each_mistake_has_its_status() {
    let world = world("k3y", Some(indexer().await)).await;
    let good = r#"{"since":"2026-01-31"}"#;
    for (producer, bearer, body, status) in [
        ("collection-created", "wrong", good, 401),
        ("collection-deleted", "k3y", good, 404),
        ("collection-created", "k3y", "", 400),
        ("collection-created", "k3y", "{}", 400),
        ("collection-created", "k3y", r#"{"since":7}"#, 400),
        ("collection-created", "k3y", r#"{"since":"soon"}"#, 400),
        // Known, but its indexer is not configured.
        ("land-rental-started", "k3y", good, 503),
    ] {
        let answer = set(&world, producer, bearer, body).await;
        assert_eq!(answer.status.as_u16(), status, "{producer} {bearer} {body}");
    }
    let path = format!("{PATH}/collection-created/set-since");
    let answer = post_with(&world.router, &path, good, &[]).await;
    assert_eq!(answer.status, 401);
    world.stop().await;
}

#[tokio::test]
async fn an_indexer_that_is_away_is_no_success() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/subgraph", gone.local_addr().expect("bound"));
    drop(gone);
    let world = world("k3y", Some(url)).await;
    let answer = set(
        &world,
        "collection-created",
        "k3y",
        r#"{"since":"2026-01-31"}"#,
    )
    .await;
    assert_eq!(answer.status, 503);
    assert!(!String::from_utf8_lossy(&answer.body).contains("subgraph"));
    world.stop().await;
}

#[tokio::test]
async fn without_a_key_there_is_no_such_route() {
    let world = world("", None).await;
    let answer = set(
        &world,
        "collection-created",
        "",
        r#"{"since":"2026-01-31"}"#,
    )
    .await;
    assert_eq!(answer.status, 404);
    world.stop().await;
    let world = self::world("k3y", None).await;
    let answer = set(
        &world,
        "collection-created",
        "k3y",
        r#"{"since":"2026-01-31"}"#,
    )
    .await;
    assert_eq!(answer.status, 503);
    world.stop().await;
}
