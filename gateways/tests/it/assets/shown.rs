//! What is shown where, and how far it is.

use std::sync::Arc;

use axum::body::Body;
use http::{Method, Request};
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use super::*;
use crate::support::{get_with, post_with, send};
use crate::world::{World, settings};

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
