//! Where trusted producers feed events: `POST /events`.
//!
//! Events are checked for their shape, and then belong to the log: what the catalogue calls a deployment of a catalyst
//! becomes a sighting, everything else goes through the inbox, where repetitions are found.

mod feed;
mod write;

use axum::Router;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Settings};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "events-notifier",
    title: "Events notifier: the door for events of other producers",
    router,
    openapi,
    read_models: &[],
    body_limit,
    background: None,
};

fn routes() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(feed::feed))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}

fn body_limit(settings: &Settings) -> Size {
    settings.events_notifier.body_limit
}
