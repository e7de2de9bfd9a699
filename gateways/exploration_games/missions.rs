//! Missions of a player: what they may begin, what they run, what they have done.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use http::StatusCode;
use model::events::games::{Ask, Start};
use model::tables::HOUR_MS;
use model::tables::games::{Player, Run};
use serde_json::{Value, json};

use super::fail::{Fail, bad};
use super::fields::uuid;
use super::lists::Listing;
use super::tables::Tables;
use super::{auth, command, wire};
use crate::frame::{GatewayContext, Written};

fn kind(listing: &Listing) -> &str {
    let kind = listing.kind.as_deref().filter(|kind| !kind.is_empty());
    kind.unwrap_or("mini-games")
}

/// Missions that the player may begin, and those they run.
#[utoipa::path(get, path = "/api/missions/available", tag = "missions",
    params(("type" = Option<String>, Query, description = "mini-games or fw-2025")),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn available(
    State(context): State<GatewayContext>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let tables = Tables::of(&context.platform);
    let player = tables.player(&identity.address).await?;
    let missions = tables.missions().await?;
    let wanted = missions.iter().filter(|mission| {
        mission.active && mission.kind == kind(&listing) && player.ended(&mission.id).is_none()
    });
    Ok(wire::data(wanted.map(wire::mission).collect::<Vec<_>>()))
}

/// Missions that the player runs.
#[utoipa::path(get, path = "/api/missions/in_progress", tag = "missions",
    params(("type" = Option<String>, Query, description = "mini-games or fw-2025")),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn in_progress(
    State(context): State<GatewayContext>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let now = context.platform.clock.now_ms();
    runs(&context, request, &listing, &|run| run.is_open(now)).await
}

/// Missions that the player has done.
#[utoipa::path(get, path = "/api/missions/completed", tag = "missions",
    params(("type" = Option<String>, Query, description = "mini-games or fw-2025")),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn completed(
    State(context): State<GatewayContext>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let ended = |run: &Run| run.active && run.end.is_some();
    runs(&context, request, &listing, &ended).await
}

async fn runs(
    context: &GatewayContext,
    request: Request,
    listing: &Listing,
    wanted: &(dyn Fn(&Run) -> bool + Send + Sync),
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(context, &parts)?;
    let tables = Tables::of(&context.platform);
    let player = tables.player(&identity.address).await?;
    let defined = tables.missions().await?;
    let mut missions = Vec::new();
    let mut ids = BTreeSet::new();
    for run in player.runs.iter().filter(|run| wanted(run)) {
        let of = defined
            .iter()
            .find(|mission| mission.id == run.mission_id && mission.kind == kind(listing));
        let Some(mission) = of else { continue };
        let mut times = json!({"start_time": wire::ms(Some(run.start))});
        if run.end.is_some() {
            times["end_time"] = wire::ms(run.end);
        }
        missions.push(wire::with(wire::mission(mission), times));
        ids.insert(mission.id.clone());
    }
    let now = context.platform.clock.now_ms();
    let (challenges, games) = challenges(&tables, &player, &ids, now).await?;
    Ok(wire::data(
        json!({"missions": missions, "challenges": challenges, "games": games}),
    ))
}

/// The challenges of some missions with what the player did of them, and their games.
async fn challenges(
    tables: &Tables,
    player: &Player,
    missions: &BTreeSet<String>,
    now: i64,
) -> Result<(Vec<Value>, Vec<Value>), Fail> {
    if missions.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let all = tables.challenges().await?;
    let own: Vec<_> = all
        .iter()
        .filter(|challenge| challenge.active && missions.contains(&challenge.mission_id))
        .collect();
    let played: BTreeSet<&str> = own.iter().map(|challenge| &*challenge.game_id).collect();
    let challenges = own.iter().map(|challenge| {
        let at = player.completed_at(&challenge.id, now);
        let done = json!({"completed": at.is_some(), "completed_at": wire::ms(at)});
        wire::with(wire::challenge(challenge), done)
    });
    let games = tables.games().await?;
    let games = games.iter().filter(|game| played.contains(&*game.id));
    Ok((challenges.collect(), games.map(wire::game).collect()))
}

/// Begins a run.
#[utoipa::path(post, path = "/api/missions/{id}/start", tag = "missions", params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn start(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(Written, StatusCode), Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let id = uuid(&id)?;
    let mission = Tables::of(&context.platform).mission(&id).await?;
    let mission = mission.filter(|mission| mission.active);
    let mission = mission.ok_or_else(|| bad("No mission found with this UUID"))?;
    if mission.kind.is_empty() {
        return Err(bad("Mission has no type"));
    }
    let hours = context.settings.exploration_games.mission_time_window_hs;
    let ask = Ask::Start(Start {
        run_id: command::new_id(),
        mission_id: mission.id,
        mission_type: mission.kind,
        window_ms: i64::from(hours) * HOUR_MS,
    });
    let (_, written) = command::run(&context, &identity.address, &ask, &[]).await?;
    Ok((written, StatusCode::NO_CONTENT))
}
