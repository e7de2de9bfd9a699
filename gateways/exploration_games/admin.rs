//! What administrators define: games, missions, challenges.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use http::StatusCode;
use model::tables::games::{self as rows, Challenge, Game, Mission};
use serde::Serialize;
use serde_json::{Value, json};

use super::fail::{Fail, bad, broken};
use super::fields::{Fields, json as parse, uuid};
use super::lists::Listing;
use super::tables::Tables;
use super::{auth, command, wire};
use crate::frame::{self, GatewayContext, Written};

/// Types of missions.
const TYPES: [&str; 2] = ["mini-games", "fw-2025"];
/// How far Genesis City reaches.
const EDGE: i32 = 150;

/// 201, and what was defined.
type Created = Result<(StatusCode, Written, Json<Value>), Fail>;
/// 204.
type Changed = Result<(Written, StatusCode), Fail>;

/// The administrator who asks, and the body.
async fn asked(context: &GatewayContext, request: Request) -> Result<(String, Value), Fail> {
    let (parts, body) = request.into_parts();
    let identity = auth::admin(context, &parts)?;
    let body = frame::bytes(Request::from_parts(parts, body), context).await?;
    Ok((identity.address, parse(&body)?))
}

/// Keeps a new definition by `by`, and answers `shown`.
async fn created(
    context: &GatewayContext,
    key: (&str, &str),
    defined: &impl Serialize,
    by: &str,
    shown: Value,
) -> Created {
    let written = command::define(context, key, defined, by).await?;
    Ok((StatusCode::CREATED, written, wire::data(shown)))
}

/// Keeps another definition of what is there already.
async fn changed(
    context: &GatewayContext,
    key: (&str, &str),
    defined: &impl Serialize,
    by: &str,
) -> Changed {
    let written = command::define(context, key, defined, by).await?;
    Ok((written, StatusCode::NO_CONTENT))
}

fn game_of(body: &Value) -> Result<Game, Fail> {
    let fields = Fields::read(body, &["name", "x", "y"])?;
    let name = fields.text("name")?;
    let place = |axis: &str| -> Result<i64, Fail> {
        let at = fields.whole(axis, -EDGE)?;
        if at > i64::from(EDGE) {
            return Err(bad(format!(
                "\"{axis}\" must be less than or equal to {EDGE}"
            )));
        }
        Ok(at)
    };
    Ok(Game {
        name,
        parcel: format!("{},{}", place("x")?, place("y")?),
        active: true,
        ..Game::default()
    })
}

fn mission_of(body: &Value) -> Result<Mission, Fail> {
    let known = ["description", "campaign_key", "type", "thumb_url"];
    let fields = Fields::read(body, &known)?;
    let kind = fields.text("type")?;
    if !TYPES.contains(&kind.as_str()) {
        return Err(bad("\"type\" must be one of [mini-games, fw-2025]"));
    }
    Ok(Mission {
        description: fields.text("description")?,
        campaign_key: fields.text("campaign_key")?,
        kind,
        thumb_url: fields.text("thumb_url")?,
        active: true,
        ..Mission::default()
    })
}

fn challenge_of(body: &Value) -> Result<Challenge, Fail> {
    let known = ["description", "targetLevel", "missionId", "gameId", "data"];
    let fields = Fields::read(body, &known)?;
    Ok(Challenge {
        description: fields.text("description")?,
        target_level: fields.whole("targetLevel", 1)?,
        mission_id: fields.uuid("missionId")?,
        game_id: fields.uuid("gameId")?,
        data: fields.object("data")?,
        active: true,
        ..Challenge::default()
    })
}

/// Defines a game.
#[utoipa::path(post, path = "/api/games", tag = "admin", request_body = Object,
    responses((status = 201, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn create_game(
    State(context): State<GatewayContext>,
    request: Request,
) -> Created {
    let (by, body) = asked(&context, request).await?;
    let game = Game {
        id: command::new_id(),
        ..game_of(&body)?
    };
    let key = (rows::GAMES, game.id.as_str());
    created(&context, key, &game, &by, wire::game(&game)).await
}

/// Changes a game.
#[utoipa::path(patch, path = "/api/games/{id}", tag = "admin", request_body = Object, params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn change_game(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let (by, body) = asked(&context, request).await?;
    let id = uuid(&id)?;
    let wanted = game_of(&body)?;
    let before = Tables::of(&context.platform).game(&id).await?;
    let before = before.ok_or_else(|| bad("Game not found"))?;
    let game = Game {
        id,
        active: before.active,
        ..wanted
    };
    changed(&context, (rows::GAMES, &game.id), &game, &by).await
}

/// Takes a game out of the list.
#[utoipa::path(patch, path = "/api/games/{id}/deactivate", tag = "admin", params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn deactivate_game(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<(Option<Written>, StatusCode), Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::admin(&context, &parts)?;
    let id = uuid(&id)?;
    let Some(mut game) = Tables::of(&context.platform).game(&id).await? else {
        return Ok((None, StatusCode::NO_CONTENT));
    };
    game.active = false;
    let by = &identity.address;
    let written = command::define(&context, (rows::GAMES, &id), &game, by).await?;
    Ok((Some(written), StatusCode::NO_CONTENT))
}

