//! Admins and bans of a scene, bans from the platform: who may decide, and what follows.

use http::Method;
use serde_json::{Value, json};

use super::{ANN, BOB, House, MOD, MODERATORS, OWNER, SERVICE, address, plaza, soon};

#[tokio::test]
async fn an_admin_bans_somebody_who_is_sent_out_and_stays_out() {
    let house = House::with_plaza(json!({})).await;
    let room = format!("scene-main:{}", plaza());
    let upper = address(BOB).to_uppercase().replace("0X", "0x");
    house.around.seat(&room, &upper, json!({}));
    house.around.seat(&room, &address(ANN), json!({}));
    let bans = "/scene-bans";
    let bob = json!({ "banned_address": address(BOB) });
    let refused = house.at_plaza(ANN, Method::POST, bans, &bob).await;
    assert_eq!(refused.status, 401);
    let text = "You do not have permission to ban users from this place";
    assert_eq!(refused.json(), json!({ "error": text }));
    let admin = json!({ "admin": address(ANN) });
    let made = house
        .at_plaza(OWNER, Method::POST, "/scene-admin", &admin)
        .await;
    assert_eq!(made.status, 204, "{:?}", made.body);
    let owner = json!({ "banned_address": address(OWNER) });
    let refused = house.at_plaza(ANN, Method::POST, bans, &owner).await;
    assert_eq!(
        refused.json(),
        json!({ "error": "Cannot ban this address" })
    );
    let banned = house.at_plaza(ANN, Method::POST, bans, &bob).await;
    assert_eq!(banned.status, 204, "{:?}", banned.body);
    assert!(banned.header("x-worldlog-position").is_some());
    soon("he is out", || house.around.inside(&room) == [address(ANN)]).await;
    let wanted = json!([address(BOB)]);
    soon("the room knows", || {
        house.around.metadata(&room)["bannedAddresses"] == wanted
    })
    .await;
    let admins = house.around.metadata(&room)["sceneAdmins"].clone();
    for key in [OWNER, ANN] {
        assert!(
            admins
                .as_array()
                .is_some_and(|all| all.contains(&json!(address(key)))),
            "{admins}"
        );
    }
    let back = house.enter(BOB, "main", &plaza()).await;
    assert_eq!(back.status, 403);
    assert_eq!(
        back.json(),
        json!({ "error": "User is banned from this scene" })
    );
    let again = house.at_plaza(ANN, Method::POST, bans, &bob).await;
    assert_eq!(again.status, 204);
    let listed = house
        .at_plaza(ANN, Method::GET, bans, &Value::Null)
        .await
        .json();
    let wanted = json!({ "results": [{ "bannedAddress": address(BOB), "name": "" }], "total": 1, "page": 1,
        "pages": 1, "limit": 100 });
    assert_eq!(listed, wanted);
    let path = "/scene-bans/addresses?limit=1&offset=1";
    let page = house
        .at_plaza(ANN, Method::GET, path, &Value::Null)
        .await
        .json();
    assert_eq!((&page["results"], &page["page"]), (&json!([]), &json!(2)));
    let unbanned = house.at_plaza(OWNER, Method::DELETE, bans, &bob).await;
    assert_eq!(unbanned.status, 204);
    assert_eq!(house.enter(BOB, "main", &plaza()).await.status, 200);
    for (kind, count) in [
        ("user-banned-from-scene", 1),
        ("user-unbanned-from-scene", 1),
    ] {
        let events = house.events("comms.events", kind).await;
        assert_eq!(events.len(), count, "{kind}: {events:?}");
        let metadata = &events[0]["metadata"];
        assert_eq!(
            *metadata,
            json!({ "userAddress": address(BOB), "placeTitle": "Plaza" })
        );
    }
    house.stop().await;
}

