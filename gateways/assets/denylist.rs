//! What moderators do not want shown: the list, and the commands that change it.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::{Path, Request, State};
use bytes::Bytes;
use http::StatusCode;
use kernel::{Headers, NewRecord};
use model::Recorded;
use model::dates::iso;
use model::events::registry::Command;
use model::tables::registry::moderation::{self, Entry};
use runtime::ports::PortError;
use runtime::reading::decode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::error::Fault;
use super::read::{MODERATION, Registry};
use super::signed;
use crate::frame::{self, GatewayContext, Written};

const TOPIC: &str = "registry.commands";
const SOURCE: &str = "gateways/assets";
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 1000;
/// Bytes of an entity id.
const ID_BYTES_MAX: usize = 128;

/// A denied entity.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Denied {
    /// Lower case.
    entity_id: String,
    /// Why.
    reason: Option<String>,
    /// Who denied it first.
    created_by: String,
    /// ISO 8601.
    created_at: String,
    /// ISO 8601.
    updated_at: String,
}

impl From<Entry> for Denied {
    fn from(entry: Entry) -> Self {
        Self {
            entity_id: entry.entity_id,
            reason: entry.reason,
            created_by: entry.created_by,
            created_at: iso(entry.created_at),
            updated_at: iso(entry.updated_at),
        }
    }
}

/// Appends a command and waits until it shows. The same command again has the same id.
pub(super) async fn command(
    context: &GatewayContext,
    command: &Command,
) -> Result<Written, PortError> {
    let Command {
        key, kind, by, at, ..
    } = command;
    let id = kernel::event_id(format!("{key}\n{kind}\n{by}\n{at}").as_bytes());
    let headers = Headers::new(id, Command::SCHEMA, SOURCE);
    let value = model::encode(command);
    let record = NewRecord::keyed(TOPIC.into(), Bytes::from(key.clone()), headers, value);
    let token = context.platform.append(vec![record]).await?;
    let wait = context.settings.gateway.wait;
    Ok(frame::after_write(&context.platform, wait, &[MODERATION], token).await)
}

async fn state(registry: &Registry, id: &str) -> Result<moderation::State, PortError> {
    let row = registry
        .moderation
        .get(moderation::TABLE, id.as_bytes(), b"")
        .await?;
    match row {
        Some(row) => decode(moderation::TABLE, &row),
        None => Ok(moderation::State::default()),
    }
}

fn entity_id(id: &str) -> Result<String, Fault> {
    let allowed = id.bytes().all(|b| b.is_ascii_alphanumeric());
    match allowed && (1..=ID_BYTES_MAX).contains(&id.len()) {
        true => Ok(id.to_lowercase()),
        false => Err(Fault::not_ok(StatusCode::BAD_REQUEST, "Invalid entity ID")),
    }
}

fn reason(body: &[u8]) -> Result<Option<String>, Fault> {
    if body.is_empty() {
        return Ok(None);
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|e| Fault::bad_request(format!("The body is not valid JSON: {e}")))?;
    match body.get("reason") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= REASON_CHARS_MAX => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Fault::bad_request(format!(
            "The reason property must be a string of at most {REASON_CHARS_MAX} characters"
        ))),
    }
}

/// Denied entities, the newest first.
#[utoipa::path(get, path = "/denylist", tag = "denylist", responses((status = 200, body = [Denied])))]
pub(super) async fn list(
    State(context): State<GatewayContext>,
) -> Result<Json<Vec<Denied>>, Fault> {
    let mut denied = Registry::of(&context).denied().await?;
    denied.sort_by_key(|entry| (Reverse(entry.created_at), entry.entity_id.clone()));
    Ok(Json(denied.into_iter().map(Denied::from).collect()))
}

/// Denies an entity, or changes why it is denied.
#[utoipa::path(post, path = "/denylist/{entityId}", tag = "denylist", params(("entityId" = String, Path)),
    responses((status = 201, body = Denied), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object), (status = 409, body = Object)))]
pub(super) async fn deny(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(StatusCode, Written, Json<Denied>), Fault> {
    let (parts, body) = request.into_parts();
    let moderator = signed::moderator(&context, &parts)?;
    let key = entity_id(&id)?;
    let body = frame::bytes(Request::from_parts(parts, body), &()).await?;
    let asked = Command {
        key: key.clone(),
        kind: Command::DENY.into(),
        by: moderator.address,
        reason: reason(&body)?,
        at: moderator.at,
    };
    let written = command(&context, &asked).await?;
    let denied = state(&Registry::of(&context), &key).await?.denied;
    let newer = "A newer command about this entity holds";
    let denied = denied.ok_or_else(|| Fault::not_ok(StatusCode::CONFLICT, newer))?;
    Ok((StatusCode::CREATED, written, Json(denied.into())))
}

/// Allows a denied entity again.
#[utoipa::path(delete, path = "/denylist/{entityId}", tag = "denylist", params(("entityId" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object), (status = 404, body = Object)))]
pub(super) async fn allow(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(Written, Json<Value>), Fault> {
    let (parts, _) = request.into_parts();
    let moderator = signed::moderator(&context, &parts)?;
    let key = entity_id(&id)?;
    let known = state(&Registry::of(&context), &key).await?;
    // The same request again finds its own work, and is answered alike.
    if known.denied.is_none() && known.at != moderator.at {
        let message = "Entity ID not found in denylist";
        return Err(Fault::not_ok(StatusCode::NOT_FOUND, message));
    }
    let asked = Command {
        key,
        kind: Command::ALLOW.into(),
        by: moderator.address,
        reason: None,
        at: moderator.at,
    };
    let written = command(&context, &asked).await?;
    Ok((written, Json(json!({"ok": true}))))
}
