//! Inboxes: what people were told, what of it they read, and what they want to be told.
//!
//! Reads come from the read models `inbox` and `emails`. What a person asks becomes a command in the topic
//! `notifications`, under the person's address; the answer is what the processor `inbox` made of it. Routes are signed
//! by the person, except those for other services, which carry a bearer token.

mod captcha;
mod command;
mod email;
mod error;
mod flags;
mod list;
mod opt_outs;
mod pages;
mod places;
mod post;
mod preview;
mod read;
mod settings;
mod signed;
mod stream;
mod subscription;
mod tables;
mod unsubscribe;
mod wakes;

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::State;
use axum::{Json, Router};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::frame::{self, Gateway, GatewayContext, Status, default_body_limit};
use crate::runners::mail::{Places, Signer};
use crate::sources::outbound::Client;
use flags::Flags;
use places::Streams;
use wakes::Wakes;

pub use settings::Notifications;

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "notifications",
    title: "Notifications: inboxes, preferences, e-mail addresses",
    router,
    openapi,
    read_models: &[tables::INBOX, tables::EMAILS],
    body_limit: default_body_limit,
    background: None,
};

/// What the handlers share: one count to clone.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    places: Places,
    /// Without a key nothing is signed, and nothing that is signed is believed.
    signer: Option<Signer>,
    flags: Flags,
    outside: Client,
    streams: Streams,
    wakes: Wakes,
}

impl Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let settings = &context.settings.notifications;
        let urls = [
            (
                "notifications.feature_flags_url",
                &settings.feature_flags_url,
            ),
            (
                "notifications.cloudflare_challenge_url",
                &settings.cloudflare_challenge_url,
            ),
        ];
        let urls = urls.map(|(key, url)| (key, url.as_deref()));
        Self(Arc::new(Serving {
            places: Places::of(&context.settings),
            signer: settings.signing_key.clone().map(Signer::new),
            flags: Flags::new(settings, context.settings.gateway.wait.0),
            outside: frame::outside(context, &urls),
            streams: Streams::new(settings.streams_max, settings.streams_per_wallet_max),
            wakes: Wakes::new(context),
            context: context.clone(),
        }))
    }

    fn settings(&self) -> &Notifications {
        &self.context.settings.notifications
    }
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(status))
        .routes(routes!(list::notifications, post::publish))
        .routes(routes!(read::read))
        .routes(routes!(stream::events))
        .routes(routes!(post::mail))
        .routes(routes!(preview::list))
        .routes(routes!(preview::show))
        .routes(routes!(subscription::subscription, subscription::subscribe))
        .routes(routes!(opt_outs::opt_out))
        .routes(routes!(opt_outs::opted_out, opt_outs::opt_in))
        .routes(routes!(unsubscribe::show_all, unsubscribe::act_all))
        .routes(routes!(unsubscribe::show_one, unsubscribe::act_one))
        .routes(routes!(email::set_email))
        .routes(routes!(email::confirm_email))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(Server::new(context))
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}

/// What runs, and what time it has.
#[utoipa::path(get, path = "/status", tag = "notifications", responses((status = 200, body = Status)))]
async fn status(State(server): State<Server>) -> Json<Status> {
    Json(Status::of(&server.context))
}
