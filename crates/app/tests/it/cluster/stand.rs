//! The engines of one test, and the processes of the platform on them.

use std::pin::Pin;
use std::time::Duration;

use adapters::cql::{CqlOptions, CqlStore};
use adapters::kafka::{KafkaLog, KafkaOptions};
use peers::{Cassandra, Kafka, Nats, Options, Registry, S3Server, Server, Shared};
use runtime::ports::SystemClock;
use scylla::client::session_builder::SessionBuilder;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::process::{Launch, Scratch};

/// Environment variable that asks for the long tests.
const LONG: &str = "WORLDLOG_CLUSTER";

static TURN: Semaphore = Semaphore::const_new(1);

/// One test with a broker of its own at a time.
pub(crate) async fn turn() -> SemaphorePermit<'static> {
    TURN.acquire().await.expect("it is never closed")
}

/// Whether the long tests run, too; says aloud that they do not.
pub(crate) fn long_tests_are_asked_for() -> bool {
    let asked = std::env::var_os(LONG).is_some();
    if !asked {
        eprintln!("skipped: a long test of the cluster; `make test-cluster` runs it");
    }
    asked
}

/// Nothing here takes this long, on a machine however busy: what does hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// What a test wants for itself, because it kills it or needs it otherwise.
#[derive(Default)]
pub(crate) struct Wants {
    /// Settings of its broker.
    pub(crate) kafka: Options,
    /// A Cassandra that may be killed.
    pub(crate) cassandra: bool,
    /// All but log and store, to be killed.
    pub(crate) others: bool,
    /// Most partitions of a topic; unset: 32.
    pub(crate) partitions_max: Option<u32>,
}

impl Wants {
    /// A broker that lets go of silent members after so many seconds, whatever the protocol.
    pub(crate) fn sessions_of(seconds: u64) -> Options {
        let ms = (seconds * 1000).to_string();
        Options::default()
            .set("group.min.session.timeout.ms", "1000")
            .set("group.consumer.min.session.timeout.ms", "1000")
            .set("group.consumer.session.timeout.ms", &ms)
            .set("group.consumer.min.heartbeat.interval.ms", "100")
            .set("group.consumer.heartbeat.interval.ms", "500")
    }
}

/// The engines of one test.
pub(crate) struct Stand {
    /// Its broker.
    pub(crate) kafka: Server,
    /// Its Cassandra, if it wanted one.
    pub(crate) cassandra: Option<Server>,
    /// Its other engines, if it wanted them.
    pub(crate) others: Option<Others>,
    /// Logs, ready files and the engines' own files.
    pub(crate) scratch: Scratch,
    shared: Shared,
    /// Names what is ours on engines that others use, too.
    name: String,
    environment: Vec<(String, String)>,
    _turn: SemaphorePermit<'static>,
}

impl Stand {
    /// The same for the long tests, which kill, stop and take away: only where [`LONG`] asks for them.
    pub(crate) async fn when_asked(wants: Wants) -> Option<Self> {
        if !long_tests_are_asked_for() {
            return None;
        }
        Self::new(wants).await
    }

    /// Starts them and makes the topics; `None`, said aloud, when `WORLDLOG_PEERS=none`.
    pub(crate) fn new(wants: Wants) -> Pin<Box<dyn Future<Output = Option<Self>> + Send>> {
        // Boxed: the engines' futures are large.
        Box::pin(Self::start(wants))
    }

    async fn start(wants: Wants) -> Option<Self> {
        let mut shared = peers::shared()?;
        let turn = turn().await;
        let scratch = Scratch::new();
        let broker = Kafka::start(scratch.path("kafka"), wants.kafka);
        let cassandra = async {
            match wants.cassandra {
                true => Some(durable_cassandra(&scratch).await),
                false => None,
            }
        };
        let others = async {
            match wants.others {
                true => Some(Others::start(&scratch).await),
                false => None,
            }
        };
        let (kafka, cassandra, others) = tokio::join!(broker, cassandra, others);
        if let Some(others) = &others {
            shared.nats = others.bus.address().to_owned();
            shared.s3 = S3Server::client(others.blobs.address());
        }
        let mut stand = Self {
            kafka: kafka.expect("a broker"),
            cassandra,
            others,
            scratch,
            shared,
            name: format!("it_{}", uuid::Uuid::now_v7().simple()),
            environment: Vec::new(),
            _turn: turn,
        };
        stand.environment = stand.places();
        if let Some(most) = wants.partitions_max {
            stand.set("WORLDLOG__CLUSTER__PARTITIONS_MAX", most.to_string());
        }
        if let Some(others) = &stand.others {
            let registry = Registry::url(others.registry.address());
            stand.set("WORLDLOG__REGISTRY__URL", registry);
            let registered = stand.verb("register", &["schemas", "register"]);
            let registered = registered.finish().await;
            assert_eq!(registered.code, Some(0), "{}", registered.output);
        }
        stand.apply_topics().await;
        Some(stand)
    }

