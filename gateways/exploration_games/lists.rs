//! What everybody may read: games, their challenges, their leaderboards.

use axum::Json;
use axum::extract::{Path, Query, State};
use model::tables::games::{Sort, board};
use serde::Deserialize;
use serde_json::Value;

use super::fail::{Fail, bad};
use super::fields::uuid;
use super::tables::Tables;
use super::wire;
use crate::frame::GatewayContext;

/// Rows of a leaderboard.
const BOARD_MAX: usize = 10;

/// How lists are asked for. Every member is a text: what makes no sense falls back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Listing {
    /// Present: inactive ones, too.
    pub(super) all: Option<String>,
    /// Type of missions.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// Only this level.
    pub(super) level: Option<String>,
    /// By what.
    pub(super) sort: Option<String>,
    /// `asc` or `desc`.
    pub(super) direction: Option<String>,
    /// How many.
    pub(super) limit: Option<String>,
    /// From 1.
    pub(super) page: Option<String>,
}

impl Listing {
    /// Whether the least comes first.
    pub(super) fn ascending(&self) -> bool {
        let direction = self.direction.as_deref();
        direction.is_some_and(|direction| direction.eq_ignore_ascii_case("asc"))
    }

    /// How many are wanted: what is no number of 1 to `most` is `otherwise`.
    pub(super) fn limit(&self, most: usize, otherwise: usize) -> usize {
        within(self.limit.as_deref(), most, otherwise)
    }

    /// The level that is wanted, if one is.
    ///
    /// # Errors
    /// 400 for a text that is none.
    pub(super) fn level(&self) -> Result<Option<i64>, Fail> {
        let level = self.level.as_deref().filter(|text| !text.is_empty());
        let parsed = level.map(|text| text.parse::<i32>().map(i64::from));
        parsed
            .transpose()
            .map_err(|_| bad("\"level\" must be an integer"))
    }
}

/// A number of 1 to `most`, else `otherwise`.
pub(super) fn within(text: Option<&str>, most: usize, otherwise: usize) -> usize {
    let number = text.and_then(|text| text.parse().ok());
    number
        .filter(|number| (1..=most).contains(number))
        .unwrap_or(otherwise)
}

/// Games.
#[utoipa::path(get, path = "/api/games", tag = "games",
    params(("all" = Option<String>, Query, description = "present: inactive ones, too")),
    responses((status = 200, body = Object)))]
pub(super) async fn games(
    State(context): State<GatewayContext>,
    Query(listing): Query<Listing>,
) -> Result<Json<Value>, Fail> {
    let games = Tables::of(&context.platform).games().await?;
    let wanted = games
        .iter()
        .filter(|game| game.active || listing.all.is_some());
    Ok(wire::data(wanted.map(wire::game).collect::<Vec<_>>()))
}

/// Active challenges of a game.
#[utoipa::path(get, path = "/api/games/{id}/challenges", tag = "games",
    params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 400, body = Object)))]
pub(super) async fn challenges(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Fail> {
    let id = uuid(&id)?;
    let challenges = Tables::of(&context.platform).challenges().await?;
    let wanted = challenges.iter().filter(|c| c.active && c.game_id == id);
    Ok(wire::data(wanted.map(wire::challenge).collect::<Vec<_>>()))
}

/// The best players of a game, each once.
#[utoipa::path(get, path = "/api/games/{id}/leaderboard", tag = "games",
    params(("id" = String, Path), ("level" = Option<String>, Query),
        ("sort" = Option<String>, Query, description = "score, updated_at, time or moves"),
        ("direction" = Option<String>, Query), ("limit" = Option<String>, Query, description = "1 to 10")),
    responses((status = 200, body = Object), (status = 400, body = Object)))]
pub(super) async fn leaderboard(
    State(context): State<GatewayContext>,
    Path(id): Path<String>,
    Query(listing): Query<Listing>,
) -> Result<Json<Value>, Fail> {
    let id = uuid(&id)?;
    let name = listing.sort.as_deref().filter(|name| !name.is_empty());
    let sort = match name {
        None => Sort::Score,
        Some(name) => {
            let sort = Sort::ALL.into_iter().find(|sort| sort.name() == name);
            sort.ok_or_else(|| bad("Invalid sort option"))?
        }
    };
    let board = board(&id, listing.level()?, sort, listing.ascending());
    let limit = listing.limit(BOARD_MAX, BOARD_MAX);
    let rows = Tables::of(&context.platform).board(&board, limit).await?;
    Ok(wire::data(rows.iter().map(wire::best).collect::<Vec<_>>()))
}
