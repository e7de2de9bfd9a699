//! What a LiveKit server tells by itself, and what comes of it.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use ring::hmac;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ANN, BOB, House, KEY, MODERATORS, SECRET, address, plaza, soon};
use crate::support::{Answer, post_with};

/// Speaks as the LiveKit server.
pub(super) struct Told<'a> {
    house: &'a House,
    count: AtomicU32,
}

impl<'a> Told<'a> {
    pub(super) fn of(house: &'a House) -> Self {
        Self {
            house,
            count: AtomicU32::new(0),
        }
    }

    fn now(&self) -> i64 {
        self.house.world.context.platform.clock.now_ms() / 1000
    }

    /// The token beside a body.
    fn token(&self, secret: &str, body: &str) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "iss": KEY, "exp": self.now() + 300, "nbf": self.now(),
            "sha256": STANDARD.encode(Sha256::digest(body)) });
        let text = format!(
            "{}.{}",
            part(json!({ "alg": "HS256", "typ": "JWT" })),
            part(claims)
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
        format!("{text}.{signature}")
    }

    async fn send(&self, body: &str, headers: &[(&str, &str)]) -> Answer {
        let path = "/comms-gatekeeper/livekit-webhook";
        post_with(&self.house.world.router, path, body.to_owned(), headers).await
    }

    pub(super) async fn tell(&self, mut message: Value) -> Answer {
        message["createdAt"] = self.now().to_string().into();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        message["id"] = format!("EV_{count}").into();
        let body = message.to_string();
        let token = self.token(SECRET, &body);
        let answer = self.send(&body, &[("authorization", &token)]).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        assert_eq!(answer.body, body.as_bytes(), "the body comes back");
        answer
    }

    pub(super) async fn joined(&self, room: &str, key: u8, session: &str) {
        let message = json!({ "event": "participant_joined", "room": { "name": room },
            "participant": { "identity": address(key), "sid": session } });
        self.tell(message).await;
    }

    pub(super) async fn left(&self, room: &str, key: u8, session: &str, reason: &str) {
        let message = json!({ "event": "participant_left", "room": { "name": room },
            "participant": { "identity": address(key), "sid": session, "disconnectReason": reason } });
        self.tell(message).await;
    }
}

#[tokio::test]
async fn only_the_livekit_server_is_believed() {
    let house = House::new().await;
    let told = Told::of(&house);
    let body = r#"{"event":"room_finished"}"#;
    let error = async |headers: &[(&str, &str)]| {
        let answer = told.send(body, headers).await;
        (answer.status.as_u16(), answer.json()["error"].clone())
    };
    assert_eq!(
        error(&[]).await,
        (400, json!("Authorization header not found"))
    );
    let invalid = (400, json!("Invalid webhook event"));
    assert_eq!(error(&[("authorization", "x")]).await, invalid);
    let other = told.token("other", body);
    assert_eq!(error(&[("authorization", other.as_str())]).await, invalid);
    let of_other = told.token(SECRET, "{}");
    assert_eq!(
        error(&[("authorization", of_other.as_str())]).await,
        invalid
    );
    let good = told.token(SECRET, body);
    assert_eq!(
        told.send(body, &[("authorization", &good)]).await.status,
        200
    );
    let odd = told.token(SECRET, "[1]");
    let odd = told.send("[1]", &[("authorization", &odd)]).await;
    assert_eq!(
        odd.json(),
        json!({ "error": "Error handling webhook event" })
    );
    house.stop().await;
}

