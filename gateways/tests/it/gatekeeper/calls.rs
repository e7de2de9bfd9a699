//! Calls between two, calls of communities, and the room of private messages.

use http::Method;
use serde_json::{Value, json};

use super::told::Told;
use super::{ANN, BOB, House, MOD, MODERATORS, address, invited, soon};

#[tokio::test]
async fn two_people_get_a_call_that_one_of_them_ends() {
    let house = House::new().await;
    let body = json!({ "user_addresses": [address(ANN), address(BOB)], "room_id": "7" });
    let opened = house
        .service(Method::POST, "/private-voice-chat", &body)
        .await;
    assert_eq!(opened.status, 200, "{:?}", opened.body);
    for key in [ANN, BOB] {
        let said = invited(&opened.json()[address(key)]["connection_url"]);
        assert_eq!(
            (&said["sub"], &said["video"]["room"]),
            (&json!(address(key)), &json!("voice-chat-private-7"))
        );
        assert_eq!(said["video"]["canUpdateOwnMetadata"], false);
    }
    let status = async |key: u8| {
        let path = format!("/users/{}/voice-chat-status", address(key));
        house.service(Method::GET, &path, &Value::Null).await.json()["is_user_in_voice_chat"]
            .clone()
    };
    assert_eq!(
        (status(ANN).await, status(MOD).await),
        (json!(true), json!(false))
    );
    for bad in [
        json!({ "user_addresses": [address(ANN)], "room_id": "7" }),
        json!({ "user_addresses": [address(ANN), "0x1"], "room_id": "7" }),
        json!({ "user_addresses": [address(ANN), address(BOB)], "room_id": "" }),
        json!({ "user_addresses": [address(ANN), address(BOB)], "room_id": "a b" }),
    ] {
        assert_eq!(
            house
                .service(Method::POST, "/private-voice-chat", &bad)
                .await
                .status,
            400,
            "{bad}"
        );
    }
    house
        .around
        .seat("voice-chat-private-7", &address(ANN), json!({}));
    let path = "/private-voice-chat/7";
    let stranger = house
        .service(Method::DELETE, path, &json!({ "address": address(MOD) }))
        .await;
    assert_eq!(
        stranger.json(),
        json!({ "error": "Room ID does not exist" })
    );
    let ended = house
        .service(Method::DELETE, path, &json!({ "address": address(BOB) }))
        .await;
    let mut both = [address(ANN), address(BOB)];
    both.sort();
    assert_eq!(ended.json(), json!({ "users_in_voice_chat": both }));
    soon("the room is gone", || house.around.inner().rooms.is_empty()).await;
    assert_eq!(status(ANN).await, json!(false));
    assert_eq!(
        house
            .with_bearer("x", (Method::DELETE, path), &json!({}))
            .await
            .status,
        401
    );
    house.stop().await;
}

/// Asks to enter the call of community c.
async fn enter(house: &House, key: u8, action: &str, role: &str) -> Value {
    let body = json!({ "community_id": "c", "user_address": address(key), "action": action, "user_role": role,
        "profile_data": { "name": "Ann", "has_claimed_name": true, "profile_picture_url": "https://p" } });
    let answer = house
        .service(Method::POST, "/community-voice-chat", &body)
        .await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    invited(&answer.json()["connection_url"])
}

