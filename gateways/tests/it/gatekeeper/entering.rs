//! Tokens of scenes: who gets one, for which room, and who does not.

use std::sync::Arc;

use http::Method;
use runtime::ports::SystemClock;
use serde_json::{Value, json};

use super::{ANN, BOB, House, MODERATORS, OWNER, SERVER, address, invited, plaza, soon};

#[tokio::test]
async fn a_player_gets_a_token_for_the_room_of_the_scene() {
    let house = House::with_plaza(json!({})).await;
    let answer = house.enter(ANN, "main", &plaza()).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let said = invited(&answer.json()["adapter"]);
    assert_eq!(said["sub"], address(ANN));
    let (from, to) = (said["nbf"].as_i64(), said["exp"].as_i64());
    assert_eq!(to.zip(from).map(|(to, from)| to - from), Some(300));
    let wanted = json!({
        "roomJoin": true, "room": format!("scene-main:{}", plaza()), "roomList": false, "canPublish": true,
        "canSubscribe": true, "canPublishData": true, "canUpdateOwnMetadata": true,
        "canPublishSources": ["microphone"],
    });
    assert_eq!(said["video"], wanted);
    let world = house.enter(ANN, "Me.dcl.eth", "bafyScene").await;
    let said = invited(&world.json()["adapter"]);
    assert_eq!(
        said["video"]["room"],
        "world-scene-room-Me.dcl.eth-bafyScene"
    );
    house.stop().await;
}

#[tokio::test]
async fn who_may_decide_at_a_scene_may_present_there() {
    let house = House::with_plaza(json!({})).await;
    let room = format!("scene-main:{}", plaza());
    house.enter(ANN, "main", &plaza()).await;
    house.enter(OWNER, "main", &plaza()).await;
    let presents = |key| {
        let said = house.around.metadata(&room);
        let list = said["presenters"].as_array().cloned().unwrap_or_default();
        list.contains(&json!(address(key)))
    };
    soon("the owner presents", || presents(OWNER)).await;
    assert!(!presents(ANN));
    house.stop().await;
}

#[tokio::test]
async fn what_is_not_signed_or_says_too_little_is_refused() {
    let house = House::with_plaza(json!({})).await;
    let call = || (Method::POST, "/get-scene-adapter");
    let unsigned = house.with_bearer("x", call(), &Value::Null).await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(
        unsigned.json(),
        json!({ "error": "Access denied, invalid signed-fetch request" })
    );
    let denied = "Access denied, invalid signed-fetch request";
    for (metadata, status, text) in [
        (
            json!({ "sceneId": "a" }),
            401,
            format!("{denied}, no realmName"),
        ),
        (
            json!({ "realmName": "main" }),
            400,
            format!("{denied}, no sceneId"),
        ),
        (
            json!({ "realmName": "main", "sceneId": "a".repeat(300) }),
            400,
            format!("{denied}, sceneId is not a short text"),
        ),
        (
            json!({ "realmName": ["main"], "sceneId": "a" }),
            400,
            format!("{denied}, realmName is not a short text"),
        ),
    ] {
        let answer = house.signed(ANN, call(), &metadata, &Value::Null).await;
        assert_eq!(answer.status, status, "{metadata}");
        assert_eq!(answer.json(), json!({ "error": text }));
    }
    let server = house
        .signed(
            ANN,
            (Method::POST, "/get-server-scene-adapter"),
            &json!({ "sceneId": "a" }),
            &Value::Null,
        )
        .await;
    assert_eq!(
        server.json(),
        json!({ "error": format!("{denied}, no realm") })
    );
    house.stop().await;
}

#[tokio::test]
async fn only_the_scenes_own_server_gets_its_token() {
    let over = json!({ "allow_local_preview": true, "denylist_json_url": "AROUND/denied" });
    let house = House::with_plaza(over).await;
    let denied = json!({ "users": [{ "wallet": address(BOB).to_uppercase() }] });
    house.around.say("/denied", denied);
    let ask = async |key: u8, realm: &str, scene: Value| {
        let metadata = json!({ "realm": { "serverName": realm }, "sceneId": scene });
        let call = (Method::POST, "/get-server-scene-adapter");
        house.signed(key, call, &metadata, &Value::Null).await
    };
    let own = ask(SERVER, "main", json!(plaza())).await;
    let said = invited(&own.json()["adapter"]);
    assert_eq!(said["sub"], "authoritative-server");
    assert_eq!(said["video"]["room"], format!("scene-main:{}", plaza()));
    let other = ask(ANN, "main", json!(plaza())).await;
    assert_eq!(other.status, 401);
    assert_eq!(
        other.json()["error"],
        "Access denied, invalid server public key"
    );
    let local = ask(ANN, "LocalPreview", json!("b64-scene")).await;
    assert_eq!(
        invited(&local.json()["adapter"])["video"]["room"],
        "preview-b64-scene"
    );
    assert_eq!(ask(SERVER, "main", Value::Null).await.status, 400);
    let denied = ask(BOB, "LocalPreview", json!("a")).await;
    assert_eq!(denied.json()["error"], "Access denied, deny-listed wallet");
    house.stop().await;
}

