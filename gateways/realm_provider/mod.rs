//! Which realm to enter: which catalyst, which comms. Also who is where, in scenes with most people first.
//!
//! What the catalysts and the islands of others say is asked in rounds ([`view`]) behind the requests ([`kept`]): no
//! request waits for a catalyst that hangs. The platform's own are looked at in process, at once.

mod catalysts;
mod choice;
mod countries;
mod fault;
mod hot;
mod kept;
mod main_realm;
mod meters;
mod realms;
mod settings;
mod view;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::time::timeout;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use settings::RealmProvider;

use self::catalysts::Dao;
use self::fault::Fault;
use self::kept::{Ages, Kept};
use self::view::View;
use crate::frame::scenes::{DEPLOYMENTS, Naming, POINTERS};
use crate::frame::{
    self, Background, Gateway, GatewayContext, OwnRealm, default_body_limit, outside,
};
use crate::sources::outbound::{Client, Outbound};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "realm-provider",
    title: "Realm provider: which catalyst and which comms to enter by",
    router,
    openapi,
    read_models: &[POINTERS, DEPLOYMENTS],
    body_limit: default_body_limit,
    background: Some(background),
};

/// Between two tries to read the list of the DAO.
const LIST_PAUSE: Duration = Duration::from_secs(30);

/// What the routes and the background task of this gateway share in a process.
#[derive(Default)]
pub struct Live {
    list: Kept<Vec<String>>,
    view: Kept<View>,
    hot: Kept<Vec<hot::Hot>>,
}

/// What is asked, and by what client.
struct Asking {
    client: Client,
    /// For the node, and for catalysts that it names: any host of the internet.
    settings: RealmProvider,
}

impl Asking {
    fn new(context: &GatewayContext) -> Self {
        let settings = RealmProvider::clone(&context.settings.realm_provider);
        let mut urls = vec![
            ("realm_provider.rpc_url", settings.rpc_url.as_deref()),
            (
                "realm_provider.archipelago_stats_url",
                settings.archipelago_stats_url.as_deref(),
            ),
            (
                "realm_provider.archipelago_ws_connector_url",
                settings.archipelago_ws_connector_url.as_deref(),
            ),
        ];
        let configured = settings.catalyst_urls.iter();
        urls.extend(configured.map(|url| ("realm_provider.catalyst_urls", Some(url.as_str()))));
        urls.retain(|(_, url)| url.is_some_and(|url| !url.is_empty()));
        let mut outbound = (*context.outbound).clone();
        if settings.catalyst_urls.is_empty() && set(&settings.rpc_url).is_some() {
            // Whoever is on the DAO's list may be asked, but nobody of this machine or its network.
            outbound.allow.push("*".into());
        }
        Self {
            client: client(context, outbound, &urls),
            settings,
        }
    }

    fn stats(&self) -> Option<&str> {
        set(&self.settings.archipelago_stats_url)
    }

    fn door(&self) -> Option<&str> {
        set(&self.settings.archipelago_ws_connector_url)
    }

    /// Whether the platform is its own only catalyst.
    fn is_alone(&self) -> bool {
        self.settings.catalyst_urls.is_empty() && set(&self.settings.rpc_url).is_none()
    }
}

/// A URL of the configuration, unless it is the empty text.
fn set(url: &Option<String>) -> Option<&str> {
    url.as_deref().filter(|url| !url.is_empty())
}

fn client(
    context: &GatewayContext,
    outbound: Outbound,
    urls: &[(&'static str, Option<&str>)],
) -> Client {
    let surroundings = frame::Surroundings {
        outbound: Arc::new(outbound),
        ..(**context).clone()
    };
    outside(&surroundings.into(), urls)
}

/// What the handlers share: one count to clone, for it is cloned for every request.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    live: Arc<Live>,
    asking: Asking,
    /// The platform's own realm.
    own: OwnRealm,
    naming: Naming,
}

impl std::ops::Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        let content_url = &context.settings.realm_provider.content_url;
        Self(Arc::new(Serving {
            context: context.clone(),
            live: Arc::clone(&context.realms),
            asking: Asking::new(context),
            own: OwnRealm::new(context),
            naming: Naming::new(context, "realm_provider.content_url", content_url),
        }))
    }

    /// How old answers may be, and how long they are waited for.
    fn ages(&self) -> Ages {
        let settings = &self.asking.settings;
        Ages {
            fresh: settings.max_age.0 / 2,
            most: settings.max_age.0,
            wait: settings.answer_timeout.0,
            pause: Duration::ZERO,
        }
    }

    /// What is known of the catalysts and the islands of others.
    async fn view(&self) -> Result<Arc<View>, Fault> {
        let stop = &self.context.shutdown;
        let view = self
            .live
            .view
            .get(self.ages(), stop, || self.clone().look());
        view.await.ok_or_else(|| {
            meters::late();
            Fault::Late
        })
    }

    async fn look(self) -> Option<View> {
        let urls = self.catalysts().await?;
        Some(view::round(&self.asking, &urls).await)
    }

    /// Which catalysts there are; `None` while nobody could say so.
    async fn catalysts(&self) -> Option<Arc<Vec<String>>> {
        let settings = &self.asking.settings;
        if !settings.catalyst_urls.is_empty() {
            let urls = settings.catalyst_urls.iter().take(settings.catalysts_max);
            return Some(Arc::new(urls.cloned().collect()));
        }
        if set(&settings.rpc_url).is_none() {
            return Some(Arc::default());
        }
        let ages = Ages {
            fresh: settings.list_max_age.0,
            // The old one is better than none.
            most: Duration::MAX,
            wait: settings.rpc_timeout.0,
            pause: LIST_PAUSE,
        };
        let (server, stop) = (self.clone(), &self.context.shutdown);
        let list = self.live.list.get(ages, stop, || server.list());
        list.await
    }

    async fn list(self) -> Option<Vec<String>> {
        let settings = &self.asking.settings;
        let url = set(&settings.rpc_url)?;
        let dao = Dao::at(&self.asking.client, url, settings);
        match dao.list().await {
            Ok(urls) if urls.is_empty() => {
                tracing::warn!("the DAO lists no catalyst; the old list stays");
                None
            }
            Ok(urls) => Some(urls),
            Err(error) => {
                tracing::warn!(error, "the DAO's list was not read; the old one stays");
                None
            }
        }
    }
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(realms::ping))
        .routes(routes!(realms::status))
        .routes(routes!(realms::realms))
        .routes(routes!(realms::realm))
        .routes(routes!(main_realm::about))
        .routes(routes!(hot::hot_scenes))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    router.with_state(Server::new(context))
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}

/// Keeps what is known young, so that not even the first request in a while waits. It ends when the process stops.
fn background(context: GatewayContext) -> Background {
    Box::pin(async move {
        meters::register();
        let server = Server::new(&context);
        let stop = &context.shutdown;
        let asking = &server.asking;
        if asking.is_alone() && asking.stats().is_none() && asking.door().is_none() {
            return stop.cancelled().await;
        }
        let pause = asking.settings.poll_interval.0;
        loop {
            server.live.view.renew(stop, || server.clone().look());
            if timeout(pause, stop.cancelled()).await.is_ok() {
                return;
            }
        }
    })
}
