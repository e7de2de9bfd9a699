//! Exploration games from outside: what administrators define, players do and everybody reads.

mod admin;
mod play;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use kernel::{Headers, NewRecord};
use model::Recorded as _;
use model::events::effects::Outcome;
use runtime::ports::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, get_with, send};
use crate::world::{BEARER, World, settings};

pub(super) const MULTIPLAYER: &str = "mult1";

pub(super) fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

/// Somebody in a scene.
pub(super) struct Person {
    pub(super) key: u8,
    pub(super) parcel: &'static str,
}

pub(super) const ADMIN: Person = Person {
    key: 1,
    parcel: "10,10",
};
pub(super) const ANN: Person = Person {
    key: 2,
    parcel: "10,10",
};
pub(super) const BOB: Person = Person {
    key: 3,
    parcel: "10,10",
};

impl Person {
    pub(super) fn address(&self) -> String {
        wallet(self.key).address().to_owned()
    }

    pub(super) async fn with(
        &self,
        world: &World,
        call: (Method, &str),
        body: String,
        metadata: Value,
    ) -> Answer {
        let (method, path) = call;
        let session = wallet(9);
        let login = create_ephemeral_chain(&wallet(self.key), &session, LOGIN_TITLE, "2999-01-01");
        let metadata = metadata.to_string();
        let signed = RequestToSign {
            method: method.as_str(),
            path: &format!("/api{}", path.split('?').next().unwrap_or_default()),
            timestamp_ms: world.context.platform.clock.now_ms(),
            metadata: Some(&metadata),
            format: PayloadFormat::Folded,
        };
        let headers = headers_for(&login.expect("short"), &session, &signed).expect("short");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/exploration-games/api{path}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        send(
            &world.router,
            request.body(Body::from(body)).expect("a request"),
        )
        .await
    }

    pub(super) async fn ask(
        &self,
        world: &World,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let metadata = json!({"signer": "decentraland-kernel-scene", "parcel": self.parcel,
            "hashPayload": hex::encode(Sha256::digest(&body))});
        self.with(world, (method, path), body, metadata).await
    }

    pub(super) async fn get(&self, world: &World, path: &str) -> Value {
        let answer = self.ask(world, Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
        answer.json()["data"].clone()
    }

    /// Creates something; gives it.
    pub(super) async fn create(&self, world: &World, path: &str, body: Value) -> Value {
        let answer = self.ask(world, Method::POST, path, &body).await;
        assert_eq!(answer.status, 201, "{path}: {:?}", answer.body);
        answer.json()["data"].clone()
    }

    pub(super) async fn submit(&self, world: &World, game: &str, body: Value) -> Answer {
        let path = format!("/games/{game}/progress");
        self.ask(world, Method::POST, &path, &body).await
    }
}

pub(super) async fn world(clock: Arc<dyn Clock>) -> World {
    let over = json!({"exploration_games": {"admins": [wallet(1).checksum_address()],
        "multiplayer_key": MULTIPLAYER, "expiry_interval": "20ms", "reward_wait": "20s"}});
    World::with(settings(over), clock).await
}

pub(super) async fn open(world: &World, path: &str) -> Value {
    let answer = world.get(&format!("/exploration-games/api{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    answer.json()["data"].clone()
}

pub(super) fn id(thing: &Value) -> String {
    thing["id"].as_str().expect("an id").to_owned()
}

/// A game, a mission of it and its challenges, from score 1 and from score 10.
pub(super) async fn defined(world: &World) -> (String, String) {
    let game = json!({"name": "Race", "x": 10, "y": 10});
    let game = id(&ADMIN.create(world, "/games", game).await);
    let mission = json!({"description": "Run", "campaign_key": "c4mp", "type": "mini-games", "thumb_url": "u"});
    let mission = id(&ADMIN.create(world, "/missions", mission).await);
    for target in [1, 10] {
        let challenge = json!({"description": format!("{target}"), "targetLevel": 1, "missionId": mission,
            "gameId": game, "data": {"score": {"condition": ">=", "target": target}}});
        ADMIN.create(world, "/challenges", challenge).await;
    }
    (game, mission)
}

pub(super) async fn records(world: &World, topic: &str) -> Vec<Value> {
    let path = format!("/operator/topics/{topic}/records");
    let records = get_with(&world.router, &path, &[BEARER]).await;

    assert_eq!(records.status, 200, "{topic}: {:?}", records.body);
    records.json().as_array().expect("a list").clone()
}

/// Waits for a reward to be asked for, and gives it.
pub(super) async fn give_reward(world: &World) -> String {
    let asked = loop {
        if let Some(asked) = records(world, "effects.reward").await.pop() {
            break asked;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(asked["value"]["campaignKey"], "c4mp");
    let key = asked["key"].as_str().expect("a key").to_owned();
    let outcome = Outcome {
        kind: "reward".into(),
        key: key.clone(),
        outcome: "done".into(),
        result: Some(json!([{"id": "rw", "status": "pending"}]).into()),
        ..Outcome::default()
    };
    let value = model::encode(&outcome);
    let headers = Headers::new(kernel::event_id(&value), Outcome::SCHEMA, "runners/reward");
    let record = NewRecord::keyed(
        "effects.outcomes".into(),
        key.clone().into(),
        headers,
        value,
    );
    world
        .context
        .platform
        .append(vec![record])
        .await
        .expect("kept");
    key
}

/// An id of nothing.
pub(super) fn command_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
