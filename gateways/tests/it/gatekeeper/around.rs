//! A LiveKit server's API, which remembers what it was told, and other services, which say what they were given to say.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::claims;

/// A room: what is said of it, and who is in it with what is said of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pub(super) metadata: Value,
    pub(super) inside: BTreeMap<String, Value>,
}

/// What is around the platform.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) rooms: BTreeMap<String, Room>,
    /// Keys by ingress.
    pub(super) ingresses: BTreeMap<String, (String, String)>,
    /// Permissions that somebody was given.
    pub(super) permissions: Vec<(String, Value)>,
    /// Answers to the next calls instead of true ones.
    pub(super) failures: Vec<u16>,
    /// Calls of the API.
    pub(super) calls: Vec<String>,
    /// What other services say, by path.
    pub(super) says: HashMap<String, Value>,
    made: usize,
}

#[derive(Clone)]
pub(super) struct Around {
    pub(super) url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Around {
    pub(super) async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let around = Self {
            url: format!("http://{}", socket.local_addr().expect("an address")),
            inner: Arc::default(),
        };
        let router = Router::new()
            .route("/twirp/{service}/{method}", post(twirp))
            .fallback(other)
            .with_state(around.clone());
        tokio::spawn(async move { axum::serve(socket, router).await });
        around
    }

    pub(super) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics with it")
    }

    /// Another service says this at a path.
    pub(super) fn say(&self, path: &str, answer: Value) {
        self.inner().says.insert(path.to_owned(), answer);
    }

    /// Somebody is in a room.
    pub(super) fn seat(&self, room: &str, identity: &str, metadata: Value) {
        let mut inner = self.inner();
        let room = inner.rooms.entry(room.to_owned()).or_default();
        room.inside.insert(identity.to_owned(), metadata);
    }

    pub(super) fn inside(&self, room: &str) -> Vec<String> {
        let inner = self.inner();
        let room = inner.rooms.get(room);
        room.map_or_else(Vec::new, |room| room.inside.keys().cloned().collect())
    }

    pub(super) fn metadata(&self, room: &str) -> Value {
        let inner = self.inner();
        inner
            .rooms
            .get(room)
            .map_or(Value::Null, |room| room.metadata.clone())
    }
}

async fn other(State(around): State<Around>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    match around.inner().says.get(path) {
        Some(answer) => axum::Json(answer.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn absent() -> Response {
    let body = json!({ "code": "not_found", "msg": "not there" });
    (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
}

async fn twirp(
    State(around): State<Around>,
    Path((service, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let token = headers["authorization"].to_str().expect("text");
    let video = claims(token.strip_prefix("Bearer ").expect("a bearer"))["video"].clone();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let mut inner = around.inner();
    inner.calls.push(method.clone());
    if let Some(status) = inner.failures.pop() {
        let status = StatusCode::from_u16(status).expect("a status");
        return status.into_response();
    }
    let needed = match (service.as_str(), method.as_str()) {
        ("livekit.Ingress", _) => "ingressAdmin",
        (_, "ListRooms") => "roomList",
        (_, "CreateRoom" | "DeleteRoom") => "roomCreate",
        _ => {
            assert_eq!(video["room"], body["room"], "{method}: for this room alone");
            "roomAdmin"
        }
    };
    assert_eq!(video[needed], true, "{method}: {video}");
    let answer = match method.as_str() {
        "ListRooms" => {
            let names = body["names"].as_array().cloned().unwrap_or_default();
            let asked = |name: &String| names.is_empty() || names.contains(&json!(name));
            let rooms: Vec<Value> = inner
                .rooms
                .iter()
                .filter(|(name, _)| asked(name))
                .map(|(name, room)| json!({ "name": name, "metadata": room.metadata.to_string() }))
                .collect();
            json!({ "rooms": rooms })
        }
        "CreateRoom" => {
            inner.rooms.entry(text("name")).or_default();
            json!({ "name": text("name") })
        }
        "DeleteRoom" => match inner.rooms.remove(&text("room")) {
            Some(_) => json!({}),
            None => return absent(),
        },
        "ListParticipants" => match inner.rooms.get(&text("room")) {
            Some(room) => {
                let inside: Vec<Value> = room
                    .inside
                    .iter()
                    .map(|(who, said)| json!({ "identity": who, "metadata": said.to_string() }))
                    .collect();
                json!({ "participants": inside })
            }
            None => return absent(),
        },
        "RemoveParticipant" => {
            let room = inner.rooms.get_mut(&text("room"));
            match room.and_then(|room| room.inside.remove(&text("identity"))) {
                Some(_) => json!({}),
                None => return absent(),
            }
        }
        "UpdateParticipant" => {
            if let Some(permission) = body.get("permission") {
                inner
                    .permissions
                    .push((text("identity"), permission.clone()));
            }
            let said: Value = serde_json::from_str(&text("metadata")).expect("JSON");
            let room = inner.rooms.get_mut(&text("room"));
            match room.and_then(|room| room.inside.get_mut(&text("identity"))) {
                Some(of) => *of = said,
                None => return absent(),
            }
            json!({})
        }
        "UpdateRoomMetadata" => {
            let said: Value = serde_json::from_str(&text("metadata")).expect("JSON");
            match inner.rooms.get_mut(&text("room")) {
                Some(room) => room.metadata = said,
                None => return absent(),
            }
            json!({})
        }
        "CreateIngress" => {
            assert_eq!(body["inputType"], "RTMP_INPUT");
            inner.made += 1;
            let (id, key) = (format!("IN_{}", inner.made), format!("sk_{}", inner.made));
            inner
                .ingresses
                .insert(id.clone(), (text("roomName"), key.clone()));
            json!({ "ingress_id": id, "url": "rtmp://live", "stream_key": key })
        }
        "ListIngress" => {
            let items: Vec<Value> = inner
                .ingresses
                .iter()
                .filter(|(_, (room, _))| *room == text("roomName"))
                .map(|(id, (_, key))| json!({ "ingress_id": id, "url": "rtmp://live", "stream_key": key }))
                .collect();
            json!({ "items": items })
        }
        "DeleteIngress" => match inner.ingresses.remove(&text("ingressId")) {
            Some(_) => json!({}),
            None => return absent(),
        },
        other => panic!("nobody calls {other}"),
    };
    axum::Json(answer).into_response()
}
