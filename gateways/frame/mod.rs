//! What every gateway shares: the listener, errors, tokens, positions, generations, limits.
//!
//! A gateway is one folder and one line in [`crate::all`]. It hands over a router whose paths start at `/`; the
//! listener mounts it at `/<name>/…` and at host `<name>.localhost`, and adds `/health/*` and `/openapi.json`.

pub mod auth;
mod background;
mod blob;
mod compression;
mod cors;
pub mod edge;
mod error;
mod generation;
mod health;
pub(crate) mod inbox;
mod index;
mod json;
mod limiter;
mod listener;
pub mod livekit;
mod media;
mod observe;
mod outside;
mod page;
mod position;
mod process;
pub(crate) mod scenes;
mod scope;
pub mod settings;
mod shared;
pub mod signed;
mod status;
mod trace;
mod write;

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use kernel::ErasedProcessor;
use model::events::effects::Mail;
use runtime::platform::Platform;
use runtime::settings::Size;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::{Info, License, OpenApi};

pub use background::{Background, backgrounds};
pub use blob::{BlobHead, FOR_EVER, blob, is_known, stored};
pub use compression::Uncompressed;
pub use edge::{Edge, ProxyError};
pub use error::{ApiError, ErrorBody};
pub use generation::GENERATION;
pub(crate) use inbox::inbox_record;
pub use json::{JsonBody, SizedJson, bytes, parse};
pub use limiter::{Limiter, TooMany};
pub use listener::{Listener, MetricsText, listener};
pub use media::{MAGIC_BYTES, UNKNOWN, media_type};
pub use observe::{REQUESTS, SECONDS};
pub use outside::outside;
pub(crate) use page::page_files;
pub use page::{Page, PageFile};
pub use position::{POSITION, Written, after_write};
pub use process::Process;
pub use scope::{REQUEST_ID, request_id, rows, view};
pub use settings::{Secret, Settings};
pub use shared::shared;
pub use status::Status;
pub(crate) use write::Producer;

/// The platform's own realm, for who describes realms: asked in process, as its routes are from outside.
pub(crate) use crate::catalyst::Realm as OwnRealm;

use crate::archipelago::Live;
use crate::catalyst::ContentFetch;
use crate::events_notifier::Producers;
use crate::realm_provider::Live as Realms;
use crate::sources::outbound::Outbound;

/// One service of the HTTP side.
pub struct Gateway {
    /// Name, mount and host.
    pub name: &'static str,
    /// What it is, for the index page.
    pub title: &'static str,
    /// Its routes, from `/`.
    pub router: fn(&GatewayContext) -> Router,
    /// The contract, committed as `gateways/<folder>/openapi.json`.
    pub openapi: fn() -> OpenApi,
    /// Read models it reads: reads wait for positions in them and name their generations.
    pub read_models: &'static [&'static str],
    /// Largest request body.
    pub body_limit: fn(&Settings) -> Size,
    /// What runs beside its requests as long as it is served.
    pub background: Option<fn(GatewayContext) -> Background>,
}

/// What a gateway is made with: one shared [`Surroundings`], since handlers take it as their state and that is cloned
/// for each request.
#[derive(Clone)]
pub struct GatewayContext(Arc<Surroundings>);

impl From<Surroundings> for GatewayContext {
    fn from(surroundings: Surroundings) -> Self {
        Self(Arc::new(surroundings))
    }
}

impl Deref for GatewayContext {
    type Target = Surroundings;

    fn deref(&self) -> &Surroundings {
        &self.0
    }
}

/// What surrounds the gateways.
#[derive(Clone)]
pub struct Surroundings {
    /// The ports.
    pub platform: Platform,
    /// Every processor of the program, whether it runs in this process or not: read models are folded again by them.
    pub processors: Arc<[Arc<dyn ErasedProcessor>]>,
    /// The configuration.
    pub settings: Arc<Settings>,
    /// Limits of what is asked of servers that are not ours.
    pub outbound: Arc<Outbound>,
    /// Fetches content files that are not here yet; `None` when no content server is followed.
    pub content: Option<Arc<dyn ContentFetch>>,
    /// Reads indexers of the chain; `None` when none is configured.
    pub producers: Option<Arc<dyn Producers>>,
    /// What the routes and the background task of the islands share.
    pub islands: Arc<Live>,
    /// What is known of realms.
    pub realms: Arc<Realms>,
    /// How the mail of a type of notification looks; `None` for a type without one.
    pub mail_preview: fn(kind: &str) -> Option<Mail>,
    /// What only this process knows of itself; `None` where nothing runs beside the gateways.
    pub process: Option<Arc<dyn Process>>,
    /// Cancelled when the process stops: answers that never end by themselves end then.
    pub shutdown: CancellationToken,
    /// Version of this program.
    pub version: &'static str,
    /// Commit it was built from.
    pub commit: &'static str,
}

/// The body limit of gateways that have none of their own.
pub fn default_body_limit(settings: &Settings) -> Size {
    settings.gateway.body_limit
}

/// A gateway's contract under the gateway's own name, in place of the name of the library that made it.
pub fn described(gateway: &Gateway, mut document: OpenApi) -> OpenApi {
    let mut info = Info::new(
        format!("worldlog {}", gateway.name),
        env!("CARGO_PKG_VERSION").to_owned(),
    );
    info.description = Some(gateway.title.to_owned());
    info.license = Some(License::new("Apache-2.0"));
    document.info = info;
    document
}
