//! The asset-bundle registry, from events that are fed to what clients read.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use crate::support::{Answer, get_with, post_with, send};
use crate::world::{World, settings};

const T: i64 = 1_767_225_600_000;
const ADMIN: (&str, &str) = ("authorization", "Bearer adm1n");
const TWO: &[&str] = &["windows", "mac"];

fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

async fn world() -> World {
    let own = json!({"assets": {"api_admin_token": "adm1n", "pointers_max": 6000,
        "profile_images_url": "https://images.test/",
        "platform_user_moderators": [wallet(1).address().to_string().to_uppercase().replace("0X", "0x")]}});
    World::with(settings(own), Arc::new(SystemClock)).await
}

/// The id of an entity of a test.
fn id(name: &str) -> String {
    identity::hash::hash_v1(name).to_string()
}

fn deployed(kind: &str, name: &str, at: i64, pointers: &[&str], metadata: Value) -> Value {
    json!({"type": "catalyst-deployment", "subType": kind,
        "entity": {"version": "v3", "id": id(name), "type": kind, "pointers": pointers,
            "timestamp": T + at, "content": [{"file": "game.js", "hash": id("game")}], "metadata": metadata},
        "authChain": [{"type": "SIGNER", "payload": wallet(2).address().to_string(), "signature": ""}],
        "contentServerUrls": ["http://127.0.0.1:1/content"]})
}

fn scene(name: &str, at: i64, pointers: &[&str]) -> Value {
    let metadata = json!({"scene": {"base": pointers[0]}});
    deployed("scene", name, at, pointers, metadata)
}

fn of_world(name: &str, at: i64, pointers: &[&str]) -> Value {
    let metadata =
        json!({"scene": {"base": pointers[0]}, "worldConfiguration": {"name": "Me.dcl.eth"}});
    deployed("scene", name, at, pointers, metadata)
}

fn converted(name: &str, platform: &str, at: i64, status_code: i64, is_lods: bool) -> Value {
    let key = format!("{}-{platform}", id(name));
    json!({"type": "asset-bundle", "subType": "converted", "key": key, "timestamp": T + at,
        "metadata": {"entityId": id(name), "platform": platform, "statusCode": status_code,
            "isLods": is_lods, "isWorld": false, "version": "v49"}})
}

fn ready(name: &str) -> Vec<Value> {
    TWO.iter()
        .map(|platform| converted(name, platform, 1000, 0, false))
        .collect()
}

async fn feed(world: &World, events: Vec<Value>) {
    world.feed(&json!(events)).await;
    world.settle().await;
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    post_with(
        &world.router,
        &format!("/assets{path}"),
        body.to_string(),
        &[],
    )
    .await
}

async fn active(world: &World, query: &str, pointers: &[&str]) -> Vec<(String, String)> {
    let body = json!({"pointers": pointers});
    let answer = post(world, &format!("/entities/active{query}"), &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = answer.json();
    let all = all.as_array().expect("a list").iter();
    all.map(|one| (text(&one["id"]), text(&one["status"])))
        .collect()
}

fn shown(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(name, status)| (id(name), (*status).to_owned()))
        .collect()
}

