//! How far entities are, and which conversions are waited for.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use http::StatusCode;
use model::tables::registry::Status as Stands;
use model::tables::registry::entities::{self, Named};
use model::tables::registry::moderation;
use model::tables::timed_key;
use runtime::ports::{PortError, RowRange};
use runtime::reading::decode;
use serde::Serialize;
use utoipa::ToSchema;

use super::active::InWorld;
use super::error::Fault;
use super::read::Registry;
use super::shapes::{ALWAYS, EntityStatus};
use super::signed;
use crate::frame::{self, GatewayContext, Status};

/// Entities of one deployer that are listed.
const OWN_MAX: usize = 10_000;
/// Jobs of one platform that are listed.
const JOBS_MAX: usize = 100_000;
/// Jobs read at a time.
const PAGE: usize = 1000;

/// What runs.
#[derive(Serialize, ToSchema)]
pub(super) struct Running {
    /// It.
    data: Status,
}

/// What runs.
#[utoipa::path(get, path = "/status", tag = "status", responses((status = 200, body = Running)))]
pub(super) async fn status(State(context): State<GatewayContext>) -> Json<Running> {
    let data = Status::of(&context);
    Json(Running { data })
}

/// How far an entity is, by its id or by a pointer: there the newest one counts, whatever became of it.
#[utoipa::path(get, path = "/entities/status/{id}", tag = "entities",
    params(("id" = String, Path, description = "entity id or pointer"), InWorld),
    responses((status = 200, body = EntityStatus), (status = 404, body = Object)))]
pub(super) async fn of_one(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    Query(world): Query<InWorld>,
) -> Result<Json<EntityStatus>, Fault> {
    let registry = Registry::of(&context);
    let mut found = registry.statuses(std::slice::from_ref(&id)).await?;
    if found.is_empty()
        && let Some(newest) = registry.newest_at(&world.key(&id)).await?
    {
        found = registry.statuses(&[newest]).await?;
    }
    match found.first() {
        Some((state, _)) => Ok(Json(EntityStatus::of(state, &registry.required))),
        None => Err(Fault::not_ok(
            StatusCode::NOT_FOUND,
            "No active entity found for the provided id or pointer",
        )),
    }
}

/// How far the signer's entities are: the newest first, those whose place was taken last.
#[utoipa::path(get, path = "/entities/status", tag = "entities",
    responses((status = 200, body = [EntityStatus]), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn of_signer(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<Json<Vec<EntityStatus>>, Fault> {
    let (parts, _) = request.into_parts();
    let signer = signed::signer(&context, &parts)?;
    let registry = Registry::of(&context);
    let (table, partition) = (entities::DEPLOYERS, signer.address.as_bytes());
    let rows = frame::rows(&registry.entities, table, partition, OWN_MAX).await?;
    let ids = rows
        .iter()
        .rev()
        .map(|row| Ok(decode::<Named>(table, row)?.entity_id));
    let ids = ids.collect::<Result<Vec<_>, PortError>>()?;
    let mut found = registry.statuses(&ids).await?;
    found.sort_by_key(|(_, status)| *status == Stands::Obsolete);
    let shown = found.iter();
    let shown = shown.map(|(state, _)| EntityStatus::of(state, &registry.required));
    Ok(Json(shown.collect()))
}

/// Entities whose conversion is waited for, by platform: `windowsPendingJobs`, `macPendingJobs`, `webglPendingJobs`, and
/// one member more for each further platform that is required.
#[utoipa::path(get, path = "/queues/status", tag = "status", responses((status = 200, body = Object)))]
pub(super) async fn queues(
    State(context): State<GatewayContext>,
) -> Result<Json<BTreeMap<String, Vec<String>>>, Fault> {
    let registry = Registry::of(&context);
    let ttl = context.settings.assets.jobs_ttl.as_millis();
    let all = moderation::State::default();
    let row = registry
        .moderation
        .get(moderation::TABLE, b"*", b"")
        .await?;
    let asked = match row {
        Some(row) => decode(moderation::TABLE, &row)?,
        None => all,
    };
    let since = context.platform.clock.now_ms().saturating_sub(ttl);
    let since = asked.flushed_at.map_or(since, |flushed| since.max(flushed));
    let mut platforms = registry.required.clone();
    platforms.extend(ALWAYS.map(str::to_owned));
    let mut jobs = BTreeMap::new();
    for platform in platforms {
        let waited = waited_for(&registry, &platform, since).await?;
        jobs.insert(format!("{platform}PendingJobs"), waited);
    }
    Ok(Json(jobs))
}

async fn waited_for(
    registry: &Registry,
    platform: &str,
    since: i64,
) -> Result<Vec<String>, PortError> {
    let table = entities::JOBS;
    let mut range = RowRange {
        from: Some(timed_key(since.saturating_add(1), "").into()),
        limit: PAGE,
        ..RowRange::default()
    };
    let mut ids = Vec::new();
    loop {
        let rows = registry
            .entities
            .range(table, platform.as_bytes(), range.clone())
            .await?;
        for row in &rows {
            ids.push(decode::<Named>(table, row)?.entity_id);
        }
        let full = rows.len() == PAGE && ids.len() < JOBS_MAX;
        let Some(last) = rows.last().filter(|_| full) else {
            return Ok(ids);
        };
        range.from = Some([&last.row[..], &[0]].concat().into());
    }
}