#[tokio::test]
async fn a_communitys_call_has_speakers_and_listeners_until_its_moderator_leaves() {
    let house = House::new().await;
    let room = "voice-chat-community-c";
    let owner = enter(&house, MOD, "create", "owner").await;
    assert_eq!(owner["video"]["canPublish"], true);
    let said: Value =
        serde_json::from_str(owner["metadata"].as_str().expect("text")).expect("JSON");
    let wanted = json!({ "role": "owner", "isSpeaker": true, "muted": false, "name": "Ann", "hasClaimedName": true,
        "profilePictureUrl": "https://p" });
    assert_eq!(said, wanted);
    let listener = enter(&house, ANN, "join", "member").await;
    assert_eq!(listener["video"]["canPublish"], false);
    let status = async || {
        house
            .service(Method::GET, "/community-voice-chat/c/status", &Value::Null)
            .await
            .json()
    };
    let both = json!({ "active": true, "participant_count": 2, "moderator_count": 1 });
    assert_eq!(status().await, both);
    let many = json!({ "community_ids": ["c", "d"] });
    let many = house
        .service(Method::POST, "/community-voice-chat/status", &many)
        .await
        .json();
    assert_eq!(
        (&many["data"][0]["active"], &many["data"][1]["active"]),
        (&json!(true), &json!(false))
    );
    let active = house
        .service(Method::GET, "/community-voice-chat/active", &Value::Null)
        .await
        .json();
    let wanted = json!({ "total": 1, "data": [{ "communityId": "c", "participantCount": 2, "moderatorCount": 1 }] });
    assert_eq!(active, wanted);

    let path = |end: &str| format!("/community-voice-chat/c/users/{}{end}", address(ANN));
    let absent = house
        .service(Method::POST, &path("/speaker"), &Value::Null)
        .await;
    assert_eq!(absent.status, 404);
    house
        .around
        .seat(room, &address(ANN), json!({ "role": "member" }));
    for (method, end, body, message, member, value) in [
        (
            Method::POST,
            "/speak-request",
            Value::Null,
            "Request to speak sent successfully",
            "isRequestingToSpeak",
            true,
        ),
        (
            Method::DELETE,
            "/speak-request",
            Value::Null,
            "Speak request rejected successfully",
            "isRequestingToSpeak",
            false,
        ),
        (
            Method::POST,
            "/speaker",
            Value::Null,
            "User promoted to speaker successfully",
            "isSpeaker",
            true,
        ),
        (
            Method::DELETE,
            "/speaker",
            Value::Null,
            "User demoted to listener successfully",
            "isSpeaker",
            false,
        ),
        (
            Method::PATCH,
            "/mute",
            json!({ "muted": true }),
            "User muted successfully",
            "muted",
            true,
        ),
        (
            Method::PATCH,
            "/mute",
            json!({ "muted": false }),
            "User unmuted successfully",
            "muted",
            false,
        ),
    ] {
        let answer = house.service(method, &path(end), &body).await;
        assert_eq!(answer.json(), json!({ "message": message }));
        let inner = house.around.inner();
        let said = &inner.rooms[room].inside[&address(ANN)];
        assert_eq!(
            (&said[member], &said["role"]),
            (&json!(value), &json!("member")),
            "{end}"
        );
    }
    let given: Vec<Value> = house
        .around
        .inner()
        .permissions
        .iter()
        .map(|(_, p)| p["canPublish"].clone())
        .collect();
    assert_eq!(given, [true, false]);
    let kicked = house.service(Method::DELETE, &path(""), &Value::Null).await;
    assert_eq!(
        kicked.json(),
        json!({ "message": "User kicked from voice chat successfully" })
    );
    assert!(house.around.inside(room).is_empty());

    let told = Told::of(&house);
    told.joined(room, MOD, "s1").await;
    told.joined(room, MOD, "s2").await;
    told.left(room, MOD, "s1", "CLIENT_INITIATED").await;
    assert_eq!(status().await, both, "an earlier session");
    told.left(room, MOD, "s2", "CLIENT_INITIATED").await;
    let over = json!({ "active": false, "participant_count": 0, "moderator_count": 0 });
    assert_eq!(status().await, over);
    soon("the room is gone", || {
        !house.around.inner().rooms.contains_key(room)
    })
    .await;
    let events = house
        .events("streaming.events", "community-streaming-ended")
        .await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0]["metadata"],
        json!({ "communityId": "c", "totalParticipants": 2 })
    );
    house.stop().await;
}

#[tokio::test]
async fn a_communitys_call_is_ended_by_a_service_that_says_for_whom() {
    let house = House::new().await;
    enter(&house, MOD, "create", "owner").await;
    let path = "/community-voice-chat/c";
    let bare = house.service(Method::DELETE, path, &json!({})).await;
    assert_eq!(
        bare.json(),
        json!({ "error": "The property user_address is required" })
    );
    let body = json!({ "user_address": address(MOD) });
    let ended = house.service(Method::DELETE, path, &body).await;
    assert_eq!(
        ended.json(),
        json!({ "message": "Community voice chat ended successfully" })
    );
    let path = format!("/users/{}/community-voice-chat-status", address(MOD));
    let status = house.service(Method::GET, &path, &Value::Null).await.json();
    assert_eq!(
        status,
        json!({ "userAddress": address(MOD), "isInCommunityVoiceChat": false })
    );
    house.stop().await;
}