async fn signed_with(
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

async fn signed(world: &World, key: u8, method: Method, path: &str, body: &str) -> Answer {
    signed_with(world, key, method, path, body, json!({})).await
}

#[tokio::test]
async fn the_old_scene_stays_until_the_new_one_is_ready() {
    let world = world().await;
    feed(&world, vec![scene("old", 1, &["0,0", "0,1"])]).await;
    assert_eq!(active(&world, "", &["0,0"]).await, []);
    feed(&world, ready("old")).await;
    assert_eq!(
        active(&world, "", &["0,0"]).await,
        shown(&[("old", "complete")])
    );
    feed(&world, vec![scene("new", 2, &["0,1"])]).await;
    assert_eq!(
        active(&world, "", &["0,1", "0,0"]).await,
        shown(&[("old", "fallback")])
    );
    feed(&world, vec![converted("new", "mac", 5, 3, false)]).await;
    assert_eq!(
        active(&world, "", &["0,1"]).await,
        shown(&[("old", "fallback")])
    );
    feed(&world, ready("new")).await;
    assert_eq!(
        active(&world, "", &["0,1", "0,0"]).await,
        shown(&[("new", "complete")])
    );
    assert_eq!(active(&world, "", &["0,0"]).await, []);
    world.stop().await;
}

#[tokio::test]
async fn an_entity_is_shown_with_its_files_and_its_bundles() {
    let world = world().await;
    let urn = "urn:decentraland:matic:collections-v2:0xAbC:0";
    let item = deployed("wearable", "hat", 1, &[urn], json!({"id": "hat"}));
    let lods = converted("hat", "windows", 9, 0, true);
    feed(&world, [vec![item, lods], ready("hat")].concat()).await;
    let body = json!({"pointers": [urn.to_uppercase()]});
    let answer = post(&world, "/entities/active", &body).await;
    let date = "2026-01-01T00:00:01.000Z";
    let built = json!({"version": "v49", "buildDate": date});
    let none = json!({"version": "", "buildDate": ""});
    let bundles = json!({"assets": {"windows": "complete", "mac": "complete", "webgl": "pending"},
        "lods": {"windows": "complete", "mac": "pending", "webgl": "pending"}});
    let versions = json!({"assets": {"windows": built, "mac": built, "webgl": none}});
    let want = json!([{"id": id("hat"), "type": "wearable", "timestamp": (T + 1).to_string(),
        "deployer": wallet(2).address().to_string().to_lowercase(), "pointers": [urn.to_lowercase()],
        "content": [{"file": "game.js", "hash": id("game")}], "metadata": {"id": "hat"},
        "status": "complete", "bundles": bundles, "versions": versions}]);
    assert_eq!(answer.json(), want);
    let answer = post(&world, "/entities/versions", &body).await;
    let want = json!([{"pointers": [urn.to_lowercase()], "status": "complete", "bundles": bundles, "versions": versions}]);
    assert_eq!(answer.json(), want);
    let tag = answer.header("etag").expect("a tag").to_owned();
    let again = post_with(
        &world.router,
        "/assets/entities/versions",
        body.to_string(),
        &[("if-none-match", &tag)],
    )
    .await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    feed(&world, vec![converted("hat", "mac", 7000, 13, false)]).await;
    let again = post_with(
        &world.router,
        "/assets/entities/versions",
        body.to_string(),
        &[("if-none-match", &tag)],
    )
    .await;
    assert_eq!(again.status, 200, "a newer build");
    world.stop().await;
}

#[tokio::test]
async fn bulk_questions_are_bounded_and_bad_ones_named() {
    let world = world().await;
    feed(&world, [vec![scene("s", 1, &["0,0"])], ready("s")].concat()).await;
    let many: Vec<String> = (0..6000)
        .map(|x| format!("{},{}", x % 100, x / 100))
        .collect();
    let answer = post(&world, "/entities/active", &json!({"pointers": many})).await;
    assert_eq!(answer.json().as_array().map(Vec::len), Some(1));
    let more: Vec<String> = (0..6001).map(|x| format!("{x},0")).collect();
    for path in ["/entities/active", "/entities/versions"] {
        let answer = post(&world, path, &json!({"pointers": more})).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["ok"]),
            (400, &json!(false))
        );
        for body in [
            json!({}),
            json!({"pointers": []}),
            json!({"pointers": [7]}),
            json!([]),
        ] {
            let answer = post(&world, path, &body).await;
            let want = json!({"ok": false, "message": "No pointers provided"});
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (400, want),
                "{body}"
            );
        }
        let path = format!("/assets{path}");
        let answer = post_with(&world.router, &path, "{", &[]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("Bad request"))
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn a_status_is_found_by_id_and_by_pointer_and_by_its_owner() {
    let world = world().await;
    let events = vec![
        scene("old", 1, &["5,5"]),
        scene("new", 2, &["5,5"]),
        converted("new", "mac", 3, 1, false),
    ];
    feed(&world, [events, ready("old")].concat()).await;
    let of = |name: &str, complete: bool, mac: &str, windows: &str| {
        json!({"entityId": id(name), "catalyst": "complete", "complete": complete,
            "assetBundles": {"mac": mac, "windows": windows}, "lods": {"mac": "pending", "windows": "pending"}})
    };
    let old = of("old", true, "complete", "complete");
    let new = of("new", false, "failed", "pending");
    let by_id = world
        .get(&format!("/assets/entities/status/{}", id("old")))
        .await;
    assert_eq!(by_id.json(), old);
    assert_eq!(world.get("/assets/entities/status/5,5").await.json(), new);
    let none = world.get("/assets/entities/status/6,6").await;
    let want =
        json!({"ok": false, "message": "No active entity found for the provided id or pointer"});
    assert_eq!((none.status.as_u16(), none.json()), (404, want));
    let own = signed(&world, 2, Method::GET, "/entities/status", "").await;
    assert_eq!((own.status.as_u16(), own.json()), (200, json!([new, old])));
    let others = signed(&world, 3, Method::GET, "/entities/status", "").await;
    assert_eq!(others.json(), json!([]));
    let unsigned = world.get("/assets/entities/status").await;
    let want = json!({"error": "Invalid Auth Chain", "message": "This endpoint requires a signed fetch request. See ADR-44."});
    assert_eq!((unsigned.status.as_u16(), unsigned.json()), (400, want));
    for signer in ["decentraland-kernel-scene", " Decentraland-Kernel-Scene"] {
        let metadata = json!({"signer": signer});
        let in_scene = signed_with(&world, 2, Method::GET, "/entities/status", "", metadata).await;
        let error = in_scene.json()["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(in_scene.status, 400, "{error}");
        assert!(error.starts_with("Invalid metadata content: "), "{error}");
    }
    world.stop().await;
}

#[tokio::test]
async fn jobs_are_listed_until_they_end_or_are_forgotten() {
    let world = world().await;
    let now = world.context.platform.clock.now_ms();
    feed(
        &world,
        vec![scene("s", 1, &["0,0"]), converted("s", "mac", 3, 0, false)],
    )
    .await;
    let queues = world.get("/assets/queues/status").await.json();
    let want =
        json!({"windowsPendingJobs": [id("s")], "macPendingJobs": [], "webglPendingJobs": []});
    assert_eq!(queues, want);
    let queued = json!({"type": "asset-bundle", "subType": "manually-queued", "key": "k", "timestamp": now,
        "metadata": {"entityId": id("s"), "platform": "mac", "isLods": false}});
    feed(&world, vec![queued]).await;
    let queues = world.get("/assets/queues/status").await.json();
    assert_eq!(queues["macPendingJobs"], json!([id("s")]));
    for headers in [&[][..], &[("authorization", "Bearer no")]] {
        let request = Request::delete("/assets/flush-cache");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let answer = send(
            &world.router,
            request.body(Body::empty()).expect("a request"),
        )
        .await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (401, &json!("Not Authorized"))
        );
    }
    let request = Request::delete("/assets/flush-cache").header(ADMIN.0, ADMIN.1);
    let answer = send(
        &world.router,
        request.body(Body::empty()).expect("a request"),
    )
    .await;
    assert_eq!(
        answer.json(),
        json!({"ok": true, "message": "Cache flushed"})
    );
    let queues = world.get("/assets/queues/status").await.json();
    assert_eq!(
        (&queues["macPendingJobs"], &queues["windowsPendingJobs"]),
        (&json!([]), &json!([]))
    );
    world.stop().await;
}

