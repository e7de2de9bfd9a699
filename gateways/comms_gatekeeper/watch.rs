//! Those who watch a stream, the bot that shows a presentation, and who may present.

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use model::tables::gatekeeper::scenes::Stream;
use serde_json::{Value, json};

use super::adapters::UNKEPT;
use super::admins::Desk;
use super::cast::{Tokens, keyed, text};
use super::fault::{self, Fault};
use super::invite::grant;
use super::places::{self, Where};
use super::{Server, record, request, rooms, signed};
use crate::frame::livekit::{Grant, Invitation};

/// The stream at a location: a world, or a parcel of a place.
async fn at(
    server: &Server,
    location: &str,
    parcel: Option<&str>,
) -> Result<Option<Stream>, Fault> {
    let tables = server.tables();
    let all = tables.streams(server.settings().calls_max).await?;
    let own = all
        .into_iter()
        .find(|stream| stream.location.eq_ignore_ascii_case(location));
    if own.is_some() {
        return Ok(own);
    }
    let world = rooms::is_world(location);
    let from = Where {
        realm: if world { location } else { "main" },
        parcel: if world { parcel } else { Some(location) },
        ..Where::default()
    };
    match places::find(server, from).await {
        Ok(place) => Ok(tables.scene(&place.id).await?.stream),
        Err(places::Lost::Absent) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A token to watch the stream at a location.
#[utoipa::path(post, path = "/cast/watcher-token", tag = "cast", request_body = Object, responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 404, body = Object), (status = 503, body = Object)))]
pub(super) async fn watcher(
    State(server): State<Server>,
    request: Request,
) -> Result<Tokens, Fault> {
    let (_, body) = request::split(request).await?;
    let object = request::object(&body, &["location", "identity", "parcel"])?;
    let (location, called) = (text(&object, "location")?, text(&object, "identity")?);
    let parcel = request::text(&object, "parcel", super::cast::CHARS_MAX)?;
    let stream = at(&server, &location, parcel.as_deref()).await?;
    let none = || fault::missing(format!("No active stream found for {location}"));
    let stream = stream.ok_or_else(none)?;
    if server.now() >= stream.expires_at {
        return Err(fault::unauthorized(
            "Stream access has expired. Please generate a new stream link.",
        ));
    }
    let identity = format!("watch:{}:{}", stream.room, record::new_id());
    let metadata =
        json!({ "role": "watcher", "displayName": called, "roomId": stream.room }).to_string();
    let invitation = Invitation {
        identity: &identity,
        name: Some(&called),
        metadata: Some(&metadata),
        ..Invitation::default()
    };
    let grant = Grant {
        can_publish: false,
        can_update_own_metadata: false,
        ..grant(&stream.room)
    };
    let (url, token) = server.token("watcher", &invitation, &grant)?;
    let answer = json!({
        "url": url, "token": token, "roomId": stream.room, "identity": identity,
        "placeName": stream.place_name,
    });
    Ok((UNKEPT, Json(answer)))
}

/// A token for the bot that shows a presentation.
#[utoipa::path(post, path = "/cast/presentation-bot-token", tag = "cast", request_body = Object, responses(
    (status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
    (status = 503, body = Object)))]
