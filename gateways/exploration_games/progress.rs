//! What players submitted, for themselves and for administrators.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use model::events::games::Ask;
use model::tables::games::Progress;
use serde_json::{Value, json};

use super::fail::{Fail, bad};
use super::fields::{Fields, json as parse, uuid};
use super::lists::{Listing, within};
use super::tables::{SCORES, Tables};
use super::{auth, command, wire};
use crate::frame::{self, GatewayContext, Written};

/// Rows of a player's own list.
const OWN_MAX: usize = 500;
/// Rows of a page for administrators, and pages.
const ALL_MAX: usize = 1000;
/// Rows that are kept before they are sorted out, besides twice those that are wanted.
const KEPT_MIN: usize = 256;
/// Rows, where nobody says how many.
const FEW: usize = 10;

/// Sorts rows as a query says; those without a value come last, then who was earlier.
fn sorted(rows: &mut [Progress], sort: Option<&str>, ascending: bool) {
    let value = |row: &Progress| match sort {
        Some("score") => row.score,
        Some("level") => Some(row.level),
        Some("moves") => row.moves,
        Some("time") => row.time,
        _ => Some(row.updated_at),
    };
    rows.sort_by_cached_key(|row| {
        let value = value(row).map(|value| if ascending { value } else { -value });
        (value.is_none(), value, row.updated_at, row.id.clone())
    });
}

/// What the player submitted in a game.
#[utoipa::path(get, path = "/api/games/{id}/progress", tag = "progress",
    params(("id" = String, Path), ("sort" = Option<String>, Query), ("direction" = Option<String>, Query),
        ("limit" = Option<String>, Query, description = "1 to 500")),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn own(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let id = uuid(&id)?;
    let tables = Tables::of(&context.platform);
    let scores = tables.scores(&identity.address, &id).await?;
    let rows = scores.rows.into_values();
    let mut rows: Vec<Progress> = rows.filter(|row| !row.disabled).collect();
    sorted(&mut rows, listing.sort.as_deref(), listing.ascending());
    rows.truncate(listing.limit(OWN_MAX, FEW));
    Ok(wire::data(
        rows.iter().map(wire::progress).collect::<Vec<_>>(),
    ))
}

/// What the player submitted in all games, with the games.
#[utoipa::path(get, path = "/api/games/progress", tag = "progress",
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn everywhere(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let tables = Tables::of(&context.platform);
    let mut listed = Vec::new();
    for game_id in tables.played(&identity.address).await? {
        let Some(game) = tables.game(&game_id).await? else {
            continue;
        };
        let scores = tables.scores(&identity.address, &game_id).await?;
        let mut rows: Vec<Progress> = scores.rows.into_values().filter(|r| !r.disabled).collect();
        sorted(&mut rows, None, true);
        listed.extend(rows.iter().map(|row| {
            json!({"id": game.id, "name": game.name, "parcel": game.parcel, "level": row.level,
                "score": row.score, "time": row.time, "moves": row.moves, "data": row.data})
        }));
    }
    Ok(wire::data(listed))
}

/// Challenges of a game that the player has completed.
#[utoipa::path(get, path = "/api/games/{id}/challenges/completed", tag = "progress", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object)))]
pub(super) async fn challenges_completed(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    let identity = auth::player(&context, &parts)?;
    let id = uuid(&id)?;
    let tables = Tables::of(&context.platform);
    let player = tables.player(&identity.address).await?;
    let now = context.platform.clock.now_ms();
    let challenges = tables.challenges().await?;
    let done = challenges.iter().filter(|challenge| {
        challenge.game_id == id && player.completed_at(&challenge.id, now).is_some()
    });
    let listed = done.map(|challenge| {
        json!({"game_id": challenge.game_id, "id": challenge.id, "description": challenge.description,
            "target_level": challenge.target_level})
    });
    Ok(wire::data(listed.collect::<Vec<_>>()))
}

/// Everybody's rows of a game, for administrators.
#[utoipa::path(get, path = "/api/games/{id}/progress/all", tag = "admin",
    params(("id" = String, Path), ("level" = Option<String>, Query), ("sort" = Option<String>, Query),
        ("direction" = Option<String>, Query), ("limit" = Option<String>, Query, description = "1 to 1000"),
        ("page" = Option<String>, Query, description = "1 to 1000")),
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn all(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    Query(listing): Query<Listing>,
    request: Request,
) -> Result<Json<Value>, Fail> {
    let (parts, _) = request.into_parts();
    auth::admin(&context, &parts)?;
    let id = uuid(&id)?;
    let level = listing.level()?;
    let limit = listing.limit(ALL_MAX, FEW);
    let page = within(listing.page.as_deref(), ALL_MAX, 1);
    let wanted = page * limit;
    let most = context.settings.exploration_games.progress_rows_max;
    if wanted > most {
        return Err(bad(format!(
            "\"page\" of \"limit\" rows must end within the first {most} rows"
        )));
    }
    // Every row is looked at; of those that cannot be on the page none is kept for long.
    let mut rows: Vec<Progress> = Vec::new();
    let (sort, ascending) = (listing.sort.as_deref(), listing.ascending());
    let tables = Tables::of(&context.platform);
    let read = tables.each_progress(&id, |row| {
        if level.is_none_or(|level| row.level == level) {
            rows.push(row);
        }
        if rows.len() > 2 * wanted + KEPT_MIN {
            sorted(&mut rows, sort, ascending);
            rows.truncate(wanted);
        }
    });
    read.await?;
    sorted(&mut rows, sort, ascending);
    let shown = rows.iter().skip(wanted - limit).take(limit);
    Ok(wire::data(shown.map(wire::progress).collect::<Vec<_>>()))
}

/// Makes rows count no more, or again.
#[utoipa::path(patch, path = "/api/games/progress/status", tag = "admin", request_body = Object,
    responses((status = 200, body = Object), (status = 400, body = Object), (status = 401, body = Object),
        (status = 403, body = Object)))]
pub(super) async fn set_status(
    State(context): State<GatewayContext>,
    request: Request,
) -> Result<(Written, Json<Value>), Fail> {
    let (parts, body) = request.into_parts();
    auth::admin(&context, &parts)?;
    let body = parse(&frame::bytes(Request::from_parts(parts, body), &context).await?)?;
    let fields = Fields::read(&body, &["ids", "disabled"])?;
    let disabled = fields.required("disabled")?.as_bool();
    let disabled = disabled.ok_or_else(|| bad("\"disabled\" must be a boolean"))?;
    let ids = fields.required("ids")?.as_array();
    let ids = ids.ok_or_else(|| bad("\"ids\" must be an array"))?;
    let ids: BTreeSet<String> = ids
        .iter()
        .map(|id| uuid(id.as_str().unwrap_or_default()))
        .collect::<Result<_, _>>()?;
    let ids: Vec<String> = ids.into_iter().collect();
    let owners = Tables::of(&context.platform).owners(&ids).await?;
    let count = owners.len();
    let mut by_player: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (id, owner) in owners {
        let player = (owner.address, owner.game_id);
        by_player.entry(player).or_default().push(id);
    }
    let commands = by_player.into_iter().map(|((address, game_id), ids)| {
        let ask = Ask::Disable {
            game_id,
            ids,
            disabled,
        };
        command::command(&context, &address, &ask)
    });
    let commands = commands.collect::<Result<Vec<_>, Fail>>()?;
    let token = command::append(&context, &commands).await?;
    let written = context.shown(token, &[SCORES]).await;
    Ok((written, wire::data(json!({"rowCount": count}))))
}
