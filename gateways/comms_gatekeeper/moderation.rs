//! Bans from the platform, and warnings.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::{Path, Request, State};
use http::StatusCode;
use http::request::Parts;
use identity::signed_fetch::TIMESTAMP_HEADER;
use model::dates::iso;
use model::events::gatekeeper::UserChange;
use model::tables::gatekeeper::users::{Ban, Warning};
use serde_json::{Map, Value, json};

use super::fault::{self, Fault};
use super::record::Done;
use super::tables::USERS;
use super::{Server, record, request, signed};
use crate::frame::{Written, signed::header};

/// A ban as moderators see it.
fn whole(ban: &Ban) -> Value {
    json!({
        "id": ban.id, "bannedAddress": ban.address, "bannedBy": ban.by, "reason": ban.reason,
        "customMessage": ban.custom_message, "bannedDeviceId": ban.device, "bannedAt": iso(ban.at),
        "expiresAt": ban.expires_at.map(iso), "liftedAt": ban.lifted_at.map(iso),
        "liftedBy": ban.lifted_by, "createdAt": iso(ban.at),
    })
}

/// The same for everybody: who did it, and by which device, is nobody's business.
fn open(ban: &Ban) -> Value {
    let mut shown = whole(ban);
    for name in ["bannedBy", "bannedDeviceId", "liftedBy"] {
        shown[name] = Value::Null;
    }
    shown
}

fn warned(warning: &Warning) -> Value {
    json!({
        "id": warning.id, "warnedAddress": warning.address, "warnedBy": warning.by,
        "reason": warning.reason, "warnedAt": iso(warning.at), "createdAt": iso(warning.at),
    })
}

/// The id of what a moderator does now. The same signed request again has the same one.
fn id(parts: &Parts, kind: &str, by: &str, address: &str) -> String {
    match header(parts, TIMESTAMP_HEADER) {
        None => record::new_id(),
        Some(at) => {
            kernel::event_id(format!("{kind}\n{by}\n{address}\n{at}").as_bytes()).to_string()
        }
    }
}

/// Whether somebody is banned from the platform.
#[utoipa::path(get, path = "/users/{address}/bans", tag = "moderation", params(("address" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object)))]
pub(super) async fn status(
    State(server): State<Server>,
    Path(address): Path<String>,
) -> Result<Json<Value>, Fault> {
    let who = request::address_of(&address)?;
    let user = server.tables().user(&who).await?;
    let data = match user.banned_at(server.now()) {
        None => json!({ "isBanned": false }),
        Some(ban) => json!({ "isBanned": true, "ban": open(ban) }),
    };
    Ok(Json(json!({ "data": data })))
}

/// How long a ban holds, ms; for ever where it is not said.
fn duration(object: &Map<String, Value>) -> Result<Option<i64>, Fault> {
    let Some(given) = object.get("duration") else {
        return Ok(None);
    };
    let ms = given.as_f64().filter(|ms| *ms > 0.0 && *ms <= 1e15);
    let ms = ms.ok_or_else(|| fault::misshapen(&["/duration must be > 0"]))?;
    Ok(Some(ms.ceil() as i64))
}

/// Bans somebody from the platform, and sends them out of every room.
#[utoipa::path(post, path = "/users/{address}/bans", tag = "moderation", params(("address" = String, Path)),
    request_body = Object, responses((status = 201, body = Object), (status = 400, body = Object),
    (status = 401, body = Object), (status = 409, body = Object)))]
pub(super) async fn ban(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<(StatusCode, Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    let by = signed::moderator(&server, &parts, true)?;
    let who = request::address_of(&address)?;
    let most = server.settings().text_chars_max;
    let object = request::object(&body, &["reason", "duration", "customMessage"])?;
    let now = server.now();
    let change = UserChange {
        address: who.clone(),
        kind: UserChange::BANNED.into(),
        id: id(&parts, "ban", &by, &who),
        reason: request::needed(&object, "reason", most)?,
        custom_message: request::text(&object, "customMessage", most)?,
        expires_at: duration(&object)?.map(|ms| now.saturating_add(ms)),
        by,
        at: now,
        device: None,
    };
    let conflict = || fault::told(StatusCode::CONFLICT, "Conflict", "User is already banned");
    let holds = server.tables().user(&who).await?.banned_at(now).cloned();
    if holds.is_some_and(|ban| ban.id != change.id) {
        return Err(conflict());
    }
    let mut metadata = json!({
        "id": change.id, "bannedAddress": who, "bannedBy": change.by, "reason": change.reason,
        "bannedAt": now, "expiresAt": change.expires_at,
    });
    if let Some(message) = &change.custom_message {
        metadata["customMessage"] = message.as_str().into();
    }
    let event = record::envelope(
        ("moderation", "user-ban-created"),
        &change.id,
        now,
        &metadata,
    );
    let once = kernel::event_id(format!("ban\n{}", change.id).as_bytes());
    let records = vec![record::user(&change), record::event(&event, once)?];
    let written = record::shown(&server, records, &[USERS]).await?;
    let user = server.tables().user(&who).await?;
    let ban = user.banned_at(now).filter(|ban| ban.id == change.id);
    let data = ban.map(whole).ok_or_else(conflict)?;
    server.kick_everywhere(who);
    Ok((StatusCode::CREATED, written, Json(json!({ "data": data }))))
}

/// Lifts a ban.
#[utoipa::path(delete, path = "/users/{address}/bans", tag = "moderation", params(("address" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object),
    (status = 404, body = Object)))]