#[tokio::test]
async fn calls_that_nobody_comes_to_are_ended() {
    use std::sync::Arc;
    let over = json!({ "voice_chat_initial_connection_ttl": 1, "community_voice_chat_no_moderator_ttl": 1 });
    let house = House::with(over, Arc::new(runtime::ports::SystemClock)).await;
    enter(&house, ANN, "join", "member").await;
    let body = json!({ "user_addresses": [address(ANN), address(BOB)], "room_id": "7" });
    house
        .service(Method::POST, "/private-voice-chat", &body)
        .await;
    for room in ["voice-chat-community-c", "voice-chat-private-7"] {
        house.around.seat(room, "somebody", json!({}));
    }
    let own: Vec<_> = gateways::all()
        .iter()
        .filter(|g| g.name == "comms-gatekeeper")
        .collect();
    let mut tasks = tokio::task::JoinSet::new();
    for (_, task) in gateways::backgrounds(&own, &house.world.context) {
        tasks.spawn(task);
    }
    soon("both rooms are gone", || {
        house.around.inner().rooms.is_empty()
    })
    .await;
    tasks.shutdown().await;
    house.stop().await;
}

#[tokio::test]
async fn private_messages_go_through_one_room() {
    let house = House::with_plaza(json!({ "social_service_url": "AROUND" })).await;
    house.around.say(
        &format!("/v1/users/{}/privacy-settings", address(ANN)),
        json!({ "private_messages_privacy": "only_friends" }),
    );
    let call = || (Method::GET, "/private-messages/token");
    let metadata = json!({ "signer": "dcl:explorer" });
    for (key, wish) in [(ANN, "only_friends"), (BOB, "all")] {
        let answer = house.signed(key, call(), &metadata, &Value::Null).await;
        let said = invited(&answer.json()["adapter"]);
        let video = &said["video"];
        assert_eq!(
            (&video["room"], &video["canPublish"]),
            (&json!("private-messages"), &json!(false))
        );
        let text = said["metadata"].as_str().expect("text");
        assert_eq!(
            text,
            json!({ "private_messages_privacy": wish }).to_string()
        );
    }
    let scene = json!({ "signer": "decentraland-kernel-scene" });
    assert_eq!(
        house.signed(ANN, call(), &scene, &Value::Null).await.status,
        400
    );
    let path = format!("/users/{}/private-messages-privacy", address(ANN));
    let wish = async |body: Value| {
        let answer = house.service(Method::PATCH, &path, &body).await;
        (
            answer.status.as_u16(),
            String::from_utf8_lossy(&answer.body).into_owned(),
        )
    };
    let error = |text: &str| (400, json!({ "error": text }).to_string());
    let friends = json!({ "private_messages_privacy": "ONLY_FRIENDS" });
    assert_eq!(wish(json!({})).await, error("Invalid request body"));
    assert_eq!(
        wish(json!({ "private_messages_privacy": "x" })).await,
        error("Invalid private_messages_privacy")
    );
    assert_eq!(
        wish(friends.clone()).await,
        error("Participant is not connected to the room")
    );
    house
        .around
        .seat("private-messages", &address(ANN), json!({ "kept": 1 }));
    assert_eq!(wish(friends).await, (204, String::new()));
    let said = house.around.inner().rooms["private-messages"].inside[&address(ANN)].clone();
    assert_eq!(
        said,
        json!({ "kept": 1, "private_messages_privacy": "only_friends" })
    );
    let bans = format!("/users/{}/bans?moderator=Eve", address(ANN));
    house
        .with_bearer(
            MODERATORS,
            (Method::POST, &bans),
            &json!({ "reason": "rude" }),
        )
        .await;
    assert_eq!(
        house
            .signed(ANN, call(), &metadata, &Value::Null)
            .await
            .status,
        403
    );
    house.stop().await;
}