#[tokio::test]
async fn admins_are_made_listed_and_removed() {
    let house = House::with_plaza(json!({})).await;
    let path = "/scene-admin";
    let ann = json!({ "admin": wallet_of(ANN) });
    let add = async |key, body: Value| house.at_plaza(key, Method::POST, path, &body).await;
    let error = |answer: crate::support::Answer| answer.json()["error"].as_str().map(str::to_owned);
    let not_allowed = "You do not have permission to add admins to this place";
    assert_eq!(
        error(add(ANN, ann.clone()).await).as_deref(),
        Some(not_allowed)
    );
    assert_eq!(add(OWNER, ann.clone()).await.status, 204);
    let twice = "Cannot add this address as an admin";
    assert_eq!(error(add(OWNER, ann.clone()).await).as_deref(), Some(twice));
    let owner = json!({ "admin": address(OWNER) });
    assert_eq!(error(add(ANN, owner.clone()).await).as_deref(), Some(twice));
    for (body, message) in [
        (json!({}), "Invalid JSON body"),
        (json!({ "admin": "0x1" }), "Invalid JSON body"),
        (
            json!({ "admin": address(BOB), "more": 1 }),
            "Invalid JSON body",
        ),
    ] {
        let answer = add(OWNER, body).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json()["message"], message);
    }
    let nobody = add(OWNER, json!({ "name": "Nobody" })).await;
    assert_eq!(nobody.status, 404);
    let listed = house
        .at_plaza(BOB, Method::GET, path, &Value::Null)
        .await
        .json();
    let listed = listed.as_array().expect("a list").clone();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!(
        (&listed[0]["admin"], &listed[0]["canBeRemoved"]),
        (&json!(address(ANN)), &json!(true))
    );
    assert_eq!(listed[0]["added_by"], address(OWNER));
    assert!(listed[0]["created_at"].is_string());
    let extra = json!({ "admin": address(OWNER), "name": "", "canBeRemoved": false });
    assert_eq!(listed[1], extra);
    let remove = async |body: Value| house.at_plaza(OWNER, Method::DELETE, path, &body).await;
    for (body, status, text) in [
        (json!({}), 400, "Invalid payload"),
        (json!({ "admin": "0x1" }), 401, "Invalid admin address"),
        (
            owner,
            400,
            "Cannot remove the user with privileges from this scene",
        ),
        (
            json!({ "admin": address(BOB) }),
            400,
            "The specified admin does not exist or is already inactive",
        ),
    ] {
        let answer = remove(body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"].as_str()),
            (status, Some(text))
        );
    }
    assert_eq!(remove(ann).await.status, 204);
    let metadata = json!({ "signer": "dcl:explorer", "realm": {}, "sceneId": plaza() });
    let explorer = house
        .signed(OWNER, (Method::GET, path), &metadata, &Value::Null)
        .await;
    assert_eq!(explorer.status, 400, "only scenes ask here");
    assert_eq!(explorer.json()["ok"], false);
    house.stop().await;
}

fn wallet_of(key: u8) -> String {
    super::wallet(key).checksum_address()
}

#[tokio::test]
async fn who_administrates_one_place_cannot_speak_for_another() {
    let house = House::with_plaza(json!({})).await;
    let metadata = json!({ "signer": "decentraland-kernel-scene", "sceneId": "bafyOther", "parcel": "0,0",
        "realm": { "serverName": "main" } });
    let body = json!({ "banned_address": address(BOB) });
    let call = (Method::POST, "/scene-bans");
    let answer = house.signed(OWNER, call, &metadata, &body).await;
    assert_eq!(
        answer.status, 404,
        "the scene decides, not the parcel beside it"
    );
    house.stop().await;
}

