//! Who may define and report what, and how bodies must look.

use std::sync::Arc;

use http::Method;
use runtime::ports::SystemClock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ADMIN, ANN, BOB, MULTIPLAYER, command_id, defined, id, open, world};
use crate::support::post_with;
use crate::world::World;

#[tokio::test]
async fn only_who_is_inside_and_signed_the_body_may_submit() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let path = format!("/games/{game}/progress");
    let call = (Method::POST, path.as_str());
    let body = "{ \"user_name\": \"Ann\", \"level\": 1 }";
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    let metadata = |parcel: &str, hash: String| json!({"signer": "decentraland-kernel-scene", "parcel": parcel, "hashPayload": hash});
    for (metadata, status, message) in [
        (metadata("10,10", hash(body)), 201, ""),
        (
            metadata("10, 10", hash("{\"user_name\":\"Ann\",\"level\":1}")),
            201,
            "",
        ),
        (
            metadata("10,11", hash(body)),
            400,
            "Invalid request. User must be inside the scene",
        ),
        (metadata("10,10", hash("other")), 400, "Invalid body"),
        (
            json!({"signer": "decentraland-kernel-scene", "parcel": "10,10"}),
            400,
            "Invalid body",
        ),
    ] {
        let answer = ANN
            .with(&world, call.clone(), body.to_owned(), metadata.clone())
            .await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{metadata}: {:?}",
            answer.body
        );
        if !message.is_empty() {
            assert_eq!(
                answer.json(),
                json!({"error": "Bad request", "message": message})
            );
        }
    }
    let explorer = json!({"signer": "dcl:explorer", "parcel": "10,10"});
    let answer = ANN
        .with(&world, call.clone(), body.to_owned(), explorer)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["ok"].clone()),
        (400, json!(false))
    );
    let answer = post_with(
        &world.router,
        &format!("/exploration-games/api{path}"),
        body,
        &[],
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (400, json!({"ok": false, "message": "Invalid Auth Chain"}))
    );
    for body in [
        json!({"level": 1}),
        json!({"user_name": "Ann", "level": 0}),
        json!({"user_name": "Ann", "level": 1.5}),
        json!({"user_name": "Ann", "level": 1, "score": 3_000_000_000_i64}),
        json!({"user_name": "Ann", "level": 1, "extra": 1}),
        json!({"user_name": "Ann", "level": 1, "data": []}),
    ] {
        assert_eq!(
            ANN.submit(&world, &game, body.clone()).await.status,
            400,
            "{body}"
        );
    }
    let nowhere = command_id();
    let answer = ANN
        .submit(&world, &nowhere, json!({"user_name": "Ann", "level": 1}))
        .await;
    assert_eq!(answer.json()["message"], "Game not found");
    world.stop().await;
}

#[tokio::test]
async fn administrators_define_and_others_may_not() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, mission) = defined(&world).await;
    let new = json!({"name": "Maze", "x": -150, "y": 150});
    let refused = ANN.ask(&world, Method::POST, "/games", &new).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (403, json!({})));
    for body in [
        json!({"name": "Maze", "x": 151, "y": 0}),
        json!({"name": "", "x": 1, "y": 0}),
        json!([]),
    ] {
        assert_eq!(
            ADMIN
                .ask(&world, Method::POST, "/games", &body)
                .await
                .status,
            400,
            "{body}"
        );
    }
    let change = format!("/games/{game}");
    assert_eq!(
        ADMIN.ask(&world, Method::PATCH, &change, &new).await.status,
        204
    );
    assert_eq!(
        ADMIN
            .ask(
                &world,
                Method::PATCH,
                &format!("{change}/deactivate"),
                &Value::Null
            )
            .await
            .status,
        204
    );
    let unknown = format!("/games/{}", command_id());
    let answer = ADMIN.ask(&world, Method::PATCH, &unknown, &new).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["message"].clone()),
        (400, json!("Game not found"))
    );
    assert_eq!(
        ADMIN
            .ask(
                &world,
                Method::PATCH,
                &format!("{unknown}/deactivate"),
                &Value::Null
            )
            .await
            .status,
        204
    );
    assert_eq!(open(&world, "/games").await, json!([]));
    assert_eq!(
        open(&world, "/games?all").await,
        json!([{"id": game, "name": "Maze", "parcel": "-150,150", "active": false}])
    );
    let shown = ADMIN.get(&world, &format!("/missions/{mission}")).await;
    assert_eq!(shown["mission"]["campaign_key"], "c4mp");
    assert_eq!(shown["challenges"].as_array().map(Vec::len), Some(2));
    let changed =
        json!({"description": "New", "campaign_key": "k", "type": "fw-2025", "thumb_url": "t"});
    let path = format!("/missions/{mission}");
    assert_eq!(
        ADMIN
            .ask(&world, Method::PATCH, &path, &changed)
            .await
            .status,
        204
    );
    assert_eq!(ADMIN.get(&world, "/missions").await[0]["type"], "fw-2025");
    let challenge = |game: &str, mission: &str| {
        json!({"description": "d", "targetLevel": 1, "missionId": mission,
        "gameId": game})
    };
    let nowhere = command_id();
    let answer = ADMIN
        .ask(
            &world,
            Method::POST,
            "/challenges",
            &challenge(&nowhere, &mission),
        )
        .await;
    assert_eq!(answer.json()["message"], format!("{nowhere} doesn't exist"));
    let answer = ADMIN
        .ask(
            &world,
            Method::POST,
            "/challenges",
            &challenge(&game, &nowhere),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({"error": "Internal Server Error"}))
    );
    let first = id(&shown["challenges"][0]);
    let path = format!("/challenges/{first}");
    assert_eq!(
        ADMIN
            .ask(&world, Method::PATCH, &path, &challenge(&game, &mission))
            .await
            .status,
        204
    );
    let answer = ADMIN
        .ask(
            &world,
            Method::PATCH,
            &format!("/challenges/{nowhere}"),
            &challenge(&game, &mission),
        )
        .await;
    assert_eq!(answer.json()["message"], "Challenge not found");
    let status = world.get("/exploration-games/status").await;
    assert_eq!(status.json()["commitHash"], "test");
    assert_eq!(world.get("/exploration-games/api/status").await.status, 200);
    world.stop().await;
    let world = World::start().await;
    let answer = ADMIN
        .ask(&world, Method::GET, "/missions", &Value::Null)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (500, json!({})),
        "there are no administrators"
    );
    world.stop().await;
}

