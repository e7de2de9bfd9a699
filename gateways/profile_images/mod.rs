//! Portraits of profiles, at the paths where clients look for them, and what became of each.
//!
//! A picture belongs to an avatar; a profile's path leads to its avatar's. Beside that: wishes by hand, pictures made
//! smaller, and a page that shows new portraits as they come. Whatever is shown is a row or a blob: nothing is drawn here.

mod cdn;
mod error;
mod gallery;
mod read;
mod schedule;
mod status;
mod stream;
mod variants;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::sync::Semaphore;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Secret};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "profile-images",
    title: "Profile images: portraits of avatars",
    router,
    openapi,
    read_models: &[read::PORTRAITS],
    body_limit: frame::default_body_limit,
    background: None,
};

/// What the routes share.
#[derive(Clone)]
struct Server {
    context: GatewayContext,
    /// Pictures that are made smaller at a time.
    encodes: Arc<Semaphore>,
    /// Streams that may be open.
    streams: Arc<Semaphore>,
    followed: Arc<stream::Followed>,
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.profile_images;
        Self {
            context: context.clone(),
            encodes: Arc::new(Semaphore::new(settings.encodes)),
            streams: Arc::new(Semaphore::new(settings.streams_max)),
            followed: Arc::default(),
        }
    }
}

fn public() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(cdn::of_entity))
        .routes(routes!(cdn::of_avatar))
        .routes(routes!(cdn::failure))
        .routes(routes!(status::status))
        .routes(routes!(status::entity))
        .routes(routes!(status::user))
        .routes(routes!(stream::newest))
        .routes(routes!(stream::events))
        .routes(routes!(gallery::page))
}

fn scheduling() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(schedule::schedule_processing))
}

fn router(context: &GatewayContext) -> Router {
    let mut routes = public();
    if Secret::present(&context.settings.profile_images.auth_secret).is_some() {
        routes = routes.merge(scheduling());
    }
    let (router, _) = routes.with_state(Server::new(context)).split_for_parts();
    router.route("/gallery/{file}", get(gallery::file))
}

fn openapi() -> OpenApi {
    let document = public().merge(scheduling()).into_openapi();
    frame::described(&GATEWAY, document)
}