#[tokio::test]
async fn a_world_has_its_parcels_its_spawn_and_its_end() {
    let world = world().await;
    let manifest = "/assets/worlds/Me.dcl.eth/manifest";
    let none = json!({"occupied": [], "spawn_coordinate": {"x": 0, "y": 0}, "total": 0});
    assert_eq!(world.get(manifest).await.json(), none);
    for name in ["me", "me_.eth", "a.b.eth"] {
        let answer = world.get(&format!("/assets/worlds/{name}/manifest")).await;
        let want = json!({"ok": false, "message": "A valid world name is required"});
        assert_eq!((answer.status.as_u16(), answer.json()), (400, want));
    }
    feed(
        &world,
        [vec![of_world("w", 1, &["1,0", "0,0"])], ready("w")].concat(),
    )
    .await;
    assert_eq!(
        active(&world, "", &["0,0"]).await,
        [],
        "not in Genesis City"
    );
    assert_eq!(
        active(&world, "?world_name=ME.dcl.eth", &["0,0"]).await,
        shown(&[("w", "complete")])
    );
    let want =
        json!({"occupied": ["0,0", "1,0"], "spawn_coordinate": {"x": 1, "y": 0}, "total": 2});
    assert_eq!(world.get(manifest).await.json(), want);
    let event = |sub_type: &str, at: i64, metadata: Value| json!({"type": "world", "subType": sub_type, "key": format!("{sub_type}{at}"), "timestamp": T + at, "metadata": metadata});
    let spawn = |at, x| {
        event(
            "world_spawn_coordinate_set",
            at,
            json!({"name": "me.dcl.eth", "oldCoordinate": null, "newCoordinate": {"x": x, "y": 0}}),
        )
    };
    feed(&world, vec![spawn(9, 0), spawn(8, 1)]).await;
    assert_eq!(
        world.get(manifest).await.json()["spawn_coordinate"],
        json!({"x": 0, "y": 0})
    );
    let scenes =
        json!({"worldName": "me.dcl.eth", "scenes": [{"entityId": id("w"), "baseParcel": "1,0"}]});
    feed(&world, vec![event("world_scenes_undeployment", 10, scenes)]).await;
    assert_eq!(world.get(manifest).await.json(), none);
    feed(
        &world,
        [vec![of_world("x", 20, &["0,0"])], ready("x")].concat(),
    )
    .await;
    assert_eq!(world.get(manifest).await.json()["total"], 1);
    let whole = event("world_undeployment", 30, json!({"worldName": "me.dcl.eth"}));
    feed(&world, vec![whole]).await;
    assert_eq!(world.get(manifest).await.json(), none);
    let path = format!("/assets/entities/status/{}", id("x"));
    assert_eq!(
        world.get(&path).await.json()["complete"],
        true,
        "it is still known"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_scene_that_only_a_world_has_is_shown_with_what_the_event_brought() {
    let world = world().await;
    let chain =
        json!([{"type": "SIGNER", "payload": wallet(2).address().to_string(), "signature": ""}]);
    let event = json!({"type": "world", "subType": "deployment", "key": id("own"), "timestamp": T + 5,
        "entity": {"entityId": id("own"), "authChain": chain, "pointers": ["0,0"], "timestamp": T + 1,
            "content": [{"file": "a", "hash": "b"}], "metadata": {"worldConfiguration": {"name": "own.eth"}}}});
    feed(&world, [vec![event], ready("own")].concat()).await;
    let answer = post(
        &world,
        "/entities/active?world_name=own.eth",
        &json!({"pointers": ["0,0"]}),
    )
    .await;
    let entity = answer.json()[0].clone();
    assert_eq!(
        (&entity["type"], &entity["content"][0]["hash"]),
        (&json!("world"), &json!("b"))
    );
    assert_eq!(
        entity["deployer"],
        wallet(2).address().to_string().to_lowercase()
    );
    world.stop().await;
}

#[tokio::test]
async fn moderators_deny_and_allow() {
    let world = world().await;
    feed(&world, [vec![scene("s", 1, &["0,0"])], ready("s")].concat()).await;
    let path = format!("/denylist/{}", id("s"));
    let refused = signed(&world, 2, Method::POST, &path, "").await;
    let want = json!({"ok": false, "message": "Forbidden: signer is not an authorized moderator"});
    assert_eq!((refused.status.as_u16(), refused.json()), (403, want));
    let unsigned = post(&world, &path, &json!({})).await;
    assert_eq!(unsigned.status, 400);
    let missing = signed(&world, 1, Method::DELETE, &path, "").await;
    let want = json!({"ok": false, "message": "Entity ID not found in denylist"});
    assert_eq!((missing.status.as_u16(), missing.json()), (404, want));
    for body in ["{", "{\"reason\":7}"] {
        assert_eq!(
            signed(&world, 1, Method::POST, &path, body).await.status,
            400
        );
    }
    let denied = signed(&world, 1, Method::POST, &path, "{\"reason\":\"rude\"}").await;
    let entry = denied.json();
    assert_eq!(denied.status, 201, "{entry}");
    assert!(denied.header("x-worldlog-position").is_some());
    assert_eq!(
        (&entry["entity_id"], &entry["reason"]),
        (&json!(id("s").to_lowercase()), &json!("rude"))
    );
    assert_eq!(
        entry["created_by"],
        wallet(1).address().to_string().to_lowercase()
    );
    assert!(entry["created_at"].is_string() && entry["updated_at"].is_string());
    assert_eq!(world.get("/assets/denylist").await.json(), json!([entry]));
    assert_eq!(active(&world, "", &["0,0"]).await, []);
    let versions = post(&world, "/entities/versions", &json!({"pointers": ["0,0"]})).await;
    assert_eq!(
        versions.json().as_array().map(Vec::len),
        Some(1),
        "not filtered"
    );
    let again = signed(&world, 1, Method::POST, &path, "").await.json();
    assert_eq!(
        (&again["reason"], &again["created_at"]),
        (&Value::Null, &entry["created_at"])
    );
    let allowed = signed(&world, 1, Method::DELETE, &path, "").await;
    assert_eq!(
        (allowed.status.as_u16(), allowed.json()),
        (200, json!({"ok": true}))
    );
    assert_eq!(
        active(&world, "", &["0,0"]).await,
        shown(&[("s", "complete")])
    );
    world.stop().await;
}

#[tokio::test]
async fn administrators_register_what_the_platform_knows() {
    let world = world().await;
    feed(&world, vec![scene("s", 1, &["0,0"])]).await;
    let body = json!({"entityIds": [id("s"), "QmNone"]}).to_string();
    let answer = post_with(&world.router, "/assets/registry", body.clone(), &[ADMIN]).await;
    let want = json!({"failures": [{"entityId": "QmNone", "error": "Entity not found"}], "successes": [id("s")]});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, want));
    let none = post_with(
        &world.router,
        "/assets/registry",
        "{\"entityIds\":[]}",
        &[ADMIN],
    )
    .await;
    let want = json!({"ok": false, "message": "No entity ids provided"});
    assert_eq!((none.status.as_u16(), none.json()), (400, want));
    let refused = post_with(&world.router, "/assets/registry", body.clone(), &[]).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (401, &json!("Not Authorized"))
    );
    world.stop().await;
    let open = World::start().await;
    let absent = post_with(&open.router, "/assets/registry", body, &[ADMIN]).await;
    assert_eq!(absent.status, 404, "absent without a token");
    open.stop().await;
}