#[tokio::test]
async fn places_and_lambdas_are_asked_where_they_are_configured() {
    let over = json!({ "places_api_url": "AROUND", "lambdas_url": "AROUND/lambdas",
        "land_authorizations_url": "AROUND/leases" });
    let house = House::with_plaza(over).await;
    let answer = house
        .at_plaza(ANN, Method::GET, "/scene-bans", &Value::Null)
        .await;
    assert_eq!(answer.status, 404, "Places knows no such place");
    let place = json!({ "ok": true, "data": [{ "id": "p1", "title": "Plaza", "positions": ["0,0", "0,1"],
        "base_position": "0,0" }] });
    house.around.say("/places?positions=0%2C0", place.clone());
    let permissions = |key: u8| format!("/lambdas/users/{}/parcels/0/0/permissions", address(key));
    house.around.say(
        &permissions(ANN),
        json!({ "owner": false, "operator": true }),
    );
    house
        .around
        .say(&permissions(BOB), json!({ "owner": false }));
    let leases = json!({ "authorizations": [{ "plots": ["0,1"], "addresses": [address(MOD)] }] });
    house.around.say("/leases", leases);
    let names = json!([{ "avatars": [{ "ethAddress": address(BOB), "name": "Bob" }] }]);
    house.around.say("/lambdas/profiles", names);
    house
        .around
        .say("/lambdas/names/Bob/owner", json!({ "owner": address(BOB) }));
    // That there is no place at 0,0 is remembered for a while.
    let metadata = json!({ "signer": "decentraland-kernel-scene", "parcel": "0,1",
        "realm": { "serverName": "main" } });
    house.around.say("/places?positions=0%2C1", place);
    let ban = json!({ "banned_name": "Bob" });
    let call = || (Method::POST, "/scene-bans");
    assert_eq!(house.signed(BOB, call(), &metadata, &ban).await.status, 401);
    assert_eq!(
        house.signed(ANN, call(), &metadata, &ban).await.status,
        204,
        "an operator"
    );
    let list = (Method::GET, "/scene-bans");
    let listed = house.signed(MOD, list, &metadata, &Value::Null).await;
    assert_eq!(
        listed.status, 200,
        "who has leased a parcel: {:?}",
        listed.body
    );
    let end = &address(BOB)[38..];
    let wanted = json!([{ "bannedAddress": address(BOB), "name": format!("Bob#{end}") }]);
    assert_eq!(listed.json()["results"], wanted);
    house.stop().await;
}

#[tokio::test]
async fn a_world_is_one_place_and_its_server_asks_whether_somebody_is_banned() {
    let house = House::with_plaza(json!({ "world_content_url": "AROUND" })).await;
    let document = json!({ "owner": address(OWNER), "permissions": { "access": { "type": "unrestricted" },
        "deployment": { "type": "allow-list", "wallets": [address(ANN)] } } });
    house.around.say("/world/me.dcl.eth/permissions", document);
    let parcels = format!(
        "/world/me.dcl.eth/permissions/deployment/address/{}/parcels",
        address(ANN)
    );
    house
        .around
        .say(&parcels, json!({ "total": 0, "parcels": [] }));
    let metadata = json!({ "signer": "decentraland-kernel-scene", "sceneId": "bafyScene", "parcel": "1,1",
        "realm": { "hostname": "https://worlds-content-server.test", "serverName": "me.dcl.eth" } });
    let ban = json!({ "banned_address": address(BOB) });
    let call = || (Method::POST, "/scene-bans");
    assert_eq!(house.signed(BOB, call(), &metadata, &ban).await.status, 401);
    assert_eq!(
        house.signed(ANN, call(), &metadata, &ban).await.status,
        204,
        "may deploy"
    );
    let ask = async |who: u8| {
        let path = format!(
            "/worlds/me.dcl.eth/parcels/1,1/users/{}/ban-status",
            address(who)
        );
        house.service(Method::GET, &path, &Value::Null).await.json()
    };
    assert_eq!(ask(BOB).await, json!({ "isBanned": true }));
    assert_eq!(ask(ANN).await, json!({ "isBanned": false }));
    let path = format!(
        "/worlds/me.dcl.eth/parcels/1,1/users/{}/ban-status",
        address(BOB)
    );
    let stranger = house
        .with_bearer("other", (Method::GET, &path), &Value::Null)
        .await;
    assert_eq!(
        stranger.json(),
        json!({ "error": "Invalid authorization header" })
    );
    assert_eq!(
        house.enter(BOB, "me.dcl.eth", "bafyScene").await.status,
        403
    );
    house.stop().await;
}

