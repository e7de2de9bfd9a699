//! `POST /events-notifier/forward`: signed tracks in, events out, each message once.

use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use ring::hmac;
use serde_json::{Value, json};

use crate::support::{Answer, post_with};
use crate::world::{World, settings};

const PATH: &str = "/events-notifier/forward";
const KEY: &str = "s3gment";

fn owner() -> Wallet {
    Wallet::from_private_key([1; 32]).expect("a key")
}

fn track(message: &str) -> Value {
    let session = Wallet::from_private_key([2; 32]).expect("a key");
    let chain = create_ephemeral_chain(&owner(), &session, LOGIN_TITLE, "2096-01-01T00:00:00Z");
    let chain = serde_json::to_string(&chain.expect("short")).expect("a chain");
    json!({"type": "track", "event": "walked_distance", "messageId": message,
        "properties": {"step_count": 3}, "timestamp": "2026-01-01T00:00:00.000Z",
        "context": {"dcl_eth_address": owner().checksum_address(), "session_id": "s", "realm": "main",
            "auth_chain": chain}})
}

fn sign(text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
    hex::encode(hmac::sign(&key, text.as_bytes()))
}

async fn world() -> World {
    let settings = settings(json!({"events_notifier": {"segment_signing_key": KEY}}));
    World::with(settings, std::sync::Arc::new(runtime::ports::SystemClock)).await
}

async fn send(world: &World, body: &str, signature: &str) -> Answer {
    let signature: [(&str, &str); 1] = [("x-signature", signature)];
    post_with(&world.router, PATH, body.to_owned(), &signature).await
}

async fn forward(world: &World, body: &Value) -> Answer {
    let text = body.to_string();
    send(world, &text, &sign(&text)).await
}

async fn actions(world: &World) -> Vec<Value> {
    let records = world.get("/operator/topics/user.actions/records").await;
    records.json().as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_message_becomes_one_event_of_its_person_however_often_it_comes() {
    let world = world().await;
    let answer = forward(&world, &track("m-1")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (200, json!({"ok": true}))
    );
    assert!(answer.header("x-worldlog-position").is_some());
    assert_eq!(forward(&world, &track("m-1")).await.status, 200);
    assert_eq!(forward(&world, &track("m-2")).await.status, 200);
    world.settle().await;
    let records = actions(&world).await;
    let keys: Vec<_> = records.iter().map(|r| r["value"]["key"].clone()).collect();
    assert_eq!(keys, ["m-1", "m-2"]);
    let first = &records[0];
    assert_eq!(first["key"], owner().address());
    assert_eq!(first["headers"]["ce_type"], "client/walked-distance");
    let metadata = &first["value"]["metadata"];
    assert_eq!(metadata["userAddress"], owner().checksum_address());
    assert_eq!(metadata["stepCount"], 3);
    assert!(metadata.get("distance").is_none());
    world.stop().await;
}

#[tokio::test]
async fn a_body_is_signed_as_it_came_or_as_javascript_writes_it() {
    let world = world().await;
    let compact = track("m-1").to_string();
    let spaced = serde_json::to_string_pretty(&track("m-1")).expect("JSON");
    for (body, signed) in [
        (&spaced, &compact),
        (&spaced, &spaced),
        (&compact, &compact),
    ] {
        assert_eq!(send(&world, body, &sign(signed)).await.status, 200);
    }
    let refused = json!({"error": "Invalid signature", "ok": false});
    let good = sign(&compact);
    for signature in [
        sign(&spaced),
        good.to_uppercase(),
        good[..39].to_owned(),
        String::new(),
    ] {
        let answer = send(&world, &compact, &signature).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (401, refused.clone())
        );
    }
    let answer = post_with(&world.router, PATH, compact, &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (401, refused.clone())
    );
    // A body that is none: the signature decides first.
    let answer = send(&world, "{", &sign("}")).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (401, refused));
    let answer = send(&world, "{", &sign("{")).await;
    assert_eq!(answer.status, 400);
    world.stop().await;
}

#[tokio::test]
async fn what_is_no_event_and_what_no_chain_proves_is_told_apart() {
    let world = world().await;
    let mut other = track("m-1");
    other["event"] = "opened_map".into();
    let mut mistyped = track("m-1");
    mistyped["messageId"] = 7.into();
    for body in [other, mistyped, json!([1]), json!("x")] {
        let answer = forward(&world, &body).await;
        let refused = json!({"error": "Invalid event", "ok": false});
        assert_eq!((answer.status.as_u16(), answer.json()), (400, refused));
    }
    let mut stranger = track("m-1");
    stranger["context"]["dcl_eth_address"] = "0x1111111111111111111111111111111111111111".into();
    let mut late = track("m-1");
    late["timestamp"] = "2097-01-01T00:00:00.000Z".into();
    for body in [stranger, late] {
        let answer = forward(&world, &body).await;
        let refused = json!({"error": "Invalid AuthChain", "ok": false});
        assert_eq!((answer.status.as_u16(), answer.json()), (401, refused));
    }
    world.settle().await;
    assert!(actions(&world).await.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn without_a_key_no_signature_is_right() {
    for over in [
        json!({}),
        json!({"events_notifier": {"segment_signing_key": ""}}),
    ] {
        let clock = std::sync::Arc::new(runtime::ports::SystemClock);
        let world = World::with(settings(over), clock).await;
        let text = track("m-1").to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"");
        let signature = hex::encode(hmac::sign(&key, text.as_bytes()));
        assert_eq!(send(&world, &text, &signature).await.status, 401);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_looked_at() {
    let world = world().await;
    let large = format!("\"{}\"", "x".repeat(256 << 10));
    let answer = send(&world, &large, "no signature").await;
    assert_eq!(answer.status, 413);
    // POST /events takes more.
    let answer = post_with(
        &world.router,
        "/events-notifier/events",
        large,
        &[crate::world::BEARER],
    );
    assert_eq!(answer.await.status, 400);
    world.stop().await;
}
