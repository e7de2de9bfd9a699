//! Where events come in: those of trusted producers (`POST /events`), what explorers report (`POST /forward`), and the
//! handle of the producers that read indexers (`POST /producers/:producer/set-since`).
//!
//! Events are checked for their shape, and then belong to the log: what the catalogue calls a deployment of a catalyst
//! becomes a sighting, everything else goes through the inbox, where repetitions are found.

mod feed;
mod forward;
mod producers;
mod write;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Secret, Settings};

pub use forward::REFUSED;
pub use producers::{ProducerError, Producers};

/// Largest body of `set-since`: a date.
const SINCE_BYTES_MAX: usize = 4096;

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

fn fed() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(feed::feed))
}

fn forwarded() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(forward::forward))
}

fn produced() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new().routes(routes!(producers::set_since))
}

fn router(context: &GatewayContext) -> Router {
    let settings = &context.settings.events_notifier;
    let limit = DefaultBodyLimit::max(settings.forward_body_limit.as_usize());
    let mut router = fed().merge(forwarded().layer(limit));
    if Secret::present(&settings.signing_key).is_some() {
        router = router.merge(produced().layer(DefaultBodyLimit::max(SINCE_BYTES_MAX)));
    }
    let (router, _) = router.split_for_parts();
    router.with_state(context.clone())
}

fn openapi() -> OpenApi {
    let routes = fed().merge(forwarded()).merge(produced());
    frame::described(&GATEWAY, routes.into_openapi())
}

fn body_limit(settings: &Settings) -> Size {
    settings.events_notifier.body_limit
}