pub(super) async fn lift(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<Done, Fault> {
    let (parts, _) = request.into_parts();
    let by = signed::moderator(&server, &parts, true)?;
    let who = request::address_of(&address)?;
    let now = server.now();
    let user = server.tables().user(&who).await?;
    let Some(ban) = user.banned_at(now) else {
        let none = "No active ban found for this user";
        return Err(fault::told(StatusCode::NOT_FOUND, "Not Found", none));
    };
    let metadata = json!({ "id": ban.id, "bannedAddress": who, "liftedBy": by, "liftedAt": now });
    let event = record::envelope(("moderation", "user-ban-lifted"), &ban.id, now, &metadata);
    let once = kernel::event_id(format!("lifted\n{}", ban.id).as_bytes());
    let change = UserChange {
        address: who.clone(),
        kind: UserChange::LIFTED.into(),
        id: ban.id.clone(),
        by,
        at: now,
        ..UserChange::default()
    };
    let records = vec![record::user(&change), record::event(&event, once)?];
    let written = record::shown(&server, records, &[USERS]).await?;
    Ok((StatusCode::NO_CONTENT, written, ()))
}

/// Warns somebody.
#[utoipa::path(post, path = "/users/{address}/warnings", tag = "moderation", params(("address" = String, Path)),
    request_body = Object, responses((status = 201, body = Object), (status = 400, body = Object),
    (status = 401, body = Object)))]
pub(super) async fn warn(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<(StatusCode, Written, Json<Value>), Fault> {
    let (parts, body) = request::split(request).await?;
    let by = signed::moderator(&server, &parts, true)?;
    let who = request::address_of(&address)?;
    let object = request::object(&body, &["reason"])?;
    let reason = request::needed(&object, "reason", server.settings().text_chars_max)?;
    let warning = Warning {
        id: id(&parts, "warning", &by, &who),
        address: who.clone(),
        by,
        reason,
        at: server.now(),
    };
    let metadata = json!({
        "id": warning.id, "warnedAddress": who, "warnedBy": warning.by, "reason": warning.reason,
        "warnedAt": warning.at,
    });
    let kind = ("moderation", "user-warning-created");
    let event = record::envelope(kind, &warning.id, warning.at, &metadata);
    let once = kernel::event_id(format!("warning\n{}", warning.id).as_bytes());
    let change = UserChange {
        address: who,
        kind: UserChange::WARNED.into(),
        id: warning.id.clone(),
        by: warning.by.clone(),
        reason: warning.reason.clone(),
        at: warning.at,
        ..UserChange::default()
    };
    let records = vec![record::user(&change), record::event(&event, once)?];
    let written = record::shown(&server, records, &[USERS]).await?;
    let data = json!({ "data": warned(&warning) });
    Ok((StatusCode::CREATED, written, Json(data)))
}

/// Warnings of somebody, the newest first.
#[utoipa::path(get, path = "/users/{address}/warnings", tag = "moderation", params(("address" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn warnings(
    State(server): State<Server>,
    Path(address): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::moderator(&server, &parts, false)?;
    let who = request::address_of(&address)?;
    let user = server.tables().user(&who).await?;
    let data: Vec<Value> = user.warnings.iter().rev().map(warned).collect();
    Ok(Json(json!({ "data": data })))
}

/// Who is banned from the platform now, the newest first.
#[utoipa::path(get, path = "/bans", tag = "moderation",
    responses((status = 200, body = Object), (status = 401, body = Object)))]
pub(super) async fn list(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<Value>, Fault> {
    let (parts, _) = request.into_parts();
    signed::moderator(&server, &parts, false)?;
    let most = server.settings().user_bans_max;
    let mut bans = server.tables().banned(server.now(), most).await?;
    bans.sort_by_key(|ban| (Reverse(ban.at), ban.address.clone()));
    let data: Vec<Value> = bans.iter().map(whole).collect();
    Ok(Json(json!({ "data": data })))
}
