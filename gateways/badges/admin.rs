//! What administrators look at, and what tests forget.

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use model::events::badges::{Badge, Fact, What};
use model::tables::badges::{self, Progress};
use runtime::ports::PortError;
use runtime::reading::{Token, decode};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::BADGES as MODEL;
use super::dto::{Data, DetailedTier, Details};
use super::error::{BadgesError, BadgesErrorBody};
use crate::frame::{self, GatewayContext, Producer, Written, auth};

const FACTS: Producer = Producer::new("badges.facts", "gateways/badges");
/// Said of an id that is none; clients compare it.
pub(super) const NO_BADGE: &str = "Badge does not exists";

/// Lets an administrator through.
///
/// # Errors
/// 401.
pub(super) fn require(context: &GatewayContext, headers: &HeaderMap) -> Result<(), BadgesError> {
    let secret = context.settings.badges.api_admin_token.as_ref();
    auth::passes(headers, secret).map_err(BadgesError::Unauthorized)
}

/// Appends facts.
pub(super) async fn append(context: &GatewayContext, facts: &[Fact]) -> Result<Token, PortError> {
    let records = facts.iter().map(|fact| {
        let id = kernel::event_id(format!("{}\n{}", fact.kind, fact.key).as_bytes());
        FACTS.record(&fact.address, id, fact)
    });
    context.platform.append(records.collect()).await
}

/// An id for what is asked once.
pub(super) fn new_id() -> String {
    Uuid::now_v7().simple().to_string()
}

/// The part of a person's aggregate that is shown.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    badges: BTreeMap<String, Progress>,
}

/// A person's progress of a badge, whole.
#[utoipa::path(get, path = "/users/{address}/badges/{id}", tag = "admin",
    params(("address" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Data<Details>), (status = 401, body = BadgesErrorBody),
        (status = 404, body = BadgesErrorBody)))]
pub(super) async fn details(
    State(context): State<GatewayContext>,
    Path((address, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Data<Details>>, BadgesError> {
    require(&context, &headers)?;
    let badge = Badge::find(&id).ok_or(BadgesError::NotFound(NO_BADGE))?;
    let address = address.to_lowercase();
    let view = frame::view(&context.platform, MODEL);
    let row = view.get(badges::TABLE, address.as_bytes(), b"").await?;
    let stored: Option<Stored> = row.map(|row| decode(badges::TABLE, &row)).transpose()?;
    let progress = stored.and_then(|mut stored| stored.badges.remove(badge.id));
    let none = BadgesError::NotFound("User progress not found for this badge");
    let progress = progress.ok_or(none)?;
    let tiers = progress.tiers.iter().enumerate();
    let tiers = tiers.map(|(tier, at)| DetailedTier {
        tier_id: badge.tier_id(tier),
        completed_at: *at,
    });
    let data = Details {
        user_address: address,
        badge_id: badge.id,
        progress: progress.shown(badge),
        achieved_tiers: badge.is_tiered().then(|| tiers.collect()),
        completed_at: progress.completed_at.map(|at| at.to_string()),
        updated_at: progress.updated_at.to_string(),
    };
    Ok(Json(Data { data }))
}

/// Forgets a person's progress of a badge; in test environments only.
#[utoipa::path(delete, path = "/users/{address}/badges/{id}", tag = "admin",
    params(("address" = String, Path), ("id" = String, Path)),
    responses((status = 204), (status = 401, body = BadgesErrorBody),
        (status = 404, body = BadgesErrorBody)))]
pub(super) async fn reset(
    State(context): State<GatewayContext>,
    Path((address, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<(StatusCode, Written, ()), BadgesError> {
    require(&context, &headers)?;
    let badge = Badge::find(&id).ok_or(BadgesError::NotFound(NO_BADGE))?;
    let what = What::Reset {
        badge_id: badge.id.to_owned(),
    };
    let now = context.platform.clock.now_ms();
    let fact = Fact::new(address.to_lowercase(), new_id(), now, &what);
    let token = append(&context, &[fact]).await?;
    let written = context.shown(token, &[MODEL]).await;
    Ok((StatusCode::NO_CONTENT, written, ()))
}
