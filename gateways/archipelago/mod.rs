//! Islands: who is near whom shares a room. The front door, the core and the stats of the original in one gateway.
//!
//! Clients speak protobuf over a WebSocket ([`wire`]). What they say goes over the bus under the original's subjects;
//! the core makes islands of it (`crates/islands`) and says over the bus who belongs where; every process that serves this
//! gateway hands on what is for its sockets, and knows who is where for the stats and the map. Several such processes on
//! one bus are one service: see docs/comms.md.

mod admission;
mod connector;
mod cores;
mod door;
mod hot;
mod map;
mod meters;
mod places;
mod record;
mod room;
mod scene;
mod sessions;
mod settings;
mod socket;
mod stats;
mod subjects;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use model::events::archipelago::PeerChanged;
use tokio::sync::watch;
use tokio::task::JoinSet;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use settings::Archipelago;

use self::admission::Admission;
use self::hot::HotScenes;
use self::places::Places;
use self::record::{Change, Outlet};
use self::scene::Scene;
use self::sessions::Sessions;
use crate::frame::scenes::{DEPLOYMENTS, POINTERS, Parcel};
use crate::frame::{self, Background, Gateway, GatewayContext, default_body_limit};

/// The gateway.
pub(crate) const GATEWAY: Gateway = Gateway {
    name: "archipelago",
    title: "Archipelago: islands of players, their rooms, and who is where",
    router,
    openapi,
    read_models: &[POINTERS, DEPLOYMENTS],
    body_limit: default_body_limit,
    background: Some(background),
};

/// What the routes and the background task of this gateway share in a process.
#[derive(Default)]
pub struct Live {
    sessions: Sessions,
    places: Arc<Places>,
    scene: Scene,
    outlet: Outlet,
    state: watch::Sender<State>,
}

/// How far the background task has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    delivers: bool,
    follows: bool,
    stands: bool,
    leads: bool,
}

impl Live {
    /// Assignments are handed on from now.
    fn delivers(&self) {
        self.state.send_modify(|state| state.delivers = true);
    }

    /// The scene is kept up to date from now.
    fn follows(&self) {
        self.state.send_modify(|state| state.follows = true);
    }

    /// What a core must know is taken note of from now.
    fn stands(&self) {
        self.state.send_modify(|state| state.stands = true);
    }

    /// Whether the core is here.
    fn leads(&self, leads: bool) {
        self.state.send_modify(|state| state.leads = leads);
    }

    /// Whether everything that is said on the bus arrives here.
    pub fn is_listening(&self) -> bool {
        let state = *self.state.borrow();
        state.delivers && state.follows && state.stands
    }

    /// Whether the core is well, and how many peers it has; `None` where this process does not follow the islands.
    pub(crate) fn core(&self, now_ms: i64) -> Option<(bool, u32)> {
        self.state.borrow().follows.then(|| self.scene.core(now_ms))
    }

    /// Parcels with somebody on them, those with most first.
    pub(crate) fn parcels(&self) -> Vec<(Parcel, usize)> {
        self.scene.parcels()
    }

    /// Whether this process is the core.
    pub fn is_core(&self) -> bool {
        self.state.borrow().leads
    }
}

/// What the handlers share: one count to clone, for it is cloned for every request.
#[derive(Clone)]
struct Server(Arc<Serving>);

struct Serving {
    context: GatewayContext,
    live: Arc<Live>,
    admission: Admission,
    hot: HotScenes,
    map: map::Frames,
}

impl std::ops::Deref for Server {
    type Target = Serving;

    fn deref(&self) -> &Serving {
        &self.0
    }
}

impl Server {
    fn new(context: &GatewayContext) -> Self {
        Self(Arc::new(Serving {
            context: context.clone(),
            live: Arc::clone(&context.islands),
            admission: Admission::new(context),
            hot: HotScenes::new(context),
            map: map::Frames::default(),
        }))
    }

    /// Writes something of a session to the log, some time.
    fn note(&self, change: PeerChanged) {
        let at = self.context.platform.clock.now_ms();
        self.live
            .outlet
            .note(Change::Peer(PeerChanged { at, ..change }));
    }
}

fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(door::connect))
        .routes(routes!(stats::status))
        .routes(routes!(stats::core_status))
        .routes(routes!(stats::peers))
        .routes(routes!(stats::peer))
        .routes(routes!(stats::parcels))
        .routes(routes!(stats::islands))
        .routes(routes!(stats::island))
        .routes(routes!(stats::hot_scenes))
        .routes(routes!(map::page))
        .routes(routes!(map::frame))
}

fn router(context: &GatewayContext) -> Router {
    let (router, _) = routes().split_for_parts();
    let again = Router::new()
        .route("/peers", get(stats::peers))
        .route("/peers/{id}", get(stats::peer))
        .route("/parcels", get(stats::parcels))
        .route("/islands", get(stats::islands))
        .route("/islands/{id}", get(stats::island));
    router
        .nest("/comms", again)
        .route("/map/{*file}", get(map::file))
        .route("/archipelago.proto", get(proto))
        .with_state(Server::new(context))
}

async fn proto() -> &'static str {
    wire::PROTO
}

fn openapi() -> OpenApi {
    frame::described(&GATEWAY, routes().into_openapi())
}

/// How long a stop waits for the sockets of this process to close, and how often it looks.
const FAREWELL: Duration = Duration::from_secs(2);
const FAREWELL_LOOK: Duration = Duration::from_millis(20);

fn background(context: GatewayContext) -> Background {
    Box::pin(async move {
        meters::register();
        let settings = context.settings.archipelago.clone();
        let live = Arc::clone(&context.islands);
        let changes = live.outlet.open(settings.log_queue);
        let admission = Admission::new(&context);
        // Dropping the set ends them.
        let mut tasks = JoinSet::new();
        tasks.spawn(connector::deliver(context.clone(), Arc::clone(&live)));
        tasks.spawn(connector::yield_to_others(
            context.clone(),
            Arc::clone(&live),
        ));
        tasks.spawn(scene::follow(context.clone(), Arc::clone(&live)));
        tasks.spawn(admission::sweep(admission, Arc::clone(&live), settings));
        tasks.spawn(record::write(context.platform.clone(), changes));
        // It gives its office up when this process stops, and with it all of this ends.
        let shutdown = context.shutdown.clone();
        let core = tasks.spawn(cores::run(context, Arc::clone(&live))).id();
        while let Some(ended) = tasks.join_next_with_id().await {
            match ended {
                Ok((id, ())) if id == core && shutdown.is_cancelled() => {
                    // Who is sent away now is noted, too.
                    let gone = async {
                        while live.sessions.count() > 0 {
                            tokio::time::sleep(FAREWELL_LOOK).await;
                        }
                        tokio::time::sleep(FAREWELL_LOOK).await;
                    };
                    let _ = tokio::time::timeout(FAREWELL, gone).await;
                    return;
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "a task of the islands has ended"),
            }
        }
    })
}
