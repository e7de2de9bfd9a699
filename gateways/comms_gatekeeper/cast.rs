//! Streams from a browser: links for those who stream, and what a key leads to.

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use http::header::HeaderName;
use model::dates::iso;
use model::tables::gatekeeper::scenes::Stream;
use serde_json::{Map, Value, json};

use super::adapters::UNKEPT;
use super::admins::Desk;
use super::fault::{self, Fault};
use super::invite::grant;
use super::places::Place;
use super::tables::SCENES;
use super::{Server, record, request, rooms, signed, streams};
use crate::frame::Written;
use crate::frame::livekit::{Grant, Invitation};

/// Characters of a text of these routes.
pub(super) const CHARS_MAX: usize = 256;
const DAY_MS: i64 = 86_400_000;

/// A text that does not begin with a blank.
///
/// # Errors
/// 400.
pub(super) fn text(object: &Map<String, Value>, name: &str) -> Result<String, Fault> {
    let text = request::needed(object, name, CHARS_MAX)?;
    match text.starts_with(char::is_whitespace) {
        true => Err(fault::misshapen(&[&format!(
            "/{name} must not begin with a blank"
        )])),
        false => Ok(text),
    }
}

/// The place of a preview on a developer's machine.
fn preview(room: &str) -> Place {
    Place {
        id: room.to_owned(),
        title: "Local Preview".into(),
        base: "0,0".into(),
        ..Place::default()
    }
}

/// Links to stream into the scene that the request is from, and to watch it.
#[utoipa::path(get, path = "/cast/generate-stream-link", tag = "cast", responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 403, body = Object),
    (status = 404, body = Object), (status = 503, body = Object)))]
pub(super) async fn link(
    State(server): State<Server>,
    request: Request,
) -> Result<(Option<Written>, Json<Value>), Fault> {
    let (parts, _) = request.into_parts();
    let asker = signed::scene(&server, &parts, false)?;
    let Some(scene) = asker.scene.clone() else {
        return Err(fault::bad(
            "sceneId is required in authMetadata for Cast2 chat functionality",
        ));
    };
    let settings = server.settings();
    let room = rooms::scene(settings, &asker.realm, &scene);
    let local = rooms::is_preview(&asker.realm) && settings.allow_local_preview;
    let desk = match local {
        true => Desk {
            state: server.tables().scene(&room).await?,
            place: preview(&room),
            asker,
        },
        false => {
            let desk = Desk::of(&server, asker).await?;
            if !desk.rights(&server, &desk.asker.address).await?.any() {
                return Err(fault::forbidden(
                    "Only scene administrators can generate stream links",
                ));
            }
            desk
        }
    };
    let known = streams::current(&server, &desk).await?;
    let (written, stream, ingress) = match known.filter(|(stream, _)| stream.room == room) {
        Some((stream, ingress)) => (None, stream, ingress),
        None => {
            let (stream, ingress, records) = streams::made(&server, &desk, &room, false).await?;
            if let Some(old) = &desk.state.stream {
                streams::withdraw(&server, old.ingress.clone());
            }
            let written = record::shown(&server, records, &[SCENES]).await?;
            (Some(written), stream, ingress)
        }
    };
    let base = settings.cast2_url.trim_end_matches('/');
    let days = (stream.expires_at - stream.created_at) / DAY_MS;
    let answer = json!({
        "streamLink": format!("{base}/s/{}", ingress.stream_key),
        "watcherLink": format!("{base}/w/{}", stream.location),
        "streamingKey": ingress.stream_key, "placeId": stream.place, "placeName": stream.place_name,
        "expiresAt": iso(stream.expires_at), "expiresInDays": days,
    });
    Ok((written, Json(answer)))
}

/// The stream of a key that is good now.
///
/// # Errors
/// With one of these texts and this status.
pub(super) async fn keyed(
    server: &Server,
    key: &str,
    status: StatusCode,
    (unknown, expired): (&str, &str),
) -> Result<Stream, Fault> {
    let stream = server.tables().stream(&streams::hash(key)).await?;
    let stream = stream.filter(|stream| !stream.room.is_empty());
    let stream = stream.ok_or_else(|| fault::said(status, unknown))?;
    match server.now() < stream.expires_at {
        true => Ok(stream),
        false => Err(fault::said(status, expired)),
    }
}

/// An answer with a token that only who asked may keep.
pub(super) type Tokens = ([(HeaderName, &'static str); 1], Json<Value>);

/// A token to stream with a key.
#[utoipa::path(post, path = "/cast/streamer-token", tag = "cast", request_body = Object, responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn streamer(
    State(server): State<Server>,
    request: Request,
) -> Result<Tokens, Fault> {
    let (_, body) = request::split(request).await?;
    let object = request::object(&body, &["token", "identity"])?;
    let (key, called) = (text(&object, "token")?, text(&object, "identity")?);
    let texts = (
        "Invalid or expired streaming token",
        "Streaming token has expired",
    );
    let stream = keyed(&server, &key, StatusCode::UNAUTHORIZED, texts).await?;
    let identity = format!("stream:{}:{}", stream.place, record::new_id());
    let metadata = json!({ "role": "streamer", "displayName": called }).to_string();
    let invitation = Invitation {
        identity: &identity,
        name: Some(&called),
        metadata: Some(&metadata),
        ..Invitation::default()
    };
    let grant = Grant {
        can_publish_sources: None,
        ..grant(&stream.room)
    };
    let (url, token) = server.token("streamer", &invitation, &grant)?;
    let (room, who) = (stream.room.clone(), identity.clone());
    server.tell("presenter", |server| async move {
        server.metadata.present(&server, &room, &who, true).await
    });
    let answer = json!({
        "url": url, "token": token, "roomId": stream.room, "identity": identity,
    });
    Ok((UNKEPT, Json(answer)))
}

/// What a key leads to.
#[utoipa::path(get, path = "/cast/stream-info/{streamingKey}", tag = "cast",
    params(("streamingKey" = String, Path)), responses((status = 200, body = Object), (status = 400, body = Object)))]
pub(super) async fn info(
    State(server): State<Server>,
    Path(key): Path<String>,
) -> Result<Json<Value>, Fault> {
    let texts = ("Invalid streaming key", "Stream access has expired");
    let stream = keyed(&server, &key, StatusCode::BAD_REQUEST, texts).await?;
    Ok(Json(json!({
        "placeName": stream.place_name, "placeId": stream.place, "location": stream.location,
        "isWorld": stream.is_world,
    })))
}
