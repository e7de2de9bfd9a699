//! `POST /events-notifier/events` and what becomes of it.

use serde_json::{Value, json};

use crate::support::{get_with, post_with};
use crate::world::{BEARER, World};

const PATH: &str = "/events-notifier/events";

fn passport(address: &str, timestamp: i64) -> Value {
    json!({"type": "client", "subType": "passport-opened", "key": format!("k{timestamp}"),
        "timestamp": timestamp, "metadata": {"sessionId": "s", "userAddress": address,
            "authChain": [], "timestamp": timestamp, "realm": "main", "parcel": "0,0",
            "passport": {"receiver": address}, "extraMember": {"kept": true}}})
}

async fn values(world: &World, topic: &str) -> Vec<Value> {
    let records = world
        .get(&format!("/operator/topics/{topic}/records"))
        .await;
    assert_eq!(records.status, 200, "{:?}", records.body);
    let records = records.json();
    let records = records.as_array().expect("a list").iter();
    records.map(|record| record["value"].clone()).collect()
}

#[tokio::test]
async fn an_event_comes_out_as_the_json_it_came_in_and_counts_once() {
    let world = World::start().await;
    let event = passport("0xABC", 1_767_225_600_000);
    world.feed(&event).await;
    world.feed(&json!([event, event])).await;
    world.settle().await;
    assert_eq!(values(&world, "user.actions").await, [event]);
    let records = world
        .get("/operator/topics/user.actions/records?key=0xabc")
        .await
        .json();
    assert_eq!(records[0]["key"], "0xabc");
    assert_eq!(records[0]["headers"]["ce_type"], "client/passport-opened");
    world.stop().await;
}

#[tokio::test]
async fn one_bad_event_refuses_the_whole_request() {
    let world = World::start().await;
    let body = json!([passport("0xa", 1), {"type": "client", "subType": "nothing"}]);
    let answer = post_with(&world.router, PATH, body.to_string(), &[BEARER]).await;
    assert_eq!(answer.status, 400);
    let refusal = answer.json();
    assert_eq!(refusal["index"], 1);
    assert!(
        refusal["reason"]
            .as_str()
            .is_some_and(|r| r.contains("client/nothing")),
        "{refusal}"
    );
    assert!(values(&world, "events.inbox").await.is_empty());
    let nothing = post_with(&world.router, PATH, "[]", &[BEARER]).await;
    assert_eq!(
        (nothing.status.as_u16(), nothing.json()["accepted"].clone()),
        (202, json!(0))
    );
    world.stop().await;
}

#[tokio::test]
async fn only_the_operator_may_feed() {
    let world = World::start().await;
    let body = passport("0xa", 1).to_string();
    let status = |headers: Vec<(&'static str, &'static str)>, body: String| {
        let router = world.router.clone();
        async move {
            post_with(&router, PATH, body, &headers)
                .await
                .status
                .as_u16()
        }
    };
    assert_eq!(status(vec![], body.clone()).await, 401);
    assert_eq!(
        status(vec![("authorization", "Bearer nope")], body.clone()).await,
        401
    );
    assert_eq!(status(vec![BEARER], body).await, 202);
    world.stop().await;
}

#[tokio::test]
async fn a_fed_deployment_is_read_back_by_its_token() {
    let world = World::start().await;
    let token = world
        .feed(&json!({"type": "catalyst-deployment", "subType": "scene",
            "entity": {"entityId": "bafkreigmbmwtfptb7uocny5fpnnxl2vvbzxxzbdkzpmneqgbjw2if62f2e",
                "entityType": "scene", "pointers": ["0,0"], "entityTimestamp": 1_767_225_600_000_i64,
                "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}], "metadata": {}},
            "contentServerUrls": ["http://127.0.0.1:6000/content"]}))
        .await;
    assert!(token.starts_with("catalyst.sightings:"), "{token}");
    world.settle().await;
    let deployments = values(&world, "deployments").await;
    assert_eq!(deployments.len(), 1);
    assert_eq!(deployments[0]["entityType"], "scene");
    world.stop().await;
}

#[tokio::test]
async fn ticks_move_the_clock_and_what_follows_them() {
    let world = World::ticking().await;
    let tick = |now: i64| {
        json!({"type": "platform", "subType": "clock-tick", "key": "test", "timestamp": now,
            "metadata": {"now": now}})
    };
    let now = 1_767_225_600_000;
    world.feed(&json!([tick(now), passport("0xa", 5)])).await;
    assert_eq!(world.context.platform.clock.now_ms(), now);
    world.settle().await;
    let records = world
        .get("/operator/topics/user.actions/records")
        .await
        .json();
    assert_eq!(records[0]["timestamp"], now);
    world.feed(&tick(now - 1)).await;
    assert_eq!(world.context.platform.clock.now_ms(), now);
    world.stop().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let world = World::start().await;
    let large = vec![b' '; 33 << 20];
    let answer = post_with(&world.router, PATH, large, &[BEARER]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["error"], "body_too_large");
    let answer = get_with(&world.router, PATH, &[BEARER]).await;
    assert_eq!(answer.status, 405);
    world.stop().await;
}
