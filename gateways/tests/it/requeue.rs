//! The deployments queue where something is new, slow or large: types to come, answers that are late, long texts.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use http::Request;
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::events::catalyst::Sighting;
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{Answer, post_with, send};
use crate::world::{BEARER, World, settings};

fn id(n: usize, kind: &str) -> String {
    identity::hash::hash_v1(format!("{kind} {n}"))
}

fn deployment(n: usize, kind: &str) -> Value {
    json!({"type": "catalyst-deployment", "subType": kind,
        "entity": {"version": "v3", "id": id(n, kind), "type": kind, "pointers": [format!("{kind}:{n}")],
            "timestamp": 1_767_225_600_000_i64 + n as i64, "content": [], "metadata": {"n": n}},
        "authChain": [{"type": "SIGNER", "payload": "0xA", "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]})
}

/// What the follower of a server appends. The door for events takes the types of the catalogue only; a server of a
/// newer protocol may have others.
async fn sight(world: &World, deployments: &[Value]) {
    let records = deployments.iter().map(|event| {
        let mut known = event.clone();
        known["subType"] = json!("scene");
        known["entity"]["type"] = json!("scene");
        let mut sighting = model::sighting_of(&known).expect("a deployment");
        let kind = event["subType"].as_str().expect("a type");
        sighting.entity_type = kind.to_owned();
        let headers = Headers::new(model::event_id(event), Sighting::SCHEMA, "tests");
        let key = Bytes::from(sighting.entity_id.clone());
        let value = model::encode(&sighting);
        NewRecord::keyed("catalyst.sightings".into(), key, headers, value)
    });
    let appended = world.context.platform.append(records.collect()).await;
    appended.expect("a log that takes them");
    world.settle().await;
}

async fn post(world: &World, path: &str, body: Value) -> Answer {
    let path = format!("/deployments{path}");
    post_with(&world.router, &path, body.to_string(), &[BEARER]).await
}

async fn register(world: &World, consumer: &str, body: Value) {
    let request = Request::put(format!("/deployments/queue/{consumer}"))
        .header(BEARER.0, BEARER.1)
        .body(Body::from(body.to_string()));
    let answer = send(&world.router, request.expect("a request")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
}

/// Leases and finishes everything there is for a consumer; gives the ids.
async fn work_off(world: &World, consumer: &str) -> Vec<String> {
    let lease = post(
        world,
        &format!("/queue/{consumer}/lease"),
        json!({"limit": 500}),
    )
    .await;
    assert_eq!(lease.status, 200, "{:?}", lease.body);
    let lease = lease.json();
    let items = lease["items"].as_array().expect("a list").iter();
    let ids: Vec<String> = items
        .filter_map(|item| item["entityId"].as_str().map(str::to_owned))
        .collect();
    if !ids.is_empty() {
        let body = json!({"leaseId": lease["leaseId"], "entityIds": ids});
        let acked = post(world, &format!("/queue/{consumer}/ack"), body).await;
        assert_eq!(acked.json()["accepted"], ids.len());
    }
    ids
}

/// How often an entity was put back for a consumer.
async fn times_requeued(world: &World, id: &str, consumer: &str) -> usize {
    let entity = world
        .get(&format!("/deployments/entities/{id}"))
        .await
        .json();
    let history = entity["history"].as_array().expect("a list").iter();
    history
        .filter(|entry| entry["action"] == "requeued" && entry["consumer"] == consumer)
        .count()
}

#[tokio::test]
async fn a_type_that_nobody_foresaw_is_listed_leased_finished_and_put_back() {
    let world = World::start().await;
    register(&world, "all", json!({})).await;
    register(&world, "late", json!({"types": ["scene"]})).await;
    sight(&world, &[deployment(0, "hologram"), deployment(0, "scene")]).await;
    let queue = world.get("/deployments/queue").await.json();
    assert_eq!(queue["types"]["hologram"]["items"], 1, "{queue}");
    assert_eq!(
        queue["consumers"][0]["types"]["hologram"]["depth"], 1,
        "{queue}"
    );
    let mut done = work_off(&world, "all").await;
    done.sort();
    let mut all = [id(0, "hologram"), id(0, "scene")];
    all.sort();
    assert_eq!(done, all);
    assert_eq!(work_off(&world, "late").await, [id(0, "scene")]);
    let back = json!({"ids": [id(0, "hologram")], "reason": "again"});
    let back = post(&world, "/requeue", back).await;
    assert_eq!(back.status, 202, "{:?}", back.body);
    assert_eq!(back.json()["unknown"], json!([]));
    assert_eq!(back.json()["consumers"], json!({"all": 1, "late": 0}));
    assert_eq!(work_off(&world, "all").await, [id(0, "hologram")]);
    register(&world, "new", json!({"from": "now"})).await;
    assert!(work_off(&world, "new").await.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn many_entities_of_several_types_are_found_at_once() {
    let world = World::start().await;
    register(&world, "w", json!({})).await;
    // So many of so many types that they are not looked up in one go.
    let kinds = ["scene", "wearable", "emote", "hologram"];
    let all = || (0..300).map(|n| (n, kinds[n % kinds.len()]));
    let deployments: Vec<Value> = all().map(|(n, kind)| deployment(n, kind)).collect();
    sight(&world, &deployments).await;
    let mut ids: Vec<String> = all().map(|(n, kind)| id(n, kind)).collect();
    ids.push("nobody".into());
    let back = post(&world, "/requeue", json!({"ids": ids, "reason": "r"})).await;
    assert_eq!(back.status, 202, "{:?}", back.body);
    let back = back.json();
    assert_eq!(
        (&back["entities"], &back["unknown"]),
        (&json!(300), &json!(["nobody"]))
    );
    let some = json!({"ids": ids, "type": "emote", "reason": "r"});
    let some = post(&world, "/requeue", some).await.json();
    assert_eq!(some["entities"], 75);
    assert_eq!(some["unknown"].as_array().map(Vec::len), Some(226));
    let timed = json!({"type": "hologram", "from": 0, "reason": "r"});
    assert_eq!(post(&world, "/requeue", timed).await.json()["entities"], 75);
    world.stop().await;
}

#[tokio::test]
async fn a_requeue_that_is_late_for_some_says_for_whom_and_can_be_asked_again() {
    let quick = settings(json!({"gateway": {"wait": "100ms"}}));
    let mut world = World::with(quick, Arc::new(SystemClock)).await;
    world
        .feed(&json!([deployment(0, "scene"), deployment(1, "scene")]))
        .await;
    world.settle().await;
    for consumer in ["a", "b"] {
        register(&world, consumer, json!({})).await;
        world.settle().await;
        assert_eq!(work_off(&world, consumer).await.len(), 2);
        world.settle().await;
    }
    let asked = |consumer: Option<&str>| json!({"type": "scene", "reason": "new version", "consumer": consumer, "commandId": "mine-1"});
    post(&world, "/requeue", asked(Some("a"))).await;
    world.settle().await;
    // From here on nobody answers: `a` has, `b` has not.
    world.halt().await;
    let late = post(&world, "/requeue", asked(None)).await;
    assert_eq!(late.status, 503, "{:?}", late.body);
    assert!(late.header("retry-after").is_some());
    assert!(late.header("x-worldlog-position").is_some());
    let late = late.json();
    assert_eq!(late["error"], "unavailable");
    assert_eq!(late["consumers"], json!({"a": 2}), "who is done: {late}");
    assert_eq!(late["waiting"], json!(["b"]), "who is not: {late}");
    assert_eq!(late["commandId"], "mine-1");
    world.resume().await;
    world.settle().await;
    let again = post(&world, "/requeue", asked(None)).await;
    assert_eq!(again.status, 202, "{:?}", again.body);
    assert_eq!(again.json()["consumers"], json!({"a": 2, "b": 2}));
    assert_eq!(again.json().get("waiting"), None);
    world.settle().await;
    for consumer in ["a", "b"] {
        let times = times_requeued(&world, &id(0, "scene"), consumer).await;
        assert_eq!(
            times, 1,
            "asked again and again, {consumer} put it back once"
        );
    }
    // Without an id of the caller's the answer names the one to ask again with.
    world.halt().await;
    let late = post(&world, "/requeue", json!({"type": "scene", "reason": "r"}))
        .await
        .json();
    let given = late["commandId"].as_str().expect("an id").to_owned();
    assert!(
        late["message"].as_str().is_some_and(|m| m.contains(&given)),
        "{late}"
    );
    assert_eq!(late["waiting"], json!(["a", "b"]));
    world.stop().await;
}

#[tokio::test]
async fn reasons_and_ids_have_limits_that_the_refusal_names() {
    let short = settings(json!({"deployments": {"reason_chars_max": 20}}));
    let world = World::with(short, Arc::new(SystemClock)).await;
    register(&world, "w", json!({})).await;
    world.feed(&deployment(0, "scene")).await;
    world.settle().await;
    let lease = post(&world, "/queue/w/lease", json!({})).await.json();
    let nack = |reason: String| json!({"leaseId": lease["leaseId"], "entityIds": [id(0, "scene")], "reason": reason});
    let long = "é".repeat(21);
    for (path, body) in [
        ("/queue/w/nack", nack(long.clone())),
        ("/requeue", json!({"type": "scene", "reason": long})),
    ] {
        let refused = post(&world, path, body).await;
        assert_eq!(refused.status, 400, "{path}");
        let refused = refused.json();
        assert_eq!(refused["error"], "invalid_reason");
        let message = refused["message"].as_str().expect("a message");
        for part in ["21", "20", "deployments.reason_chars_max"] {
            assert!(message.contains(part), "{message}");
        }
    }
    let back = post(&world, "/queue/w/nack", nack("é".repeat(20))).await;
    assert_eq!(back.json()["accepted"], 1, "{:?}", back.body);
    for command_id in ["no id", &"x".repeat(101)] {
        let body = json!({"type": "scene", "reason": "r", "commandId": command_id});
        assert_eq!(
            post(&world, "/requeue", body).await.status,
            400,
            "{command_id}"
        );
    }
    world.stop().await;
}