#[tokio::test]
async fn who_comes_and_goes_is_told_once() {
    let house = House::with_plaza(json!({})).await;
    let told = Told::of(&house);
    let room = format!("scene-main:{}", plaza());
    told.joined(&room, ANN, "s1").await;
    told.left(&room, ANN, "s1", "CLIENT_INITIATED").await;
    told.joined("world-scene-room-me.dcl.eth-bafyS", ANN, "s2")
        .await;
    told.joined("scene-LocalPreview:bafyS", ANN, "s3").await;
    told.joined("somebody-elses", ANN, "s4").await;
    told.joined("island-7", ANN, "s5").await;
    let nobody = json!({ "event": "participant_joined", "room": { "name": room }, "participant": { "identity": "bot" } });
    told.tell(nobody).await;
    // Told again, since the first answer got lost.
    let again = Told::of(&house);
    again.joined(&room, ANN, "s1").await;
    let mut events = house.events("user.actions", "user-joined-room").await;
    events.sort_by_key(|event| event["key"].to_string());
    let rooms: Vec<_> = events
        .iter()
        .map(|event| event["metadata"].clone())
        .collect();
    let wanted = json!([
        { "parcel": "", "sceneId": "", "userAddress": address(ANN), "realmName": "", "isWorld": false,
            "roomType": "island", "islandName": "island-7" },
        { "parcel": "", "sceneId": plaza(), "userAddress": address(ANN), "realmName": "main", "isWorld": false,
            "roomType": "scene" },
        { "parcel": "", "sceneId": "bafyS", "userAddress": address(ANN), "realmName": "me.dcl.eth", "isWorld": true,
            "roomType": "world" },
    ]);
    assert_eq!(Value::from(rooms), wanted);
    assert_eq!(
        house.events("user.actions", "user-left-room").await.len(),
        1
    );
    house.stop().await;
}

#[tokio::test]
async fn who_comes_with_a_token_from_before_the_ban_is_sent_out() {
    let house = House::with_plaza(json!({})).await;
    let bans = format!("/users/{}/bans?moderator=Eve", address(BOB));
    house
        .with_bearer(
            MODERATORS,
            (Method::POST, &bans),
            &json!({ "reason": "rude" }),
        )
        .await;
    let room = format!("scene-main:{}", plaza());
    house.around.seat(&room, &address(BOB), json!({}));
    house.around.seat(&room, &address(ANN), json!({}));
    let told = Told::of(&house);
    for key in [ANN, BOB] {
        told.joined(&room, key, "s").await;
    }
    soon("he is out", || house.around.inside(&room) == [address(ANN)]).await;
    house.stop().await;
}

#[tokio::test]
async fn a_private_call_ends_when_one_hangs_up_and_not_when_one_is_lost() {
    let house = House::new().await;
    let told = Told::of(&house);
    let (room, other) = ("voice-chat-private-7", "voice-chat-private-8");
    let open = async |id: &str| {
        let body = json!({ "user_addresses": [address(ANN), address(BOB)], "room_id": id });
        house
            .service(Method::POST, "/private-voice-chat", &body)
            .await;
    };
    let status = async || {
        let path = format!("/users/{}/voice-chat-status", address(ANN));
        house.service(Method::GET, &path, &Value::Null).await.json()["is_user_in_voice_chat"]
            .clone()
    };
    open("7").await;
    house.around.seat(room, &address(ANN), json!({}));
    told.joined(room, ANN, "s1").await;
    for reason in ["DUPLICATE_IDENTITY", "SERVER_SHUTDOWN"] {
        told.left(room, ANN, "s1", reason).await;
        assert_eq!(status().await, true, "{reason}");
    }
    assert_eq!(house.around.inside(room).len(), 1);
    open("8").await;
    house.around.seat(other, &address(ANN), json!({}));
    told.joined(other, ANN, "s2").await;
    soon("the first call is ended", || {
        !house.around.inner().rooms.contains_key(room)
    })
    .await;
    told.left(other, ANN, "s2", "CLIENT_INITIATED").await;
    soon("the second, too", || {
        !house.around.inner().rooms.contains_key(other)
    })
    .await;
    assert_eq!(status().await, false);
    house
        .around
        .seat("voice-chat-private-9", &address(ANN), json!({}));
    told.joined("voice-chat-private-9", ANN, "s3").await;
    soon("one that nobody opened is ended", || {
        house.around.inner().rooms.is_empty()
    })
    .await;
    house.stop().await;
}
