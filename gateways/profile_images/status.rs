//! What became of portraits: of all together, of a profile's, of those of an address.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use model::tables::effects::{self, FAILED};
use model::tables::portraits::{Entity, State as Avatar};
use runtime::ports::RowRange;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::Server;
use super::error::Fault;
use super::read::Portraits;

/// The kinds of effects that are counted.
const RENDERS: [&str; 2] = ["render", "render-backlog"];
/// Failed effects that are counted, of each kind.
const FAILED_MAX: usize = 1000;
/// Profiles of an address that are listed.
const PROFILES_MAX: usize = 50;

/// Numbers of a queue, in the names and as the texts that its readers know.
fn queue(waiting: u64, delayed: u64) -> Value {
    let numbers = [
        ("ApproximateNumberOfMessages", waiting),
        ("ApproximateNumberOfMessagesNotVisible", 0),
        ("ApproximateNumberOfMessagesDelayed", delayed),
    ];
    let texts = numbers.map(|(name, number)| (name, number.to_string()));
    json!(BTreeMap::from(texts))
}

/// The program, and how many portraits wait: to be drawn (`queue`), and given up until somebody asks again (`dlQueue`).
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Object)))]
pub(super) async fn status(State(server): State<Server>) -> Result<Json<Value>, Fault> {
    let context = &server.context;
    let (mut waiting, mut delayed, mut failed) = (0, 0, 0);
    if let Some(process) = &context.process {
        for due in process.effects_due().await? {
            if RENDERS.contains(&due.kind.as_str()) {
                waiting += due.untried + due.due;
                delayed += due.waiting;
            }
        }
    }
    let view = context.platform.views.pin(effects::TABLE);
    for kind in RENDERS {
        let range = RowRange {
            limit: FAILED_MAX,
            ..RowRange::default()
        };
        failed += view.range(FAILED, kind.as_bytes(), range).await?.len() as u64;
    }
    Ok(Json(json!({
        "commitHash": context.commit,
        "version": context.version,
        "queues": {"queue": queue(waiting, delayed), "dlQueue": queue(failed, 0)},
    })))
}

/// A profile and its portrait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Profile {
    entity_id: String,
    address: String,
    /// When the profile was made, ms.
    timestamp: i64,
    /// None: it has no avatar.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_hash: Option<String>,
    /// `rendered`, `degraded` (something worn could not be had; it is tried again), `waiting`, `refused` (for good) or
    /// `failed` (the next profile with that avatar, or somebody by hand, asks again).
    state: &'static str,
    /// Tries that were made for this avatar.
    attempts: i64,
    /// Why there is no portrait.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What is worn but could not be had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    /// What is worn but is not shown: `urn` and `reason`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    left_out: Vec<Value>,
    /// When the portrait was drawn, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    rendered_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renderer_version: Option<i64>,
}

impl Profile {
    fn of(entity: Entity, avatar: Avatar) -> Self {
        let state = avatar.word();
        let is_avatar = entity.avatar != entity.profile.entity_id;
        let picture = avatar.picture.unwrap_or_default();
        let is_drawn = !picture.body.is_empty();
        let left_out = picture.left_out.iter();
        Self {
            entity_id: entity.profile.entity_id,
            address: entity.profile.address,
            timestamp: entity.profile.timestamp,
            avatar_hash: is_avatar.then_some(entity.avatar),
            state,
            attempts: avatar.attempts,
            reason: avatar.trouble.map(|trouble| trouble.reason),
            missing: picture.missing,
            left_out: left_out
                .map(|left| json!({"urn": left.urn, "reason": left.reason}))
                .collect(),
            rendered_at: is_drawn.then_some(picture.at),
            renderer_version: is_drawn.then_some(picture.renderer_version),
        }
    }
}

/// What became of a profile's portrait.
#[utoipa::path(get, path = "/entities/{id}", tag = "status", params(("id" = String, Path)),
    responses((status = 200, body = Profile), (status = 404, body = Object)))]
pub(super) async fn entity(
    State(server): State<Server>,
    Path(id): Path<String>,
) -> Result<Json<Profile>, Fault> {
    let found = Portraits::of(&server.context).avatar_of(&id).await?;
    let (entity, avatar) = found.ok_or_else(|| {
        let body = json!({"error": "Not found", "message": format!("No profile {id} is known")});
        Fault::Own(StatusCode::NOT_FOUND, body)
    })?;
    Ok(Json(Profile::of(entity, avatar)))
}

/// The last profiles of an address, the newest first.
#[utoipa::path(get, path = "/users/{address}", tag = "status", params(("address" = String, Path)),
    responses((status = 200, body = [Profile])))]
pub(super) async fn user(
    State(server): State<Server>,
    Path(address): Path<String>,
) -> Result<Json<Vec<Profile>>, Fault> {
    let portraits = Portraits::of(&server.context);
    let address = address.to_lowercase();
    let mut profiles = Vec::new();
    for entity in portraits.of_address(&address, PROFILES_MAX).await? {
        let avatar = portraits.avatar(&entity.avatar).await?;
        profiles.push(Profile::of(entity, avatar.unwrap_or_default()));
    }
    Ok(Json(profiles))
}
