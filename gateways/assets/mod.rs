//! The asset-bundle registry: which entities are ready to be shown, and since which version of their bundles.
//!
//! What an entity is to clients is derived when they ask, from the rows of the entity and of its pointers and from the
//! platforms that are required (`model::tables::registry::Known`). Content and metadata are those of the catalysts'
//! deployments. Moderators' denials are events. Profiles are those that were deployed, with links to their images.
//!
//! Beside it, on the same base: pictures of the web as textures ([`images`]).

mod active;
mod admin;
mod cdn;
mod denylist;
mod error;
mod images;
mod lods;
mod profiles;
mod queue;
mod read;
mod settings;
mod shapes;
mod signed;
mod status;
mod viewer;
mod worlds;

use axum::Router;
use axum::routing::get;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use settings::Assets;

use crate::frame::{self, Gateway, GatewayContext, Secret, Settings};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "assets",
    title: "Assets: which entities are ready to be shown",
    router,
    openapi,
    read_models: &[
        read::ENTITIES,
        read::POINTERS,
        read::MODERATION,
        read::DEPLOYMENTS,
        read::DEPLOYED_POINTERS,
        read::CONVERSIONS,
    ],
    body_limit,
    background: None,
};

fn public() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(active::active))
        .routes(routes!(active::versions))
        .routes(routes!(status::of_one))
        .routes(routes!(status::of_signer))
        .routes(routes!(status::queues))
        .routes(routes!(worlds::manifest))
        .routes(routes!(denylist::list))
        .routes(routes!(denylist::deny, denylist::allow))
        .routes(routes!(queue::queue_task))
        .routes(routes!(cdn::manifest))
        .routes(routes!(cdn::file))
        .routes(routes!(lods::level))
        .routes(routes!(lods::descriptor))
        .routes(routes!(viewer::page))
}

fn of_profiles() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(profiles::profiles))
        .routes(routes!(profiles::metadata))
}

fn of_admins() -> OpenApiRouter<GatewayContext> {
    OpenApiRouter::new()
        .routes(routes!(admin::register))
        .routes(routes!(admin::flush))
}

fn router(context: &GatewayContext) -> Router {
    let settings = &context.settings.assets;
    let mut routes = public();
    if !settings.disable_profiles {
        routes = routes.merge(of_profiles());
    }
    if Secret::present(&settings.api_admin_token).is_some() {
        routes = routes.merge(of_admins());
    }
    let images = images::routes().with_state(images::Images::new(context));
    let routes = routes.with_state(context.clone()).merge(images);
    let (router, _) = routes.split_for_parts();
    router.route("/viewer/{*file}", get(viewer::file))
}

fn openapi() -> OpenApi {
    let routes = public().merge(of_profiles()).merge(of_admins());
    let mut document = routes.into_openapi();
    document.merge(images::routes().into_openapi());
    frame::described(&GATEWAY, document)
}

fn body_limit(settings: &Settings) -> Size {
    settings.assets.body_limit
}
