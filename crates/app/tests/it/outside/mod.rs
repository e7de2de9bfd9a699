//! The platform beside what it does not own: real servers, other people's clients, data that move in and out.
//!
//! Each test has a broker of its own, since topics have one name everywhere, and a keyspace of its own on the shared
//! Cassandra. One runs at a time: a broker is half a gigabyte.

mod avro;
mod beside;
mod clients;
mod events;
mod ids;
mod moves;
mod rest;
mod verbs;

use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

use peers::{Kafka, Options, Server, Shared};
use scylla::client::session_builder::SessionBuilder;
use tokio::sync::SemaphorePermit;

use crate::cluster::{long_tests_are_asked_for, turn};
use crate::process::{Launch, Scratch};

/// Where log and store of a platform are.
pub(crate) struct Stand {
    pub(crate) scratch: Scratch,
    pub(crate) shared: Shared,
    kafka: Server,
    keyspace: String,
    variables: Vec<(String, String)>,
    _turn: SemaphorePermit<'static>,
}

impl Stand {
    /// The same for tests that are only run when they are asked for.
    async fn when_asked() -> Option<Self> {
        if !long_tests_are_asked_for() {
            return None;
        }
        Self::new().await
    }

    /// A broker, and a keyspace that the first process makes; `None`, said aloud, when real servers are left out.
    async fn new() -> Option<Self> {
        let shared = peers::shared()?;
        let turn = turn().await;
        let scratch = Scratch::new();
        let kafka = Kafka::start(scratch.path("kafka"), Options::default()).await;
        let kafka = kafka.unwrap_or_else(|error| panic!("no broker: {error:#}"));
        let log = format!("kafka://{}", kafka.address());
        let keyspace = format!("outside_{}", uuid::Uuid::now_v7().simple());
        let store = format!("cql://{}/{keyspace}", shared.cassandra);
        let stand = Self {
            keyspace,
            variables: Vec::new(),
            scratch,
            shared,
            kafka,
            _turn: turn,
        };
        let stand = stand.with("WORLDLOG__LOG__URL", log);
        Some(stand.with("WORLDLOG__STORE__URL", store))
    }

    /// The same with one more variable.
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// The same with the shared registry, which is told every schema.
    fn with_registry(self) -> Self {
        let url = self.shared.registry.clone();
        let stand = self.with("WORLDLOG__REGISTRY__URL", url);
        succeeded(&stand.verb(&["schemas", "register"]));
        stand
    }

    fn brokers(&self) -> &str {
        self.kafka.address()
    }

    /// Creates the topics; says it again, as the chart's job does, while the broker has more than enough to do.
    fn topics(&self) {
        let apply = || self.verb(&["topics", "apply", "--yes"]);
        let unreachable = |output: &Output| output.status.code() == Some(5);
        let mut applied = apply();
        for _ in 0..5 {
            if unreachable(&applied) {
                applied = apply();
            }
        }
        succeeded(&applied);
    }

    /// `worldlog run` of every role, with a data folder of its own.
    fn run(&self, name: &str) -> Launch {
        Launch::run(&self.scratch, name, &self.variables)
    }

    /// Runs a verb on this log and store to its end.
    fn verb(&self, arguments: &[&str]) -> Output {
        verb(arguments, &self.variables)
    }

    /// The end of a test that went well: takes away what is ours on the shared Cassandra.
    async fn clear(self) {
        let builder = SessionBuilder::new().known_node(&self.shared.cassandra);
        // Boxed: the driver's futures are large.
        let session = Box::pin(builder.build()).await.expect("connected");
        let drop = format!("DROP KEYSPACE IF EXISTS {}", self.keyspace);
        let dropped = Box::pin(session.query_unpaged(drop, ())).await;
        dropped.expect("dropped");
    }
}

/// No variables of ours.
const ALONE: &[(&str, String)] = &[];

/// Runs a verb with these variables and no others of ours.
fn verb(arguments: &[&str], variables: &[(impl AsRef<OsStr>, String)]) -> Output {
    let inherited = std::env::vars().filter(|(name, _)| !name.starts_with("WORLDLOG_"));
    let output = Command::new(env!("CARGO_BIN_EXE_worldlog"))
        .args(arguments)
        .env_clear()
        .envs(inherited)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .output();
    output.expect("the binary starts")
}

/// What a verb that did what it should has said.
fn succeeded(output: &Output) -> String {
    ended(output, 0)
}

/// What a verb that ended so has said on standard output.
fn ended(output: &Output, code: i32) -> String {
    let (said, told) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(code), "{said}\n{told}");
    said
}
