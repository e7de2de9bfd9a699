//! A whole platform on the embedded engine, with every gateway mounted.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use gateways::{GatewayContext, Process, Settings, Surroundings};
use model::Topics;
use model::topics::Retention as Kept;
use runtime::effects::{Due, Pending};
use runtime::embedded::{
    FolderBlobs, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::engine::{self, Blocked, Engine, Status};
use runtime::platform::Platform;
use runtime::ports::{Clock, Log, PortError, Retention, Store, SystemClock, TickClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{Answer, get, get_with, post_with};

/// The operator's token in tests.
pub(crate) const TOKEN: &str = "t0ken";
pub(crate) const BEARER: (&str, &str) = ("authorization", "Bearer t0ken");

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) context: GatewayContext,
    engine: Option<Engine>,
    /// What blocks partitions.
    pub(crate) status: Arc<Status>,
    log: Arc<SqliteLog>,
    store: Arc<SqliteStore>,
    _folder: tempfile::TempDir,
}

struct Inside(Arc<Status>);

#[async_trait]
impl Process for Inside {
    async fn effects_due(&self) -> Result<Vec<Due>, PortError> {
        Ok(Vec::new())
    }

    fn effects_pending(&self) -> Vec<Pending> {
        Vec::new()
    }

    fn blocked(&self) -> Vec<Blocked> {
        self.0.blocked()
    }

    fn waiting(&self) -> Vec<&'static str> {
        self.0.waiting()
    }
}

/// Settings of a test: JSON over the defaults, with the operator's token.
pub(crate) fn settings(over: Value) -> Settings {
    let mut settings: Settings = serde_json::from_value(over).expect("settings");
    settings.operator.token = Some(gateways::settings::Secret::new(TOKEN));
    settings
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(settings(json!({})), Arc::new(SystemClock)).await
    }

    pub(crate) async fn ticking() -> Self {
        Self::with(settings(json!({})), Arc::new(TickClock::default())).await
    }

    pub(crate) async fn with(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        let log_options = SqliteLogOptions::default();
        let log = SqliteLog::open(path.join("log.db"), log_options, Arc::clone(&clock));
        let log = Arc::new(log.expect("a log"));
        let store = SqliteStore::open(path.join("store.db"), &SqliteStoreOptions::default());
        let store = Arc::new(store.expect("a store"));
        let processors: Vec<Arc<dyn kernel::ErasedProcessor>> =
            processors::all().into_iter().map(Arc::from).collect();
        let specs: Arc<[_]> = processors.iter().map(|p| p.spec()).collect();
        ensure_topics(&*log, &specs).await;
        let views = Views::new(Arc::clone(&store) as Arc<dyn Store>);
        let progress = Arc::new(Progress::default());
        let as_log: Arc<dyn Log> = log.clone();
        let platform = Platform {
            bus: Arc::new(runtime::embedded::MemoryBus::new(
                runtime::ports::BusLimits::default(),
            )),
            waiter: Waiter::new(as_log.clone(), progress.clone(), views.clone(), specs),
            log: as_log,
            store: store.clone(),
            blobs: Arc::new(FolderBlobs::open(path.join("blobs")).expect("blobs")),
            clock,
            views,
            progress,
        };
        let all = processors.as_slice().into();
        let engine = Engine::start(engine::Settings::default(), platform.clone(), processors);
        let engine = engine.await.expect("processors start");
        let status = engine.status();
        let context = GatewayContext::from(Surroundings {
            platform,
            processors: all,
            settings: Arc::new(settings),
            outbound: Arc::default(),
            content: None,
            producers: None,
            islands: Arc::default(),
            realms: Arc::default(),
            mail_preview: processors::inbox::preview,
            process: Some(Arc::new(Inside(Arc::clone(&status)))),
            shutdown: CancellationToken::new(),
            version: "0.0.0-test",
            commit: "test",
        });
        Self {
            router: mounted(&context),
            context,
            engine: Some(engine),
            status,
            log,
            store,
            _folder: folder,
        }
    }

    /// Mounts the gateways again, in changed surroundings.
    pub(crate) fn mount(&mut self, change: impl FnOnce(&mut Surroundings)) {
        let mut surroundings = (*self.context).clone();
        change(&mut surroundings);
        self.context = surroundings.into();
        self.router = mounted(&self.context);
    }

    /// Feeds events and gives the token.
    pub(crate) async fn feed(&self, events: &Value) -> String {
        let path = "/events-notifier/events";
        let answer = post_with(&self.router, path, events.to_string(), &[BEARER]).await;
        assert_eq!(answer.status, 202, "{:?}", answer.body);
        answer.json()["position"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        get(&self.router, path).await
    }

    /// A read that sees everything derived from the token.
    pub(crate) async fn get_after(&self, path: &str, token: &str) -> Answer {
        get_with(&self.router, path, &[("x-worldlog-position", token)]).await
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn settle(&self) {
        let answer = self.get("/operator/settled?timeout=20s").await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
    }

    /// Stops the processors: from now on what is appended stays undone.
    pub(crate) async fn halt(&mut self) {
        if let Some(engine) = self.engine.take() {
            let stopped = tokio::time::timeout(Duration::from_secs(20), engine.stop()).await;
            stopped.expect("processors stop");
        }
    }

    /// Starts them again.
    pub(crate) async fn resume(&mut self) {
        let processors = processors::all().into_iter().map(Arc::from).collect();
        let platform = self.context.platform.clone();
        let engine = Engine::start(engine::Settings::default(), platform, processors);
        self.engine = Some(engine.await.expect("processors start"));
    }

    pub(crate) async fn stop(mut self) {
        self.context.shutdown.cancel();
        self.halt().await;
        self.log.close().await.expect("the log closes");
        self.store.close().await.expect("the store closes");
    }
}

fn mounted(context: &GatewayContext) -> Router {
    let gateways: Vec<_> = gateways::all().iter().collect();
    let metrics = Arc::new(|| "up 1\n".to_owned());
    let listener = gateways::listener(&gateways, context, metrics).expect("a listener");
    Router::new().fallback_service(listener)
}

async fn ensure_topics(log: &dyn Log, specs: &[&'static kernel::Spec]) {
    let mut wanted: Vec<TopicSpec> = Topics::global()
        .iter()
        .map(|topic| TopicSpec {
            name: topic.name.clone(),
            partitions: topic.partitions,
            retention: Retention {
                compact: topic.retention == Kept::Compact,
                ..Retention::FOREVER
            },
        })
        .collect();
    wanted.extend(specs.iter().map(|spec| TopicSpec {
        name: spec.dead_letters(),
        partitions: 1,
        retention: Retention::FOREVER,
    }));
    for spec in &wanted {
        log.ensure(spec).await.expect("a topic");
    }
}
