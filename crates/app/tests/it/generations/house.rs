//! A platform within the test, so that two programs of different revisions can run in it: its ports, its engines, and
//! its gateways on a real socket.

use std::sync::Arc;
use std::time::Duration;

use gateways::settings::{Secret, Settings};
use gateways::{GatewayContext, Surroundings};
use kernel::{ErasedProcessor, Record, Topic};
use reqwest::Client;
use runtime::embedded::{
    FolderBlobs, MemoryBus, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::engine::{self, Engine};
use runtime::platform::Platform;
use runtime::ports::{BusLimits, Log, ReadLimits, Retention, Store, SystemClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};
use runtime::settings::Span;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::cluster::stand::Stand;
use crate::process::{Scratch, TOKEN};

/// Nothing here takes this long, on a machine however busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// One process of the platform.
pub(crate) struct House {
    pub(crate) platform: Platform,
    /// Where its gateways are.
    pub(crate) url: String,
    client: Client,
    engines: Vec<Engine>,
    stop: CancellationToken,
}

impl House {
    /// On this log and store, with these processors and the gateways that read them.
    pub(crate) async fn open(
        scratch: &Scratch,
        (log, store): (Arc<dyn Log>, Arc<dyn Store>),
        shared: bool,
        processors: Vec<Arc<dyn ErasedProcessor>>,
    ) -> Self {
        let specs: Arc<[_]> = processors.iter().map(|p| p.spec()).collect();
        let views = match shared {
            true => Views::shared(Arc::clone(&store)),
            false => Views::new(Arc::clone(&store)),
        };
        views.registry().load().await.expect("generations");
        let progress = Arc::new(Progress::default());
        let waiter = Waiter::new(log.clone(), progress.clone(), views.clone(), specs);
        let platform = Platform {
            bus: Arc::new(MemoryBus::new(BusLimits::default())),
            waiter,
            log,
            store,
            blobs: Arc::new(FolderBlobs::open(scratch.path("blobs")).expect("blobs")),
            clock: Arc::new(SystemClock),
            views,
            progress,
        };
        let stop = CancellationToken::new();
        let mut settings = Settings::default();
        settings.operator.token = Some(Secret::new(TOKEN));
        let context = GatewayContext::from(Surroundings {
            platform: platform.clone(),
            processors: processors.clone().into(),
            settings: Arc::new(settings),
            content: None,
            producers: None,
            outbound: Arc::default(),
            islands: Arc::default(),
            realms: Arc::default(),
            mail_preview: processors::inbox::preview,
            process: None,
            shutdown: stop.clone(),
            version: "test",
            commit: "test",
        });
        let wanted = ["badges", "operator"];
        let mounted = gateways::all().iter();
        let mounted: Vec<_> = mounted.filter(|g| wanted.contains(&g.name)).collect();
        let metrics = Arc::new(String::new);
        let listener = gateways::listener(&mounted, &context, metrics).expect("a listener");
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let socket = socket.expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            let served = axum::serve(socket, listener).with_graceful_shutdown(stopped);
            served.await.expect("it serves");
        });
        let mut house = Self {
            platform,
            url,
            client: Client::builder().no_proxy().build().expect("a client"),
            engines: Vec::new(),
            stop,
        };
        house.start(processors).await;
        house
    }

    /// Starts a program with these processors beside those that run.
    pub(crate) async fn start(&mut self, processors: Vec<Arc<dyn ErasedProcessor>>) {
        let settings = engine::Settings {
            generations_interval: Span::millis(100),
            ..engine::Settings::default()
        };
        let engine = Engine::start(settings, self.platform.clone(), processors);
        self.engines.push(engine.await.expect("processors start"));
    }

    /// Asks an operator's change of badges.
    pub(crate) async fn change(&self, action: &str, body: &Value) -> Value {
        let url = format!("{}/operator/generations/badges/{action}", self.url);
        let request = self.client.post(url).bearer_auth(TOKEN);
        let answer = request.body(body.to_string()).send().await;
        let answer = answer.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{action}: {status}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Waits until the state of a generation of badges is this one; `gone` is that of one that is not there.
    pub(crate) async fn until(&self, generation: u32, state: &str) {
        let look = async {
            loop {
                let url = format!("{}/operator/generations", self.url);
                let answer = self.client.get(url).send().await.expect("an answer");
                let text = answer.text().await.expect("a body");
                let all: Value = serde_json::from_str(&text).expect("JSON");
                let models = all.as_array().expect("a list");
                let badges = models.iter().find(|m| m["readModel"] == "badges");
                let all = badges.expect("badges")["generations"].as_array();
                let found = all.expect("a list").iter();
                let mut found = found.filter(|g| g["generation"] == generation);
                let found = found.next().and_then(|found| found["state"].as_str());
                if found.unwrap_or("gone") == state {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let looked = tokio::time::timeout(PATIENCE, look).await;
        looked.unwrap_or_else(|_| panic!("generation {generation} never became {state}"));
    }

    /// Waits until a generation of badges has taken everything.
    pub(crate) async fn caught_up(&self, generation: u32) {
        let ends = self.platform.log.ends(super::rules::FACTS).await;
        for (partition, end) in (0..).zip(ends.expect("ends")) {
            let progress = &self.platform.progress;
            let until = progress.until("badges", generation, partition, end);
            let reached = tokio::time::timeout(PATIENCE, until).await;
            reached
                .unwrap_or_else(|_| panic!("partition {partition} of {generation} stands still"));
        }
    }

    /// Everything in a topic, by partition.
    pub(crate) async fn records(&self, topic: &str) -> Vec<Vec<Record>> {
        everything(&*self.platform.log, topic).await
    }

    /// Stops its programs.
    pub(crate) async fn stop_engines(&mut self) {
        for engine in self.engines.drain(..) {
            engine.stop().await;
        }
    }

    /// Stops its programs and its gateways.
    pub(crate) async fn close(mut self) {
        self.stop.cancel();
        self.stop_engines().await;
    }
}

/// Everything in a topic, by partition.
pub(crate) async fn everything(log: &dyn Log, topic: &str) -> Vec<Vec<Record>> {
    let topic: Topic = topic.into();
    let mut all = Vec::new();
    for (partition, end) in (0..).zip(log.ends(&topic).await.expect("ends")) {
        let (mut records, mut next) = (Vec::new(), 0);
        while next < end {
            let limits = ReadLimits::default();
            let batch = log.read(&topic, partition, next, limits).await;
            let batch = batch.expect("readable");
            next = batch.next;
            records.extend(batch.records);
        }
        all.push(records);
    }
    all
}

/// The embedded engine, with the topics of these tests.
pub(crate) async fn embedded(scratch: &Scratch) -> (Arc<dyn Log>, Arc<dyn Store>) {
    let options = SqliteLogOptions::default();
    let log = SqliteLog::open(scratch.path("log.db"), options, Arc::new(SystemClock));
    let log = Arc::new(log.expect("a log"));
    topics(&*log).await;
    let store = SqliteStore::open(scratch.path("store.db"), &SqliteStoreOptions::default());
    (log, Arc::new(store.expect("a store")))
}

/// Kafka and Cassandra, on which a stand makes the topics.
pub(crate) async fn on_the_cluster(stand: &Stand) -> (Arc<dyn Log>, Arc<dyn Store>) {
    let store = Arc::new(stand.store().await);
    (Arc::new(stand.log()), store)
}

/// The topics of these tests.
async fn topics(log: &dyn Log) {
    let topics = model::Topics::global().iter();
    let topics = topics.map(|topic| (topic.name.clone(), topic.partitions));
    let all = processors::all().into_iter();
    let letters = all.map(|processor| (processor.spec().dead_letters(), 1));
    for (name, partitions) in topics.chain(letters) {
        let spec = TopicSpec {
            name,
            partitions,
            retention: Retention::FOREVER,
        };
        log.ensure(&spec).await.expect("a topic");
    }
}