#[tokio::test]
async fn a_ban_of_the_platform_holds_for_the_device_too() {
    let house = House::with_plaza(json!({})).await;
    assert_eq!(house.enter(BOB, "main", &plaza()).await.status, 200);
    house.world.settle().await;
    let path = format!("/users/{}/bans?moderator=Eve", address(BOB));
    let banned = house
        .with_bearer(
            MODERATORS,
            (Method::POST, &path),
            &json!({ "reason": "rude" }),
        )
        .await;
    assert_eq!(banned.status, 201, "{:?}", banned.body);
    let refused = house.enter(BOB, "main", &plaza()).await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.json()["error"],
        "Access denied, platform-banned user"
    );
    let call = (Method::POST, "/get-scene-adapter");
    let metadata = |device: u8| json!({ "realmName": "main", "sceneId": plaza(), "deviceIdentifier": format!("device-{device}") });
    let other = house
        .signed(ANN, call.clone(), &metadata(BOB), &Value::Null)
        .await;
    assert_eq!(other.status, 403, "another wallet on the same device");
    assert_eq!(
        house
            .signed(ANN, call, &metadata(ANN), &Value::Null)
            .await
            .status,
        200
    );
    house.stop().await;
}

#[tokio::test]
async fn a_world_lets_in_whom_its_server_names() {
    let house = House::with_plaza(json!({ "world_content_url": "AROUND" })).await;
    let say = |name: &str, access: Value| {
        let document = json!({ "owner": address(OWNER), "permissions": { "access": access } });
        house
            .around
            .say(&format!("/world/{name}/permissions"), document);
    };
    say("open.dcl.eth", json!({ "type": "unrestricted" }));
    say(
        "some.dcl.eth",
        json!({ "type": "allow-list", "wallets": [address(ANN)] }),
    );
    say("shut.dcl.eth", json!({ "type": "shared-secret" }));
    for (key, world, status) in [
        (BOB, "open.dcl.eth", 200),
        (ANN, "some.dcl.eth", 200),
        (BOB, "some.dcl.eth", 401),
        (OWNER, "some.dcl.eth", 200),
        (ANN, "shut.dcl.eth", 401),
        (OWNER, "shut.dcl.eth", 200),
        (ANN, "unknown.dcl.eth", 401),
    ] {
        let answer = house.enter(key, world, "bafyScene").await;
        assert_eq!(
            answer.status, status,
            "{key} into {world}: {:?}",
            answer.body
        );
    }
    let unknown = house.enter(ANN, "open.dcl.eth", "open.dcl.eth").await;
    assert_eq!(unknown.status, 400);
    let text = "Failed to resolve scene ID for world open.dcl.eth";
    assert_eq!(unknown.json()["error"], text);
    let urn = "urn:decentraland:entity:bafyReal?=&baseUrl=https://w/";
    house.around.say(
        "/world/some.dcl.eth/about",
        json!({ "configurations": { "scenesUrn": [urn] } }),
    );
    let known = house.enter(ANN, "some.dcl.eth", "some.dcl.eth").await;
    let room = &invited(&known.json()["adapter"])["video"]["room"];
    assert_eq!(room, "world-scene-room-some.dcl.eth-bafyReal");
    house.stop().await;
}

#[tokio::test]
async fn without_a_livekit_server_routes_that_give_a_room_say_so() {
    let over = json!({ "prod_livekit_host": null });
    let house = House::with(over, Arc::new(SystemClock)).await;
    let answer = house.enter(ANN, "main", "a").await;
    assert_eq!(answer.status, 503);
    let text = answer.json()["error"].to_string();
    assert!(
        text.contains("comms_gatekeeper.prod_livekit_host"),
        "{text}"
    );
    house.stop().await;
}

#[tokio::test]
async fn who_is_in_a_scene_is_shown_by_address() {
    let house = House::with_plaza(json!({})).await;
    let room = format!("scene-main:{}", plaza());
    house.around.seat(
        &room,
        &format!("{}:tab", address(ANN).to_uppercase().replace("0X", "0x")),
        json!({}),
    );
    house.around.seat(&room, "authoritative-server", json!({}));
    house
        .around
        .seat("world-env-Me.dcl.eth", &address(BOB), json!({}));
    let ask = async |query: &str| {
        let path = format!("/comms-gatekeeper/scene-participants{query}");
        house.world.get(&path).await
    };
    let shown = |key: u8| json!({ "ok": true, "data": { "addresses": [address(key)] } });
    assert_eq!(ask("?pointer=0,1").await.json(), shown(ANN));
    assert_eq!(ask("?pointer=0,0&realm_name=main").await.json(), shown(ANN));
    assert_eq!(ask("?realm_name=Me.dcl.eth").await.json(), shown(BOB));
    let empty = json!({ "ok": true, "data": { "addresses": [] } });
    assert_eq!(ask("?pointer=0,0&realm_name=other").await.json(), empty);
    assert_eq!(ask("").await.status, 400);
    let none = ask("?pointer=7,7").await;
    assert_eq!(none.status, 404);
    assert_eq!(none.json()["error"], "No scene found for pointer: 7,7");
    // Once it fails and is asked again; when it goes on failing that is said.
    house.around.inner().failures = vec![503];
    assert_eq!(ask("?pointer=0,1").await.json(), shown(ANN));
    house.around.inner().failures = vec![503, 503];
    assert_eq!(ask("?pointer=0,1").await.status, 503);
    house.stop().await;
}