#[tokio::test]
async fn profiles_are_the_newest_with_links_to_their_images() {
    let world = world().await;
    let me = wallet(2).address().to_string();
    let avatar = json!({"name": "Ann", "hasClaimedName": true, "userId": "0xother", "nameColor": {"r": 1},
        "avatar": {"bodyShape": "b", "snapshots": {"face256": "x", "body": "y"}}});
    let old = deployed(
        "profile",
        "old",
        1,
        &[&me],
        json!({"avatars": [{"name": "Old"}]}),
    );
    let new = deployed("profile", "new", 2, &[&me], json!({"avatars": [avatar]}));
    feed(&world, vec![new, old]).await;
    let answer = post(&world, "/profiles", &json!({"ids": [me, "0xnobody"]})).await;
    let lower = me.to_lowercase();
    let image = |kind: &str| format!("https://images.test/entities/{}/{kind}.png", id("new"));
    let want = json!([{"timestamp": T + 2, "avatars": [{"name": "Ann", "hasClaimedName": true, "userId": lower,
        "ethAddress": lower, "nameColor": {"r": 1},
        "avatar": {"bodyShape": "b", "snapshots": {"face256": image("face"), "body": image("body")}}}]}]);
    assert_eq!(answer.json(), want);
    let answer = post(&world, "/profiles/metadata", &json!({"ids": [me]})).await;
    let want = json!([{"pointer": lower, "hasClaimedName": true, "name": "Ann", "nameColor": {"r": 1},
        "thumbnailUrl": image("face")}]);
    assert_eq!(answer.json(), want);
    assert_eq!(
        post(&world, "/profiles", &json!({"ids": []})).await.json(),
        json!([])
    );
    for body in [
        json!({}),
        json!({"ids": [""]}),
        json!({"ids": "x"}),
        json!({"ids": [7]}),
    ] {
        for path in ["/profiles", "/profiles/metadata"] {
            let answer = post(&world, path, &body).await;
            let want = json!({"error": "Bad request", "message": "The ids property must be an array of non-empty strings"});
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (400, want),
                "{body}"
            );
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn other_platforms_may_be_required() {
    let own = json!({"assets": {"required_platforms": ["web"]}});
    let world = World::with(settings(own), Arc::new(SystemClock)).await;
    feed(
        &world,
        vec![scene("s", 1, &["0,0"]), converted("s", "web", 5, 12, false)],
    )
    .await;
    assert_eq!(
        active(&world, "", &["0,0"]).await,
        shown(&[("s", "complete")])
    );
    let status = world.get("/assets/entities/status/0,0").await.json();
    assert_eq!(
        (&status["complete"], &status["assetBundles"]["web"]),
        (&json!(true), &json!("complete"))
    );
    assert_eq!(
        status["assetBundles"]["windows"], "pending",
        "nobody converted for it"
    );
    let running = get_with(&world.router, "/assets/status", &[]).await.json();
    assert_eq!(running["data"]["version"], "0.0.0-test");
    world.stop().await;
}
