//! The servers there are, and what a test may choose about one of its own.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::server::Plan;
use crate::{Cassandra, Kafka, LiveKit, Nats, Registry, S3Server};

/// What to change about a server of one's own; the default is what the shared one has.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Settings of the server's own configuration file, which replace or follow ours: `server.properties` of Kafka, top
    /// level keys of `cassandra.yaml` and of `livekit.yaml`, `-D` properties of the registry; the others have no file and
    /// refuse them.
    pub settings: Vec<(String, String)>,
    /// More arguments: of the Java machine, or of the program when it isn't Java.
    pub arguments: Vec<String>,
    /// The port to listen at; a free one when absent.
    pub port: Option<u16>,
    /// How long it may take to answer; two minutes when absent.
    pub ready_within: Option<Duration>,
}

impl Options {
    /// These options with one more setting.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn port(&self) -> Result<u16> {
        self.port.map_or_else(crate::port::free, Ok)
    }

    pub(crate) fn ready_within(&self) -> Duration {
        // Seconds on an idle machine; a machine of two cores that also compiles needs much more.
        self.ready_within.unwrap_or(Duration::from_secs(120))
    }

    /// Ours, with the test's own in their place.
    pub(crate) fn merged(&self, ours: &[(&str, String)]) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = ours
            .iter()
            .filter(|(key, _)| !self.settings.iter().any(|(other, _)| other == key))
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        all.extend(self.settings.iter().cloned());
        all
    }
}

/// One of the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Apache Kafka.
    Kafka,
    /// Apache Cassandra.
    Cassandra,
    /// NATS.
    Nats,
    /// versitygw.
    S3,
    /// Apicurio Registry.
    Registry,
    /// LiveKit.
    #[value(name = "livekit")]
    LiveKit,
}

impl Kind {
    /// All of them, the slowest to start first.
    pub const ALL: [Self; 6] = [
        Self::Cassandra,
        Self::Kafka,
        Self::Registry,
        Self::Nats,
        Self::S3,
        Self::LiveKit,
    ];

    /// Its name in folders, in `--only` and in `up.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kafka => "kafka",
            Self::Cassandra => "cassandra",
            Self::Nats => "nats",
            Self::S3 => "s3",
            Self::Registry => "registry",
            Self::LiveKit => "livekit",
        }
    }

    pub(crate) async fn plan(self, folder: &Path, options: &Options) -> Result<Plan> {
        std::fs::create_dir_all(folder)?;
        let folder = &folder.canonicalize()?;
        match self {
            Self::Kafka => Kafka::plan(folder, options).await,
            Self::Cassandra => Cassandra::plan(folder, options).await,
            Self::Nats => Nats::plan(folder, options).await,
            Self::S3 => S3Server::plan(folder, options).await,
            Self::Registry => Registry::plan(folder, options).await,
            Self::LiveKit => LiveKit::plan(folder, options).await,
        }
    }

    pub(crate) fn probe(self) -> crate::probe::Probe {
        match self {
            Self::Kafka => crate::kafka::PROBE,
            Self::Cassandra => crate::cassandra::PROBE,
            Self::Nats => crate::nats::PROBE,
            Self::S3 => crate::s3::PROBE,
            Self::Registry => crate::registry::PROBE,
            Self::LiveKit => crate::livekit::PROBE,
        }
    }
}
