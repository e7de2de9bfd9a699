//! The camera reel: photos that people take in the world, their galleries, and what places show.
//!
//! A photo's files are blobs; everything else is an event. An upload asks the processor `reel` for a place, stores the
//! files, and says so: two commands of one person, so that the limit holds however many uploads come at once, and files
//! whose upload died are known. Lists come from the read models `reel` and `reel_places`. A photo that is not public is in
//! nobody's lists but its owner's; who has its link may see it, for that is how people share one.

mod command;
mod expiry;
mod fault;
mod form;
mod images;
mod lists;
mod names;
mod pages;
mod picture;
mod places;
mod settings;
mod shapes;
mod signed;
mod tables;
mod upload;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use runtime::settings::Size;
use tokio::sync::Semaphore;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Settings};
use names::Names;

pub use settings::CameraReel;

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "camera-reel",
    title: "Camera reel: photos, galleries, what places show",
    router,
    openapi,
    read_models: &[tables::REEL, tables::PLACES],
    body_limit,
    background: Some(expiry::background),
};

/// What the handlers share: one count to clone.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    names: Names,
    /// Bodies of uploads that are in memory at a time.
    uploads: Semaphore,
    /// Photos that are decoded at a time.
    decodes: Arc<Semaphore>,
}

impl Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.camera_reel;
        Self(Arc::new(Serving {
            names: Names::new(context),
            uploads: Semaphore::new(settings.uploads_max),
            decodes: Arc::new(Semaphore::new(settings.workers())),
            context: context.clone(),
        }))
    }

    fn settings(&self) -> &CameraReel {
        &self.context.settings.camera_reel
    }
}

fn body_limit(settings: &Settings) -> Size {
    settings.camera_reel.body_limit()
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(upload::upload))
        .routes(routes!(images::file, images::delete))
        .routes(routes!(images::metadata))
        .routes(routes!(images::set_visibility))
        .routes(routes!(lists::user))
        .routes(routes!(lists::images))
        .routes(routes!(places::images))
        .routes(routes!(places::images_of_many))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(Server::new(context))
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}
