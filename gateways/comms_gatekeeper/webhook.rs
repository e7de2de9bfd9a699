//! What the LiveKit server tells: who came into which room and who left it, and which streams began and ended.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use model::events::gatekeeper::{SceneChange, VoiceChange};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::fault::{self, Fault};
use super::private_calls::{self, change};
use super::rooms::Kind;
use super::tables::{SCENES, VOICE};
use super::{Server, community, meters, record, request, rooms, work};
use crate::frame::livekit::verify_webhook;

const CLIENT: &str = "CLIENT_INITIATED";
const DUPLICATE: &str = "DUPLICATE_IDENTITY";
const DELETED: &str = "ROOM_DELETED";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Message {
    event: String,
    id: String,
    room: Room,
    participant: Participant,
    ingress_info: Ingress,
    #[serde(deserialize_with = "seconds")]
    created_at: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Room {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Participant {
    identity: String,
    sid: String,
    disconnect_reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Ingress {
    ingress_id: String,
}

/// A whole number, which JSON of protobuf writes as text.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let value = Value::deserialize(from)?;
    let number = value.as_i64();
    let text = || value.as_str().and_then(|text| text.parse().ok());
    Ok(number.or_else(text).unwrap_or_default())
}

/// Takes what the LiveKit server tells. It tells it again until the answer is 200, so that what is done here may be done
/// twice.
#[utoipa::path(post, path = "/livekit-webhook", tag = "livekit", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 503, body = Object)))]
pub(super) async fn webhook(
    State(server): State<Server>,
    request: Request,
) -> Result<Response, Fault> {
    let (parts, body) = request::split(request).await?;
    let token = parts.headers.get(header::AUTHORIZATION);
    let Some(token) = token.and_then(|token| token.to_str().ok()) else {
        meters::webhook("refused");
        return Err(fault::bad("Authorization header not found"));
    };
    let issuer = server.livekit()?.issuer();
    if let Err(error) = verify_webhook(issuer, token, &body, server.now()) {
        meters::webhook("refused");
        tracing::warn!(%error, "a webhook is not the LiveKit server's");
        return Err(fault::bad("Invalid webhook event"));
    }
    let message: Message = serde_json::from_slice(&body).map_err(|error| {
        meters::webhook("failed");
        tracing::warn!(%error, "a webhook is unreadable");
        fault::bad("Error handling webhook event")
    })?;
    match take(&server, &message).await {
        Ok(()) => meters::webhook("taken"),
        Err(error) => {
            meters::webhook("failed");
            tracing::warn!(?error, "a webhook is not taken");
            return Err(fault::bad("Error handling webhook event"));
        }
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

async fn take(server: &Server, message: &Message) -> Result<(), Fault> {
    let kind = Kind::of(server.settings(), &message.room.name);
    match message.event.as_str() {
        "room_started" => {
            refresh(server, &kind, &message.room.name);
            Ok(())
        }
        "participant_joined" => joined(server, &kind, message).await,
        "participant_left" => left(server, &kind, message).await,
        "ingress_started" => streamed(server, message, SceneChange::STREAM_STARTED).await,
        "ingress_ended" => streamed(server, message, SceneChange::STREAM_ENDED).await,
        _ => Ok(()),
    }
}

fn refresh(server: &Server, kind: &Kind, room: &str) {
    let (realm, scene) = match kind {
        Kind::Scene { realm, scene } => (realm, scene),
        Kind::World { world, scene } => (world, scene),
        _ => return,
    };
    if !rooms::is_preview(realm) {
        server.refresh_sometimes(room.to_owned(), realm.clone(), scene.clone());
    }
}

/// Seconds as the platform has them, ms.
fn at(server: &Server, message: &Message) -> i64 {
    match message.created_at {
        0 => server.now(),
        seconds => seconds.saturating_mul(1000),
    }
}

/// The event of somebody who came or left; none for rooms that are nobody's and for previews.
fn told(
    server: &Server,
    kind: &Kind,
    message: &Message,
    who: &str,
    came: bool,
) -> Result<Option<kernel::NewRecord>, Fault> {
    let room = &message.room.name;
    let (realm, scene, is_world) = match kind {
        Kind::Unknown => return Ok(None),
        Kind::Scene { realm, .. } if rooms::is_preview(realm) => return Ok(None),
        Kind::Scene { realm, scene } => (realm.as_str(), scene.as_str(), false),
        Kind::World { world, scene } => (world.as_str(), scene.as_str(), true),
        _ => ("", "", false),
    };
    let mut metadata = json!({
        "sceneId": scene, "userAddress": who, "realmName": realm, "isWorld": is_world,
        "roomType": kind.name(),
    });
    match kind {
        Kind::Island => metadata["islandName"] = room.as_str().into(),
        Kind::Community(id) => metadata["communityId"] = id.as_str().into(),
        Kind::Private(id) => metadata["voiceChatId"] = id.as_str().into(),
        _ => {}
    }
    let name = match came {
        true => {
            metadata["parcel"] = "".into();
            "user-joined-room"
        }
        false => "user-left-room",
    };
    let key = format!("{name}-{room}-{who}");
    let event = record::envelope(("comms", name), &key, at(server, message), &metadata);
    let id = match message.id.is_empty() {
        true => model::event_id(&event),
        false => kernel::event_id(format!("livekit\n{}", message.id).as_bytes()),
    };
    record::event(&event, id).map(Some)
}

async fn joined(server: &Server, kind: &Kind, message: &Message) -> Result<(), Fault> {
    let room = &message.room.name;
    refresh(server, kind, room);
    let Some(who) = work::address(&message.participant.identity) else {
        return Ok(());
    };
    let mut records: Vec<_> = told(server, kind, message, &who, true)?
        .into_iter()
        .collect();
    let now = at(server, message);
    let connected = |call: &str| {
        record::voice(&VoiceChange {
            session: Some(message.participant.sid.clone()),
            at: now,
            ..change(server, call, VoiceChange::CONNECTED, &who)
        })
    };
    match kind {
        Kind::Community(id) => records.push(connected(&community::key(id))),
        Kind::Private(id) => {
            let key = private_calls::key(id);
            let call = server.tables().call(&key).await?;
            let patience = server.settings().patience();
            if call.active(server.now(), patience).0 == 0 {
                server.end_room(room.clone());
                records.push(record::voice(&change(server, &key, VoiceChange::ENDED, "")));
            } else {
                records.extend(elsewhere(server, &who, &key).await?);
                records.push(connected(&key));
            }
        }
        _ => {}
    }
    if !records.is_empty() {
        record::shown(server, records, &[VOICE]).await?;
    }
    server.look_at(room.clone(), who);
    Ok(())
}

/// Ends the other private calls that somebody is in.
async fn elsewhere(
    server: &Server,
    who: &str,
    here: &str,
) -> Result<Vec<kernel::NewRecord>, Fault> {
    let patience = server.settings().patience();
    let mut records = Vec::new();
    for (key, user) in server.tables().calls_of(who).await? {
        let id = key.strip_prefix(model::tables::gatekeeper::voice::PRIVATE);
        let Some(id) = id.filter(|_| key != here && user.is_active(server.now(), patience)) else {
            continue;
        };
        records.push(record::voice(&change(server, &key, VoiceChange::ENDED, "")));
        server.end_room(rooms::private(id));
    }
    Ok(records)
}

async fn left(server: &Server, kind: &Kind, message: &Message) -> Result<(), Fault> {
    let Some(who) = work::address(&message.participant.identity) else {
        return Ok(());
    };
    let mut records: Vec<_> = told(server, kind, message, &who, false)?
        .into_iter()
        .collect();
    let reason = message.participant.disconnect_reason.as_str();
    let gone = |call: &str| {
        let kind = match reason {
            CLIENT => VoiceChange::LEFT,
            _ => VoiceChange::INTERRUPTED,
        };
        let sid = &message.participant.sid;
        record::voice(&VoiceChange {
            session: Some(sid.clone()).filter(|sid| !sid.is_empty()),
            at: at(server, message),
            ..change(server, call, kind, &who)
        })
    };
    match kind {
        Kind::Private(id) if reason != DUPLICATE => {
            let key = private_calls::key(id);
            records.push(match reason {
                DELETED => record::voice(&change(server, &key, VoiceChange::ENDED, "")),
                _ => gone(&key),
            });
            if reason == CLIENT {
                server.end_room(message.room.name.clone());
            }
        }
        Kind::Community(id) if reason != DUPLICATE => {
            let key = community::key(id);
            let call = server.tables().call(&key).await?;
            match reason {
                DELETED => records.extend(community::ending(server, id, &call)?),
                _ => records.push(gone(&key)),
            }
        }
        _ => {}
    }
    if !records.is_empty() {
        record::shown(server, records, &[VOICE]).await?;
    }
    match kind {
        Kind::Community(id) if reason == CLIENT => unmoderated(server, id, &who).await,
        _ => Ok(()),
    }
}

/// Ends a community's call that its last moderator has left.
async fn unmoderated(server: &Server, id: &str, who: &str) -> Result<(), Fault> {
    use model::tables::gatekeeper::voice::Status;
    let call = server.tables().call(&community::key(id)).await?;
    let has_left = call
        .users
        .get(who)
        .is_some_and(|user| user.moderator && user.status == Status::Disconnected);
    let (_, moderators) = call.active(server.now(), server.settings().patience());
    if has_left && moderators == 0 {
        let records = community::ending(server, id, &call)?;
        record::shown(server, records, &[VOICE]).await?;
        server.end_room(rooms::community(id));
    }
    Ok(())
}

/// Somebody streams, or does not any more.
async fn streamed(server: &Server, message: &Message, kind: &str) -> Result<(), Fault> {
    let ingress = &message.ingress_info.ingress_id;
    let streams = server.tables().streams(server.settings().calls_max).await?;
    let Some(stream) = streams
        .into_iter()
        .find(|stream| stream.ingress == *ingress)
    else {
        return Ok(());
    };
    let change = SceneChange {
        place: stream.place,
        kind: kind.to_owned(),
        id: stream.id,
        at: at(server, message),
        ..SceneChange::default()
    };
    record::shown(server, vec![record::scene(&change)], &[SCENES]).await?;
    Ok(())
}