#[tokio::test]
async fn moderators_ban_warn_and_lift() {
    let house = House::new().await;
    for room in ["scene-main:a", "private-messages", "voice-chat-private-1"] {
        house.around.seat(room, &address(BOB), json!({}));
        house.around.seat(room, &address(ANN), json!({}));
    }
    let bans = format!("/users/{}/bans", address(BOB));
    let open = async || {
        house
            .world
            .get(&format!("/comms-gatekeeper{bans}"))
            .await
            .json()
    };
    assert_eq!(open().await, json!({ "data": { "isBanned": false } }));
    let reason = json!({ "reason": "rude", "customMessage": "bye", "duration": 3_600_000 });
    let with = async |bearer: &str, query: &str, body: &Value| {
        let path = format!("{bans}{query}");
        house.with_bearer(bearer, (Method::POST, &path), body).await
    };
    assert_eq!(with("other", "?moderator=Eve", &reason).await.status, 401);
    let unnamed = with(MODERATORS, "", &reason).await;
    assert_eq!(
        unnamed.json(),
        json!({ "error": "Missing moderator query parameter" })
    );
    assert_eq!(
        with(MODERATORS, "?moderator=E%3Cve", &reason).await.status,
        400
    );
    for body in [
        json!({}),
        json!({ "reason": "" }),
        json!({ "reason": "x", "duration": 0 }),
        json!({ "reason": "x", "y": 1 }),
    ] {
        let answer = with(MODERATORS, "?moderator=Eve", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["ok"]),
            (400, &json!(false)),
            "{body}"
        );
    }
    let banned = with(MODERATORS, "?moderator=%20Eve%20", &reason).await;
    assert_eq!(banned.status, 201, "{:?}", banned.body);
    let data = banned.json()["data"].clone();
    assert_eq!(
        (&data["bannedBy"], &data["customMessage"]),
        (&json!("Eve"), &json!("bye"))
    );
    assert!(
        data["expiresAt"].is_string() && data["liftedAt"].is_null(),
        "{data}"
    );
    let twice = with(MODERATORS, "?moderator=Eve", &reason).await;
    assert_eq!(
        (twice.status.as_u16(), &twice.json()["error"]),
        (409, &json!("Conflict"))
    );
    soon("he is out of every room", || {
        let inner = house.around.inner();
        inner.rooms.values().all(|room| room.inside.len() == 1)
    })
    .await;
    let shown = open().await;
    let ban = &shown["data"]["ban"];
    assert_eq!(
        (&shown["data"]["isBanned"], &ban["reason"]),
        (&json!(true), &json!("rude"))
    );
    assert!(
        ban["bannedBy"].is_null() && ban["bannedDeviceId"].is_null(),
        "{ban}"
    );
    let list = async || {
        let listed = house
            .with_bearer(MODERATORS, (Method::GET, "/bans"), &Value::Null)
            .await;
        listed.json()["data"].as_array().map(Vec::len)
    };
    assert_eq!(list().await, Some(1));
    let call = (Method::DELETE, bans.as_str());
    let metadata = json!({ "signer": "dcl:explorer" });
    let lifted = house
        .signed(MOD, call.clone(), &metadata, &Value::Null)
        .await;
    assert_eq!(lifted.status, 204, "{:?}", lifted.body);
    let gone = house
        .signed(MOD, call.clone(), &metadata, &Value::Null)
        .await;
    assert_eq!(
        (gone.status.as_u16(), &gone.json()["error"]),
        (404, &json!("Not Found"))
    );
    let scene = json!({ "signer": "decentraland-kernel-scene" });
    assert_eq!(
        house
            .signed(MOD, call.clone(), &scene, &Value::Null)
            .await
            .status,
        401
    );
    assert_eq!(
        house
            .signed(ANN, call, &metadata, &Value::Null)
            .await
            .status,
        401
    );
    assert_eq!(list().await, Some(0));
    let path = format!("/users/{}/warnings", address(BOB));
    let warn = (Method::POST, path.as_str());
    let warned = house
        .signed(MOD, warn, &metadata, &json!({ "reason": "loud" }))
        .await;
    assert_eq!(warned.status, 201);
    assert_eq!(warned.json()["data"]["warnedBy"], address(MOD));
    let warnings = house
        .signed(MOD, (Method::GET, &path), &metadata, &Value::Null)
        .await;
    assert_eq!(warnings.json()["data"][0]["reason"], "loud");
    for kind in [
        "user-ban-created",
        "user-ban-lifted",
        "user-warning-created",
    ] {
        assert_eq!(
            house.events("moderation.events", kind).await.len(),
            1,
            "{kind}"
        );
    }
    assert_eq!(
        house
            .service(Method::GET, "/bans", &Value::Null)
            .await
            .status,
        401,
        "{SERVICE}"
    );
    house.stop().await;
}