    /// Where the engines are, as a process is told.
    fn places(&self) -> Vec<(String, String)> {
        let s3 = &self.shared.s3;
        let blobs = format!("s3://{}/{}?endpoint={}", s3.bucket, self.name, s3.endpoint);
        [
            (
                "WORLDLOG__LOG__URL",
                format!("kafka://{}", self.kafka.address()),
            ),
            ("WORLDLOG__STORE__URL", self.store_url(&self.name)),
            ("WORLDLOG__BUS__URL", format!("nats://{}", self.shared.nats)),
            ("WORLDLOG__BLOBS__URL", blobs),
            ("AWS_ACCESS_KEY_ID", s3.access_key.clone()),
            ("AWS_SECRET_ACCESS_KEY", s3.secret_key.clone()),
            // A write that waits for a broker that is gone is answered while its client still waits.
            ("WORLDLOG__KAFKA__DELIVERY_TIMEOUT", "5s".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    fn store_url(&self, keyspace: &str) -> String {
        format!("cql://{}/{keyspace}", self.cassandra_address())
    }

    fn cassandra_address(&self) -> &str {
        let own = self.cassandra.as_ref().map(Server::address);
        own.unwrap_or(&self.shared.cassandra)
    }

    /// From now on processes are told this, too.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<String>) {
        self.environment.retain(|(known, _)| known != key);
        self.environment.push((key.to_owned(), value.into()));
    }

    /// Processes that start from now on find an empty store.
    pub(crate) async fn lose_the_store(&mut self) {
        self.drop_keyspace().await;
        self.name = format!("it_{}", uuid::Uuid::now_v7().simple());
        let url = self.store_url(&self.name);
        self.set("WORLDLOG__STORE__URL", url);
    }

    /// A process of the platform with every role; `role` leaves some of them out.
    pub(crate) fn process(&self, name: &str) -> Launch {
        Launch::run(&self.scratch, name, &self.environment)
    }

    /// Any other verb, told the same.
    pub(crate) fn verb(&self, name: &str, arguments: &[&str]) -> Launch {
        let launch = Launch::verb(&self.scratch, name, arguments);
        let told = self.environment.iter();
        told.fold(launch, |launch, (key, value)| {
            launch.environment(key, value)
        })
    }

    /// Makes the topics that are missing.
    pub(crate) async fn apply_topics(&self) {
        let applied = self
            .verb("topics", &["topics", "apply", "--yes"])
            .finish()
            .await;
        assert_eq!(applied.code, Some(0), "{}", applied.output);
    }

    /// The log, behind the platform's back.
    pub(crate) fn log(&self) -> KafkaLog {
        let clock = std::sync::Arc::new(SystemClock);
        let log = KafkaLog::connect(self.kafka.address(), KafkaOptions::default(), clock);
        log.expect("valid options")
    }

    /// The store, behind the platform's back.
    pub(crate) async fn store(&self) -> CqlStore {
        let contacts = [self.cassandra_address().to_owned()];
        let store = CqlStore::connect(&contacts, &self.name, CqlOptions::default()).await;
        store.expect("it answers")
    }

    /// The end of a test that went well: takes away what is ours on engines that others use.
    pub(crate) async fn clear(self) {
        self.drop_keyspace().await;
    }

    async fn drop_keyspace(&self) {
        if self.cassandra.is_some() {
            return;
        }
        let builder = SessionBuilder::new().known_node(self.cassandra_address());
        // Boxed: the driver's future is large.
        let session = Box::pin(builder.build()).await.expect("connected");
        let drop = format!("DROP KEYSPACE IF EXISTS {}", self.name);
        Box::pin(session.query_unpaged(drop, ()))
            .await
            .expect("dropped");
    }
}

/// One node alone keeps what it acknowledged through a kill only if it syncs first, and a table that was made only if
/// the schema is flushed: elsewhere that is what the other replicas are for.
async fn durable_cassandra(scratch: &Scratch) -> Server {
    let options = Options::default()
        .set("commitlog_sync", "batch")
        .set("commitlog_sync_period", "0ms");
    let options = Options {
        arguments: vec!["-Dcassandra.test.flush_local_schema_changes=true".into()],
        ..options
    };
    let started = Cassandra::start(scratch.path("cassandra"), options).await;
    started.expect("a Cassandra")
}

/// What a platform has beside log and store.
pub(crate) struct Others {
    pub(crate) bus: Server,
    pub(crate) blobs: Server,
    pub(crate) registry: Server,
}

impl Others {
    async fn start(scratch: &Scratch) -> Self {
        let (bus, blobs, registry) = tokio::join!(
            Nats::start(scratch.path("nats"), Options::default()),
            S3Server::start(scratch.path("s3"), Options::default()),
            Registry::start(scratch.path("registry"), Options::default()),
        );
        Self {
            bus: bus.expect("a NATS"),
            blobs: blobs.expect("an S3 server"),
            registry: registry.expect("a registry"),
        }
    }
}
