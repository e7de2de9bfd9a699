//! Exploration games: scenes report what players reach, players run missions, leaderboards show the best.
//!
//! Players and administrators are known by scene-signed requests. Definitions are appended to `games.definitions`; what a
//! player asks becomes a command of theirs in `games.commands`, together with the challenges as they are defined at that
//! moment, and the answer is what the processor `games` made of it. The paths, bodies and statuses are the original's.

mod admin;
mod auth;
mod command;
mod expiry;
mod fail;
mod fields;
mod lists;
mod missions;
mod multiplayer;
mod progress;
mod status;
mod submit;
mod tables;
mod wire;

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Secret, default_body_limit};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "exploration-games",
    title: "Exploration games: progress, missions, leaderboards",
    router,
    openapi,
    read_models: &[
        tables::DEFINITIONS,
        tables::GAMES,
        tables::SCORES,
        tables::REWARDS,
    ],
    body_limit: default_body_limit,
    background: Some(expiry::background),
};

fn routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(status::api_status))
        .routes(routes!(lists::games, admin::create_game))
        .routes(routes!(admin::change_game))
        .routes(routes!(admin::deactivate_game))
        .routes(routes!(lists::challenges))
        .routes(routes!(lists::leaderboard))
        .routes(routes!(missions::available))
        .routes(routes!(missions::in_progress))
        .routes(routes!(missions::completed))
        .routes(routes!(missions::start))
        .routes(routes!(progress::own, submit::submit))
        .routes(routes!(progress::everywhere))
        .routes(routes!(progress::challenges_completed))
        .routes(routes!(progress::all))
        .routes(routes!(progress::set_status))
        .routes(routes!(admin::missions, admin::create_mission))
        .routes(routes!(admin::mission, admin::change_mission))
        .routes(routes!(admin::create_challenge))
        .routes(routes!(admin::change_challenge))
}

fn multiplayer() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(multiplayer::multiplayer))
}

fn router(context: &GatewayContext) -> Router {
    let mut router = routes();
    if Secret::present(&context.settings.exploration_games.multiplayer_key).is_some() {
        router = router.merge(multiplayer());
    }
    let (router, _) = router.split_for_parts();
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().merge(multiplayer()).into_openapi())
}
