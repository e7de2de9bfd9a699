//! A peer: `/about`, `/content/*` and `/lambdas/*`, over a catalogue of entities.
//!
//! The routes ask a [`Catalog`] and know nothing of where it has its entities: from a folder ([`folder_router`]) or
//! from the platform's read models. No route holds a whole content file in memory.

mod about;
mod active;
mod audited;
mod catalog;
mod content;
mod deploy;
pub mod dto;
mod entity_file;
mod error;
mod failed;
mod folder;
mod folder_watch;
mod generate;
mod history;
mod intervals;
mod lambdas;
mod memory;
mod on_demand;
mod platform;
mod published;
mod query;
mod rows;
mod snapshot_file;
mod snapshots;
mod timeline;
mod turns;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use about::Facts;
pub use catalog::{
    Catalog, ContentFetch, Cursor, Deployed, HistoryPage, HistoryQuery, SharedCatalog, SortBy,
    Synchronization,
};
pub use dto::{ContentFile, Entity, EntityType, Snapshot, TimeRange};
pub use folder::{FolderCatalog, FolderError, FolderOptions, folder_router};
pub use lambdas::{ImagesBase, Lambdas};

use crate::frame::{self, Background, Gateway, GatewayContext, default_body_limit};
use platform::PlatformCatalog;

/// The gateway over the platform's own read models.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "catalyst",
    title: "Catalyst: a peer's content server",
    router,
    openapi,
    read_models: &[rows::DEPLOYMENTS, rows::POINTERS],
    body_limit: default_body_limit,
    background: Some(background),
};

fn background(context: GatewayContext) -> Background {
    Box::pin(async move {
        deploy::sweep(&context.settings.catalyst).await;
        generate::run(context).await;
    })
}

/// What the handlers share: one count to clone, for it is cloned for every request.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    catalog: SharedCatalog,
    facts: Facts,
}

impl Server {
    fn new(catalog: SharedCatalog, facts: Facts) -> Self {
        Self(Arc::new(Serving { catalog, facts }))
    }
}

impl Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

/// The platform's own realm, for who describes realms.
pub(crate) struct Realm {
    catalog: PlatformCatalog,
    facts: Facts,
}

impl Realm {
    pub(crate) fn new(context: &GatewayContext) -> Self {
        Self {
            catalog: PlatformCatalog::new(context),
            facts: facts(context),
        }
    }

    /// Where it is, unless the configuration does not say.
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.facts.public_url.as_deref()
    }

    /// What its `/about` says to somebody who reaches it at `base`.
    pub(crate) async fn about(&self, base: &str) -> Value {
        let state = self.catalog.synchronization().await;
        about::body(&self.facts, state, base)
    }
}

/// The routes of a content server and its `/about`.
fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(about::about))
        .routes(routes!(about::status))
        .routes(routes!(about::challenge))
        .routes(routes!(failed::failed_deployments))
        .routes(routes!(snapshots::snapshots))
        .routes(routes!(history::pointer_changes))
        .routes(routes!(history::deployments))
        .routes(routes!(history::audit))
        .routes(routes!(active::active_entities))
        .routes(routes!(active::active_in_collection))
        .routes(routes!(active::entities_of_type))
        .routes(routes!(active::item_thumbnail))
        .routes(routes!(active::item_image))
        .routes(routes!(content::get_content, content::head_content))
        .routes(routes!(content::available_content))
        .routes(routes!(content::active_entities_of))
        .merge(lambdas::routes())
}

fn facts(context: &GatewayContext) -> Facts {
    Facts {
        version: context.version,
        commit: context.commit,
        ..Facts::of(&context.settings, &context.platform.clock)
    }
}

fn router(context: &GatewayContext) -> Router {
    let catalog = Arc::new(PlatformCatalog::new(context));
    let server = Server::new(Arc::clone(&catalog) as SharedCatalog, facts(context));
    let routes = routes().with_state(server);
    let (router, _) = routes
        .merge(deploy::routes(Some((context, catalog))))
        .split_for_parts();
    router
}

fn openapi() -> OpenApi {
    let mut document = routes().into_openapi();
    document.merge(deploy::routes(None).into_openapi());
    frame::described(&GATEWAY, document)
}
