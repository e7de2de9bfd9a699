//! Keys with which the admins of a scene stream into its room. A key is known to the LiveKit server and to whom it is
//! shown; here is only its hash.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Request, State};
use http::StatusCode;
use kernel::NewRecord;
use model::events::gatekeeper::SceneChange;
use model::tables::gatekeeper::scenes::Stream;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::admins::Desk;
use super::fault::{self, Fault};
use super::record::Done;
use super::settings::ms;
use super::tables::SCENES;
use super::{Server, permissions, record, signed};
use crate::frame::Written;
use crate::frame::livekit::{Ingress, LiveKitError};

const REFUSED: &str = "Access denied, you are not authorized to access this scene";
/// People who are told of a stream.
const TOLD_MAX: usize = 100;

/// What of a key is kept.
pub(super) fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

/// The admin's desk that a request is from, which must name its scene.
async fn desk(server: &Server, request: Request) -> Result<Desk, Fault> {
    let (parts, _) = request.into_parts();
    let asker = signed::scene(server, &parts, false)?;
    if asker.scene.is_none() {
        return Err(signed::without_scene());
    }
    let desk = Desk::of(server, asker).await?;
    desk.decides(server, REFUSED).await?;
    Ok(desk)
}

fn none() -> Fault {
    fault::missing("No active streaming access found for place")
}

/// What an admin is shown of a stream.
fn shown(stream: &Stream, ingress: &Ingress) -> Value {
    json!({
        "streaming_url": ingress.url, "streaming_key": ingress.stream_key,
        "created_at": stream.created_at, "ends_at": stream.expires_at,
    })
}

/// The ingress of a stream, with its key, as the LiveKit server knows it.
pub(super) async fn ingress(server: &Server, stream: &Stream) -> Result<Option<Ingress>, Fault> {
    let all = server.livekit()?.ingresses(&stream.room).await?;
    Ok(all.into_iter().find(|one| one.ingress_id == stream.ingress))
}

/// The stream of a place that is good now, with its key.
pub(super) async fn current(
    server: &Server,
    desk: &Desk,
) -> Result<Option<(Stream, Ingress)>, Fault> {
    let now = server.now();
    let good = desk
        .state
        .stream
        .as_ref()
        .filter(|stream| now < stream.expires_at);
    let Some(stream) = good else {
        return Ok(None);
    };
    let found = ingress(server, stream).await?;
    Ok(found.map(|ingress| (stream.clone(), ingress)))
}

/// A new key for a room; one that the room has already is used when `again`.
pub(super) async fn made(
    server: &Server,
    desk: &Desk,
    room: &str,
    again: bool,
) -> Result<(Stream, Ingress, Vec<NewRecord>), Fault> {
    let livekit = server.livekit()?;
    let known = match again {
        true => livekit.ingresses(room).await?.into_iter().next(),
        false => None,
    };
    let ingress = match known {
        Some(known) => known,
        None => {
            let identity = format!("{}-streamer", record::new_id());
            livekit.create_ingress(room, &identity).await?
        }
    };
    let now = server.now();
    let stream = Stream {
        id: record::new_id(),
        place: desk.place.id.clone(),
        ingress: ingress.ingress_id.clone(),
        room: room.to_owned(),
        key_hash: hash(&ingress.stream_key),
        place_name: desk.place.name(),
        location: desk.place.location().to_owned(),
        is_world: desk.place.world.is_some(),
        by: desk.asker.address.clone(),
        created_at: now,
        expires_at: now.saturating_add(ms(server.settings().stream_key_ttl)),
        started_at: None,
    };
    let opened = SceneChange {
        id: stream.id.clone(),
        // The row has the time of the change: whoever is answered now and whoever reads it later see the same.
        at: now,
        stream: model::Json::of(&stream).map_err(crate::frame::ApiError::internal)?,
        ..desk.change(server, SceneChange::STREAM_OPENED, "")
    };
    Ok((stream, ingress, vec![record::scene(&opened)]))
}

/// Takes an ingress away from the LiveKit server, soon.
pub(super) fn withdraw(server: &Server, ingress: String) {
    server.tell("withdraw", |server| async move {
        match &server.livekit {
            Some(livekit) => livekit.delete_ingress(&ingress).await,
            None => Ok::<(), LiveKitError>(()),
        }
    });
}