pub(super) async fn presentation(
    State(server): State<Server>,
    request: Request,
) -> Result<Tokens, Fault> {
    let (_, body) = request::split(request).await?;
    let object = request::object(&body, &["streamingKey"])?;
    let key = text(&object, "streamingKey")?;
    let texts = (
        "Invalid or expired streaming token",
        "Streaming token has expired",
    );
    let stream = keyed(&server, &key, StatusCode::UNAUTHORIZED, texts).await?;
    let identity = format!("presentation-bot:{}:{}", stream.room, record::new_id());
    let invitation = Invitation {
        identity: &identity,
        metadata: Some(r#"{"role":"presentation"}"#),
        ..Invitation::default()
    };
    let grant = Grant {
        can_update_own_metadata: false,
        can_publish_sources: None,
        ..grant(&stream.room)
    };
    let (url, token) = server.token("presentation", &invitation, &grant)?;
    let answer = json!({ "url": url, "token": token, "roomId": stream.room });
    Ok((UNKEPT, Json(answer)))
}

/// The room of the stream of the scene that an admin's request is from.
async fn room(server: &Server, request: Request) -> Result<String, Fault> {
    let (parts, _) = request.into_parts();
    let desk = Desk::of(server, signed::scene(server, &parts, false)?).await?;
    if !desk.rights(server, &desk.asker.address).await?.any() {
        return Err(fault::forbidden(
            "Only scene administrators can manage presenters",
        ));
    }
    let stream = desk
        .state
        .stream
        .filter(|stream| server.now() < stream.expires_at);
    let stream = stream.ok_or_else(|| fault::missing("No active stream found for this room"))?;
    Ok(stream.room)
}

/// Who may present.
#[utoipa::path(get, path = "/cast/presenters", tag = "cast", responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 403, body = Object),
    (status = 404, body = Object), (status = 503, body = Object)))]
pub(super) async fn presenters(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let room = room(&server, request).await?;
    let presenters = server.metadata.presenters(&server, &room).await?;
    Ok(Json(json!({ "presenters": presenters })))
}

/// Who may be a presenter: an address, or somebody with a key.
fn presenter(identity: &str) -> Result<String, Fault> {
    if let Some(address) = request::address(identity) {
        return Ok(address);
    }
    let mut parts = identity.split(':');
    let streams = parts.next() == Some("stream")
        && parts.next().is_some_and(|place| !place.is_empty())
        && parts
            .next()
            .is_some_and(|id| uuid::Uuid::parse_str(id).is_ok())
        && parts.next().is_none();
    match streams && identity.len() <= super::cast::CHARS_MAX {
        true => Ok(identity.to_owned()),
        false => Err(fault::bad("Invalid participant identity")),
    }
}

/// Lets somebody present.
#[utoipa::path(put, path = "/cast/presenters/{participantIdentity}", tag = "cast",
    params(("participantIdentity" = String, Path)), responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 403, body = Object),
    (status = 404, body = Object), (status = 503, body = Object)))]
pub(super) async fn promote(
    State(server): State<Server>,
    Path(identity): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let who = presenter(&identity)?;
    let room = room(&server, request).await?;
    server.livekit()?;
    server.metadata.present(&server, &room, &who, true).await?;
    Ok(Json(
        json!({ "message": "Participant promoted to presenter" }),
    ))
}

/// Lets somebody present no more.
#[utoipa::path(delete, path = "/cast/presenters/{participantIdentity}", tag = "cast",
    params(("participantIdentity" = String, Path)), responses((status = 200, body = Object),
    (status = 400, body = Object), (status = 401, body = Object), (status = 403, body = Object),
    (status = 404, body = Object), (status = 503, body = Object)))]
pub(super) async fn demote(
    State(server): State<Server>,
    Path(identity): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let who = presenter(&identity)?;
    let room = room(&server, request).await?;
    server.livekit()?;
    server.metadata.present(&server, &room, &who, false).await?;
    Ok(Json(
        json!({ "message": "Participant demoted from presenter" }),
    ))
}

#[cfg(test)]
mod tests {
    use super::presenter;

    #[test]
    fn an_address_or_a_streamer_may_be_a_presenter() {
        let upper = format!("0x{}", "AB".repeat(20));
        assert_eq!(presenter(&upper).expect("an address"), upper.to_lowercase());
        let streamer = "stream:p1:0190a0a0-0000-7000-8000-000000000000";
        assert!(presenter(streamer).is_ok());
        for other in [
            "",
            "0x1",
            "stream:p1",
            "stream::0190",
            "watch:r:1",
            "stream:p:no-id",
        ] {
            assert!(presenter(other).is_err(), "{other}");
        }
    }
}