/// Missions, with their campaigns.
#[utoipa::path(get, path = "/api/missions", tag = "admin",
    params(("all" = Option<String>, Query, description = "present: inactive ones, too")),
    responses((status = 200, body = Object), (status = 401, body = Object), (status = 403, body = Object)))]
pub(super) async fn missions(
    State(context): State<GatewayContext>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    auth::admin(&context, &parts)?;
    let missions = Tables::of(&context.platform).missions().await?;
    let wanted = missions
        .iter()
        .filter(|mission| mission.active || listing.all.is_some());
    Ok(wire::data(
        wanted.map(wire::mission_with_campaign).collect::<Vec<_>>(),
    ))
}

/// A mission with its challenges and their games.
#[utoipa::path(get, path = "/api/missions/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn mission(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    auth::admin(&context, &parts)?;
    let id = uuid(&id)?;
    let tables = Tables::of(&context.platform);
    let mission = tables
        .mission(&id)
        .await?
        .ok_or_else(|| bad("Mission not found"))?;
    let mut challenges = tables.challenges().await?;
    challenges.retain(|challenge| challenge.mission_id == id);
    let games = tables.games().await?;
    let games = games
        .iter()
        .filter(|game| challenges.iter().any(|c| c.game_id == game.id));
    let games: Vec<Value> = games.map(wire::game).collect();
    let challenges: Vec<Value> = challenges.iter().map(wire::challenge).collect();
    Ok(wire::data(
        json!({"mission": wire::mission_with_campaign(&mission),
        "challenges": challenges, "games": games}),
    ))
}

/// Defines a mission.
#[utoipa::path(post, path = "/api/missions", tag = "admin", request_body = Object,
    responses((status = 201, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn create_mission(
    State(context): State<GatewayContext>,
    request: Request,
) -> Created {
    let (by, body) = asked(&context, request).await?;
    let mission = Mission {
        id: command::new_id(),
        ..mission_of(&body)?
    };
    let key = (rows::MISSIONS, mission.id.as_str());
    let shown = wire::mission_with_campaign(&mission);
    created(&context, key, &mission, &by, shown).await
}

/// Changes a mission.
#[utoipa::path(patch, path = "/api/missions/{id}", tag = "admin", request_body = Object,
    params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn change_mission(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let (by, body) = asked(&context, request).await?;
    let id = uuid(&id)?;
    let wanted = mission_of(&body)?;
    let before = Tables::of(&context.platform).mission(&id).await?;
    let before = before.ok_or_else(|| bad("Mission not found"))?;
    let mission = Mission {
        id,
        active: before.active,
        ..wanted
    };
    changed(&context, (rows::MISSIONS, &mission.id), &mission, &by).await
}

/// A challenge whose game and mission are there.
async fn checked(tables: &Tables, challenge: Challenge) -> Result<Challenge, Fail> {
    if tables.game(&challenge.game_id).await?.is_none() {
        return Err(bad(format!("{} doesn't exist", challenge.game_id)));
    }
    let mission = tables.mission(&challenge.mission_id).await?;
    // The original's database refuses it.
    mission.map(|_| challenge).ok_or_else(broken)
}

/// Defines a challenge.
#[utoipa::path(post, path = "/api/challenges", tag = "admin", request_body = Object,
    responses((status = 201, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn create_challenge(
    State(context): State<GatewayContext>,
    request: Request,
) -> Created {
    let (by, body) = asked(&context, request).await?;
    let tables = Tables::of(&context.platform);
    let challenge = Challenge {
        id: command::new_id(),
        ..checked(&tables, challenge_of(&body)?).await?
    };
    let key = (rows::CHALLENGES, challenge.id.as_str());
    let shown = wire::challenge(&challenge);
    created(&context, key, &challenge, &by, shown).await
}

/// Changes a challenge.
#[utoipa::path(patch, path = "/api/challenges/{id}", tag = "admin", request_body = Object,
    params(("id" = String, Path)),
    responses((status = 204), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn change_challenge(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Changed {
    let (by, body) = asked(&context, request).await?;
    let id = uuid(&id)?;
    let wanted = challenge_of(&body)?;
    let tables = Tables::of(&context.platform);
    let before = tables.challenge(&id).await?;
    let before = before.ok_or_else(|| bad("Challenge not found"))?;
    let challenge = Challenge {
        id,
        active: before.active,
        ..checked(&tables, wanted).await?
    };
    let key = (rows::CHALLENGES, challenge.id.as_str());
    changed(&context, key, &challenge, &by).await
}
