//! The gatekeeper from outside, beside a LiveKit server and services that others wrote: what these are asked, and what
//! people are told.

mod around;
mod calls;
mod decisions;
mod entering;
mod streams;
mod told;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use identity::hash::hash_v1;
use identity::sign::{LOGIN_TITLE, Wallet, create_ephemeral_chain};
use identity::signed_fetch::{PayloadFormat, RequestToSign, headers_for};
use runtime::ports::{Clock, SystemClock};
use serde_json::{Value, json};

use self::around::Around;
use crate::support::{Answer, send};
use crate::world::{World, settings};

pub(super) const KEY: &str = "devkey";
pub(super) const SECRET: &str = "a-secret-that-nobody-may-see";
pub(super) const SERVICE: &str = "service-token";
pub(super) const MODERATORS: &str = "moderators-token";
/// Whose scene it is.
pub(super) const OWNER: u8 = 1;
pub(super) const ANN: u8 = 2;
pub(super) const BOB: u8 = 3;
/// Whose key scene servers sign with.
pub(super) const SERVER: u8 = 4;
/// May moderate.
pub(super) const MOD: u8 = 5;

pub(super) fn wallet(key: u8) -> Wallet {
    Wallet::from_private_key([key; 32]).expect("a key")
}

pub(super) fn address(key: u8) -> String {
    wallet(key).address().to_owned()
}

/// The scene at 0,0.
pub(super) fn plaza() -> String {
    hash_v1("plaza")
}

/// The platform, and what is around it.
pub(super) struct House {
    pub(super) world: World,
    around: Around,
}

impl House {
    pub(super) async fn new() -> Self {
        Self::with(json!({}), Arc::new(SystemClock)).await
    }

    /// With more settings; `AROUND` in a text is where the services around answer.
    pub(super) async fn with(over: Value, clock: Arc<dyn Clock>) -> Self {
        let around = Around::start().await;
        let own = json!({
            "prod_livekit_host": around.url.replace("http://", "ws://"), "prod_livekit_api_key": KEY,
            "prod_livekit_api_secret": SECRET, "comms_gatekeeper_auth_token": SERVICE,
            "moderator_token": MODERATORS, "platform_user_moderators": [wallet(MOD).checksum_address()],
            "authoritative_server_address": wallet(SERVER).checksum_address(), "livekit_tries": 2,
            "sweep_interval": "50ms",
        });
        let (Value::Object(mut own), Value::Object(over)) = (own, over) else {
            panic!("settings are an object");
        };
        for (key, value) in over {
            let text = value.to_string().replace("AROUND", &around.url);
            own.insert(key, serde_json::from_str(&text).expect("JSON"));
        }
        let settings = settings(json!({ "comms_gatekeeper": own }));
        let world = World::with(settings, clock).await;
        Self { world, around }
    }

    /// With a scene at 0,0 and 0,1 that the owner deployed.
    pub(super) async fn with_plaza(over: Value) -> Self {
        let house = Self::with(over, Arc::new(SystemClock)).await;
        let scene = json!({ "type": "catalyst-deployment", "subType": "scene",
            "entity": { "id": plaza(), "type": "scene", "pointers": ["0,0", "0,1"],
                "timestamp": 1_767_225_600_000_i64, "content": [],
                "metadata": { "display": { "title": "Plaza" }, "scene": { "base": "0,0", "parcels": ["0,0", "0,1"] } } },
            "contentServerUrls": ["http://127.0.0.1:1/content"],
            "authChain": [{ "type": "SIGNER", "payload": wallet(OWNER).checksum_address(), "signature": "" }] });
        house.world.feed(&json!([scene])).await;
        house.world.settle().await;
        house
    }

    pub(super) async fn stop(self) {
        self.world.stop().await;
    }

    /// Asks, signed with metadata.
    pub(super) async fn signed(
        &self,
        key: u8,
        (method, path): (Method, &str),
        metadata: &Value,
        body: &Value,
    ) -> Answer {
        let session = wallet(99);
        let login = create_ephemeral_chain(&wallet(key), &session, LOGIN_TITLE, "2999-01-01");
        let metadata = metadata.to_string();
        let to_sign = RequestToSign {
            method: method.as_str(),
            path: path.split('?').next().unwrap_or_default(),
            timestamp_ms: self.world.context.platform.clock.now_ms(),
            metadata: Some(&metadata),
            format: PayloadFormat::Folded,
        };
        let headers = headers_for(&login.expect("short"), &session, &to_sign).expect("short");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/comms-gatekeeper{path}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        send(&self.world.router, request.body(body).expect("a request")).await
    }

    /// Asks as a service, or with another bearer.
    pub(super) async fn with_bearer(
        &self,
        bearer: &str,
        (method, path): (Method, &str),
        body: &Value,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/comms-gatekeeper{path}"))
            .header("authorization", format!("Bearer {bearer}"));
        let body = match body {
            Value::Null => Body::empty(),
            body => Body::from(body.to_string()),
        };
        send(&self.world.router, request.body(body).expect("a request")).await
    }

    pub(super) async fn service(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.with_bearer(SERVICE, (method, path), body).await
    }

    /// Asks for a token of a scene's room, as the explorer does.
    pub(super) async fn enter(&self, key: u8, realm: &str, scene: &str) -> Answer {
        let metadata = json!({ "realmName": realm, "sceneId": scene, "parcel": "0,0",
            "signer": "dcl:explorer", "deviceIdentifier": format!("device-{key}") });
        let call = (Method::POST, "/get-scene-adapter");
        self.signed(key, call, &metadata, &Value::Null).await
    }

    /// Asks from the plaza's own code.
    pub(super) async fn at_plaza(
        &self,
        key: u8,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let metadata = json!({ "signer": "decentraland-kernel-scene", "sceneId": plaza(), "parcel": "0,0",
            "realm": { "hostname": "realm-provider.test", "serverName": "main" } });
        self.signed(key, (method, path), &metadata, body).await
    }

    /// Events of these kinds in the log's topic.
    pub(super) async fn events(&self, topic: &str, sub_type: &str) -> Vec<Value> {
        self.world.settle().await;
        let mut found = Vec::new();
        for partition in 0..32 {
            let path = format!("/operator/topics/{topic}/records?partition={partition}&limit=100");
            let answer = self.world.get(&path).await;
            assert_eq!(answer.status, 200, "{:?}", answer.body);
            let records = answer.json();
            let list = records["records"].as_array().or(records.as_array());
            found.extend(
                list.expect("records")
                    .iter()
                    .map(|record| record["value"].clone())
                    .filter(|value| value["subType"] == sub_type || sub_type.is_empty()),
            );
        }
        found
    }
}

/// What a token says.
pub(super) fn claims(token: &str) -> Value {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let middle = token.split('.').nth(1).expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(middle).expect("base64");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// What the token of a connection string says.
pub(super) fn invited(connection: &Value) -> Value {
    let text = connection.as_str().expect("a connection string");
    let (host, token) = text.split_once("?access_token=").expect("a token");
    assert!(host.starts_with("livekit:ws://127.0.0.1:"), "{host}");
    claims(token)
}

/// Waits for something that happens beside requests.
pub(super) async fn soon(what: &str, so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what}: not in time");
}