#[tokio::test]
async fn a_multiplayer_server_reports_several_players() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let path = "/exploration-games/api/multiplayer/progress";
    let address = ANN.address().to_uppercase().replace("0X", "0x");
    let body = json!({"game_id": game, "scores": [{"user_address": address, "user_name": "Ann", "level": 1, "score": 3},
        {"user_address": BOB.address(), "user_name": "Bob", "level": 1}]});
    let bearer = format!("Bearer {MULTIPLAYER}");
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", &bearer)],
    )
    .await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    let rows = answer.json()["data"].clone();
    assert_eq!(
        (rows[0]["user_address"].clone(), rows[1]["score"].clone()),
        (json!(ANN.address()), Value::Null)
    );
    assert_eq!(
        open(&world, &format!("/games/{game}/leaderboard"))
            .await
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", "Bearer x")],
    )
    .await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            401,
            json!({"error": "Not Authorized", "message": "Invalid authorization header"})
        )
    );
    let answer = post_with(&world.router, path, body.to_string(), &[]).await;
    assert_eq!(answer.json()["message"], "Authorization header is missing");
    let one = |address: &str, more: Value| {
        let mut score = json!({"user_address": address, "user_name": "A", "level": 1});
        wire(&mut score, more);
        json!({"game_id": game, "scores": [score]})
    };
    for (bad, message) in [
        (
            json!({"game_id": game, "scores": []}),
            "\"scores\" must contain at least 1 items",
        ),
        (
            one("0x1", json!({})),
            "\"scores[0].user_address\" with value \"0x1\" fails to match the required pattern: /^0x[0-9a-fA-F]{40}$/",
        ),
        (
            one(&BOB.address(), json!({"colour": 1})),
            "\"scores[0].colour\" is not allowed",
        ),
        (
            one(&BOB.address(), json!({"level": 0})),
            "\"scores[0].level\" must be greater than or equal to 1",
        ),
    ] {
        let (body, bearer) = (bad.to_string(), [("authorization", &*bearer)]);
        let answer = post_with(&world.router, path, body, &bearer).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["message"].clone()),
            (400, json!(message))
        );
    }
    world.stop().await;
    let world = World::start().await;
    let answer = post_with(
        &world.router,
        path,
        body.to_string(),
        &[("authorization", "Bearer ")],
    )
    .await;
    assert_eq!(answer.status, 404, "without a key there is no such route");
    world.stop().await;
}

/// Adds members to an object.
fn wire(object: &mut Value, more: Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

#[tokio::test]
async fn every_row_counts_for_the_pages_of_an_administrator() {
    let world = world(Arc::new(SystemClock)).await;
    let (game, _) = defined(&world).await;
    let path = "/exploration-games/api/multiplayer/progress";
    let bearer = format!("Bearer {MULTIPLAYER}");
    // More than are read at once, and more than are kept for a small page.
    let (batches, each) = (11, 100);
    for batch in 0..batches {
        let score = |n: i64| {
            let number = batch * each + n;
            // So that the order of the rows is none of the scores.
            let score = number * 7919 % (batches * each);
            json!({"user_address": format!("0x{number:040x}"), "user_name": "A", "level": 1, "score": score})
        };
        let scores: Vec<Value> = (0..each).map(score).collect();
        let body = json!({"game_id": game, "scores": scores}).to_string();
        let answer = post_with(&world.router, path, body, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
    }
    let page = async |number: i64| {
        let path =
            format!("/games/{game}/progress/all?sort=score&direction=asc&limit=4&page={number}");
        let rows = ADMIN.get(&world, &path).await;
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| row["score"].as_i64().expect("a score"))
            .collect::<Vec<_>>()
    };
    assert_eq!(page(1).await, [0, 1, 2, 3]);
    assert_eq!(page(100).await, [396, 397, 398, 399]);
    assert_eq!(page(275).await, [1096, 1097, 1098, 1099]);
    assert!(page(276).await.is_empty());
    let beyond = format!("/games/{game}/progress/all?limit=1000&page=101");
    let beyond = ADMIN.ask(&world, Method::GET, &beyond, &Value::Null).await;
    assert_eq!(beyond.status, 400, "{:?}", beyond.body);
    world.stop().await;
}
