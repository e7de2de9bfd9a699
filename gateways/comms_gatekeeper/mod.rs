//! The gatekeeper: who gets into which room of the LiveKit server, and who is sent out of it.
//!
//! Tokens are made here and nowhere else but for islands. What is decided (bans, admins, streams, calls) are changes in
//! the log; every answer comes from the read models that processors make of them, and from services that are
//! configured. The LiveKit server is told beside the requests: a ban stands whether it can be reached or not, and who is
//! banned and comes with an old token is sent out when the server says so ([`webhook`]).

mod adapters;
mod admins;
mod bans;
mod cast;
mod community;
mod denylist;
mod fault;
mod invite;
mod metadata;
mod meters;
mod moderation;
mod names;
mod outside;
mod participants;
mod permissions;
mod places;
mod private_calls;
mod private_messages;
mod record;
mod request;
mod rooms;
mod settings;
mod signed;
mod standing;
mod status;
mod streams;
mod sweep;
mod tables;
mod watch;
mod webhook;
mod work;

use std::sync::Arc;

use axum::Router;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use settings::CommsGatekeeper;

use self::denylist::DenyList;
use self::fault::Fault;
use self::metadata::Metadata;
use self::outside::Outside;
use self::work::Work;
use crate::frame::livekit;
use crate::frame::{self, Background, Gateway, GatewayContext, Secret, Settings};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "comms-gatekeeper",
    title: "Comms gatekeeper: tokens for rooms, bans, scene admins, calls, streams",
    router,
    openapi,
    read_models: &[
        tables::SCENES,
        tables::USERS,
        tables::VOICE,
        tables::DEPLOYMENTS,
        tables::POINTERS,
        tables::REGISTRY,
    ],
    body_limit,
    background: Some(background),
};

fn body_limit(settings: &Settings) -> Size {
    settings.comms_gatekeeper.body_limit
}

/// What the handlers share: one count to clone.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    livekit: Option<livekit::Server>,
    outside: Outside,
    denied: DenyList,
    metadata: Metadata,
    work: Work,
}

impl std::ops::Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.comms_gatekeeper;
        let keys = (
            settings.prod_livekit_api_key.as_deref(),
            Secret::present(&settings.prod_livekit_api_secret),
        );
        let livekit = livekit::Server::new(
            context,
            "comms_gatekeeper.prod_livekit_host",
            settings.prod_livekit_host.as_deref(),
            keys,
            settings.limits(),
        );
        Self(Arc::new(Serving {
            livekit,
            outside: Outside::new(context, settings),
            denied: DenyList::default(),
            metadata: Metadata::default(),
            work: Work::new(settings),
            context: context.clone(),
        }))
    }

    fn settings(&self) -> &CommsGatekeeper {
        &self.context.settings.comms_gatekeeper
    }

    fn tables(&self) -> tables::Tables {
        tables::Tables::of(&self.context.platform)
    }

    fn now(&self) -> i64 {
        self.context.platform.clock.now_ms()
    }

    /// The LiveKit server.
    ///
    /// # Errors
    /// 503 where none is configured.
    fn livekit(&self) -> Result<&livekit::Server, Fault> {
        let none = "No LiveKit server is configured: set comms_gatekeeper.prod_livekit_host";
        self.livekit
            .as_ref()
            .ok_or_else(|| fault::unavailable(none))
    }
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(status::ping))
        .routes(routes!(status::status))
        .routes(routes!(adapters::scene))
        .routes(routes!(adapters::server))
        .routes(routes!(participants::participants))
        .routes(routes!(status::mute))
        .routes(routes!(admins::list, admins::add, admins::remove))
        .routes(routes!(bans::list, bans::ban, bans::unban))
        .routes(routes!(bans::addresses))
        .routes(routes!(bans::status))
        .routes(routes!(
            streams::read,
            streams::open,
            streams::reset,
            streams::close
        ))
        .routes(routes!(webhook::webhook))
        .routes(routes!(private_messages::token))
        .routes(routes!(private_messages::privacy))
        .routes(routes!(private_calls::status))
        .routes(routes!(private_calls::open))
        .routes(routes!(private_calls::close))
        .routes(routes!(community::of_user))
        .routes(routes!(community::enter))
        .routes(routes!(community::status))
        .routes(routes!(community::statuses))
        .routes(routes!(community::active))
        .routes(routes!(community::request, community::reject))
        .routes(routes!(community::promote, community::demote))
        .routes(routes!(community::mute))
        .routes(routes!(community::kick))
        .routes(routes!(community::close))
        .routes(routes!(cast::streamer))
        .routes(routes!(watch::watcher))
        .routes(routes!(watch::presentation))
        .routes(routes!(cast::link))
        .routes(routes!(cast::info))
        .routes(routes!(watch::presenters))
        .routes(routes!(watch::promote, watch::demote))
        .routes(routes!(
            moderation::status,
            moderation::ban,
            moderation::lift
        ))
        .routes(routes!(moderation::warnings, moderation::warn))
        .routes(routes!(moderation::list))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(Server::new(context))
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}

fn background(context: GatewayContext) -> Background {
    meters::register();
    Box::pin(sweep::run(Server::new(&context)))
}
