//! Badges: what there is, who has what, and how far everybody is.
//!
//! The catalogue is compiled in; progress comes from the read model `badges`. Administrators import progress that was
//! counted elsewhere and, in test environments, forget it: both are facts in the log, so a rebuild keeps them. Their
//! routes are there only when `badges.api_admin_token` is set.

mod admin;
mod backfill;
mod catalogue;
mod dto;
mod error;
mod users;

use axum::Router;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Secret, Settings};

/// Read model.
const BADGES: &str = "badges";

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "badges",
    title: "Badges: the catalogue, and everybody's progress",
    router,
    openapi,
    read_models: &[BADGES],
    body_limit,
    background: None,
};

fn public() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(catalogue::badges))
        .routes(routes!(catalogue::badge))
        .routes(routes!(catalogue::tiers))
        .routes(routes!(catalogue::categories))
        .routes(routes!(catalogue::status))
        .routes(routes!(users::badges))
        .routes(routes!(users::preview))
}

fn of_admins() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(admin::details))
        .routes(routes!(backfill::backfill))
}

fn of_tests() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(admin::reset))
}

fn router(context: &GatewayContext) -> Router {
    let settings = &context.settings.badges;
    let mut routes = public();
    if Secret::present(&settings.api_admin_token).is_some() {
        routes = routes.merge(of_admins());
        if settings.is_test() {
            routes = routes.merge(of_tests());
        }
    }
    let (router, _) = routes.split_for_parts();
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    let routes = public().merge(of_admins()).merge(of_tests());
    frame::described(&GATEWAY, routes.into_openapi())
}

fn body_limit(settings: &Settings) -> Size {
    settings.badges.body_limit
}
