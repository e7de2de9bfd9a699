//! The asset-bundle registry, from events that are fed to what clients read.

mod bundles;
mod images;
mod lods;
mod people;
mod shown;

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{Answer, post_with, send};
use crate::world::{World, settings};

pub(super) const T: i64 = 1_767_225_600_000;
pub(super) const ADMIN: (&str, &str) = ("authorization", "Bearer adm1n");
pub(super) const TWO: &[&str] = &["windows", "mac"];

pub(super) fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

pub(super) async fn world() -> World {
    let own = json!({"assets": {"api_admin_token": "adm1n", "pointers_max": 6000,
        "profile_images_url": "https://images.test/",
        "platform_user_moderators": [wallet(1).address().to_string().to_uppercase().replace("0X", "0x")]}});
    World::with(settings(own), Arc::new(SystemClock)).await
}

/// The id of an entity of a test.
pub(super) fn id(name: &str) -> String {
    identity::hash::hash_v1(name)
}

pub(super) fn deployed(
    kind: &str,
    name: &str,
    at: i64,
    pointers: &[&str],
    metadata: Value,
) -> Value {
    json!({"type": "catalyst-deployment", "subType": kind,
        "entity": {"version": "v3", "id": id(name), "type": kind, "pointers": pointers,
            "timestamp": T + at, "content": [{"file": "game.js", "hash": id("game")}], "metadata": metadata},
        "authChain": [{"type": "SIGNER", "payload": wallet(2).address().to_string(), "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]})
}

pub(super) fn scene(name: &str, at: i64, pointers: &[&str]) -> Value {
    let metadata = json!({"scene": {"base": pointers[0]}});
    deployed("scene", name, at, pointers, metadata)
}

pub(super) fn of_world(name: &str, at: i64, pointers: &[&str]) -> Value {
    let metadata =
        json!({"scene": {"base": pointers[0]}, "worldConfiguration": {"name": "Me.dcl.eth"}});
    deployed("scene", name, at, pointers, metadata)
}

pub(super) fn converted(
    name: &str,
    platform: &str,
    at: i64,
    status_code: i64,
    is_lods: bool,
) -> Value {
    let key = format!("{}-{platform}", id(name));
    json!({"type": "asset-bundle", "subType": "converted", "key": key, "timestamp": T + at,
        "metadata": {"entityId": id(name), "platform": platform, "statusCode": status_code,
            "isLods": is_lods, "isWorld": false, "version": "v49"}})
}

pub(super) fn ready(name: &str) -> Vec<Value> {
    TWO.iter()
        .map(|platform| converted(name, platform, 1000, 0, false))
        .collect()
}

pub(super) async fn feed(world: &World, events: Vec<Value>) {
    world.feed(&json!(events)).await;
    world.settle().await;
}

pub(super) async fn post(world: &World, path: &str, body: &Value) -> Answer {
    post_with(
        &world.router,
        &format!("/assets{path}"),
        body.to_string(),
        &[],
    )
    .await
}

pub(super) async fn active(world: &World, query: &str, pointers: &[&str]) -> Vec<(String, String)> {
    let body = json!({"pointers": pointers});
    let answer = post(world, &format!("/entities/active{query}"), &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = answer.json();
    let all = all.as_array().expect("a list").iter();
    all.map(|one| (text(&one["id"]), text(&one["status"])))
        .collect()
}

pub(super) fn shown(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(name, status)| (id(name), (*status).to_owned()))
        .collect()
}

pub(super) async fn signed_with(
    world: &World,
    key: u8,
    method: Method,
    path: &str,
    body: &str,
    metadata: Value,
) -> Answer {
    let now = world.context.platform.clock.now_ms();
    let session = wallet(key + 100);
    let login = create_ephemeral_chain(
        &wallet(key),
        &session,
        LOGIN_TITLE,
        "2099-01-01T00:00:00.000Z",
    );
    let metadata = metadata.to_string();
    let request = RequestToSign {
        method: method.as_str(),
        path,
        timestamp_ms: now,
        metadata: Some(&metadata),
        format: PayloadFormat::Verbatim,
    };
    let headers = headers_for(&login.expect("short"), &session, &request).expect("short");
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/assets{path}"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let body = Body::from(body.to_owned());
    send(&world.router, request.body(body).expect("a request")).await
}

pub(super) async fn signed(
    world: &World,
    key: u8,
    method: Method,
    path: &str,
    body: &str,
) -> Answer {
    signed_with(world, key, method, path, body, json!({})).await
}
