//! The auth server: a program without a wallet asks for a signature and a browser with one gives it; a browser that has
//! logged somebody in hands the finished identity to the program that waits for it.
//!
//! Nothing of this is an event: a request lives for minutes, an identity for an hour, both hold secrets and both are used
//! once. They are pointers of the store, sealed by their own id (`vault`, decision 020). The rules of a request are in
//! `desk`, whatever it comes by; `requests` and `sockets` are HTTP and Socket.IO.

mod accounts;
mod desk;
mod did;
mod fault;
mod handover;
mod identities;
mod login;
mod place;
mod record;
mod requests;
mod schema;
mod settings;
mod signed;
mod simulations;
mod sockets;
mod sweep;
mod upstream;
mod vault;
mod waiting;

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use runtime::settings::Size;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Limiter, Settings};
use crate::sources::outbound::Client;
use desk::Desk;
use simulations::Simulator;
use sockets::Sockets;

pub use settings::Auth;

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "auth",
    title: "Auth: signature requests, hand-over of identities, simulations",
    router,
    openapi,
    read_models: &[],
    body_limit,
    background: Some(sweep::sweep),
};

/// What the handlers share: one count to clone.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    desk: Arc<Desk>,
    sockets: Sockets,
    /// Requests and identities that one address may make.
    makes: Arc<Limiter<IpAddr>>,
    /// Everything else that one address may ask.
    asks: Arc<Limiter<IpAddr>>,
    /// `None`: not configured.
    simulator: Option<Arc<dyn Simulator>>,
    /// Simulations that one address may ask for, and that all may.
    simulations: Limiter<IpAddr>,
    all_simulations: Limiter<()>,
    magic: Client,
}

impl Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.auth;
        let magic = Some(settings.magic_api_url.as_str());
        let desk = Arc::new(Desk::new(context));
        let makes = Arc::new(Limiter::per_minute(settings.makes_per_minute));
        let asks = Arc::new(Limiter::per_minute(settings.asks_per_minute));
        let sockets = Sockets::new(context, &desk, &makes, &asks);
        Self(Arc::new(Serving {
            context: context.clone(),
            desk,
            sockets,
            makes,
            asks,
            simulator: simulations::simulator(context),
            simulations: Limiter::per_minute(settings.simulation_rate_limit),
            all_simulations: Limiter::per_minute(settings.simulations_per_minute),
            magic: frame::outside(context, &[("auth.magic_api_url", magic)]),
        }))
    }
}

fn body_limit(settings: &Settings) -> Size {
    settings.auth.body_limit
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(requests::create))
        .routes(routes!(requests::poll))
        .routes(routes!(requests::recover))
        .routes(routes!(requests::validation, requests::validate))
        .routes(routes!(requests::answer))
        .routes(routes!(identities::give))
        .routes(routes!(identities::take))
        .routes(routes!(accounts::delete))
        .routes(routes!(simulations::simulate))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    // Not in the contract: its messages are Socket.IO's.
    router
        .route("/socket.io", any(sockets::enter))
        .route("/socket.io/", any(sockets::enter))
        .with_state(Server::new(context))
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}