/// Events that tell people of a stream.
pub(super) fn notices(
    server: &Server,
    stream: &Stream,
    kind: &str,
    whom: BTreeSet<String>,
) -> Result<Vec<NewRecord>, Fault> {
    let now = server.now();
    let kept = kind.replace('-', "_");
    let key = format!("{kept}-{}-{now}", stream.place);
    let (title, text) = match kind {
        "streaming-key-reset" => ("Stream key reset", "has another stream key now"),
        "streaming-key-revoke" => ("Stream key deactivated", "has no stream key any more"),
        "streaming-key-expired" => ("Stream key expired", "has a stream key no longer"),
        _ => ("Stream time exceeded", "was streamed into for too long"),
    };
    let position = if stream.is_world {
        ""
    } else {
        &stream.location
    };
    let world = stream.is_world.then_some(&stream.location);
    let url = match world {
        Some(world) => format!("https://decentraland.org/jump/?realm={world}"),
        None => format!("https://decentraland.org/jump/?position={position}"),
    };
    let notice = |address: String| {
        let metadata = json!({
            "title": title, "description": format!("{} {text}", stream.place_name), "position": position,
            "worldName": world, "isWorld": stream.is_world, "url": url, "image": "", "address": address,
        });
        let event = record::envelope(("streaming", kind), &key, now, &metadata);
        record::event(&event, model::event_id(&event))
    };
    whom.into_iter().take(TOLD_MAX).map(notice).collect()
}

async fn admins(server: &Server, desk: &Desk) -> BTreeSet<String> {
    let others = permissions::others(server, &desk.place).await;
    let mut all = others.unwrap_or_default();
    all.extend(desk.state.admins.keys().cloned());
    all.insert(desk.asker.address.clone());
    all
}

/// The key of the scene's stream.
#[utoipa::path(get, path = "/scene-stream-access", tag = "streams", responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn read(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let desk = desk(&server, request).await?;
    let (stream, ingress) = current(&server, &desk).await?.ok_or_else(none)?;
    Ok(Json(shown(&stream, &ingress)))
}

/// The same, made when there is none.
#[utoipa::path(post, path = "/scene-stream-access", tag = "streams", responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn open(
    State(server): State<Server>,
    request: Request,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let desk = desk(&server, request).await?;
    if let Some((stream, ingress)) = current(&server, &desk).await? {
        return Ok((None, Json(shown(&stream, &ingress))));
    }
    let room = desk.room(&server).ok_or_else(|| signed::without("realm"))?;
    let (stream, ingress, records) = made(&server, &desk, &room, true).await?;
    let written = record::shown(&server, records, &[SCENES]).await?;
    Ok((Some(written), Json(shown(&stream, &ingress))))
}

/// Another key in place of the one there is.
#[utoipa::path(put, path = "/scene-stream-access", tag = "streams", responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn reset(
    State(server): State<Server>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let desk = desk(&server, request).await?;
    let old = desk.state.stream.clone().ok_or_else(none)?;
    server.livekit()?.delete_ingress(&old.ingress).await?;
    let (stream, ingress, mut records) = made(&server, &desk, &old.room, false).await?;
    let whom = admins(&server, &desk).await;
    records.extend(notices(&server, &stream, "streaming-key-reset", whom)?);
    let written = record::shown(&server, records, &[SCENES]).await?;
    Ok((written, Json(shown(&stream, &ingress))))
}

/// Takes the key away.
#[utoipa::path(delete, path = "/scene-stream-access", tag = "streams", responses((status = 204),
    (status = 400, body = Object), (status = 401, body = Object), (status = 404, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn close(State(server): State<Server>, request: Request) -> Result<Done, Fault> {
    let desk = desk(&server, request).await?;
    let stream = desk.state.stream.clone().ok_or_else(none)?;
    server.livekit()?.delete_ingress(&stream.ingress).await?;
    let closed = SceneChange {
        id: stream.id.clone(),
        ..desk.change(&server, SceneChange::STREAM_CLOSED, "")
    };
    let whom = admins(&server, &desk).await;
    let mut records = vec![record::scene(&closed)];
    records.extend(notices(&server, &stream, "streaming-key-revoke", whom)?);
    let written = record::shown(&server, records, &[SCENES]).await?;
    Ok((StatusCode::NO_CONTENT, written, ()))
}
