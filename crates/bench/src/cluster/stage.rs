//! A broker and a store of this run's own, and the load in the broker.

use std::path::Path;
use std::sync::Arc;

use adapters::kafka::{KafkaLog, KafkaOptions};
use anyhow::{Context, Result, ensure};
use runtime::ports::{Log, Retention, SystemClock, TopicSpec};

use crate::events;
use crate::platform::PARTITIONS;

/// Topic of the load.
pub(super) const TOPIC: &str = "user.actions";
/// Records appended at once.
const BATCH: usize = 10_000;

/// The servers, and where they are.
pub(super) struct Stage {
    /// `host:port` of the broker.
    pub(super) brokers: String,
    /// `host:port` of Cassandra.
    pub(super) cassandra: String,
    folder: tempfile::TempDir,
    servers: Vec<peers::Server>,
}

impl Stage {
    /// Starts both and appends the load.
    pub(super) async fn open(events: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let kafka = peers::Kafka::start(folder.path().join("kafka"), peers::Options::default());
        let kafka = kafka.await.context("cannot start Kafka")?;
        let cassandra = folder.path().join("cassandra");
        let cassandra = peers::Cassandra::start(cassandra, peers::Options::default());
        let cassandra = cassandra.await.context("cannot start Cassandra")?;
        let stage = Self {
            brokers: kafka.address().to_owned(),
            cassandra: cassandra.address().to_owned(),
            folder,
            servers: vec![kafka, cassandra],
        };
        load(&stage.brokers, events).await?;
        Ok(stage)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops both.
    pub(super) async fn close(mut self) -> Result<()> {
        for server in &mut self.servers {
            server.stop().await?;
        }
        Ok(())
    }
}

async fn load(brokers: &str, count: usize) -> Result<()> {
    let log = KafkaLog::connect(brokers, KafkaOptions::default(), Arc::new(SystemClock))?;
    log.ensure(&TopicSpec {
        name: TOPIC.into(),
        partitions: PARTITIONS,
        retention: Retention::FOREVER,
    })
    .await?;
    for first in (0..count).step_by(BATCH) {
        let batch = first..count.min(first + BATCH);
        log.append(batch.map(events::event).collect()).await?;
    }
    let ends: u64 = log.ends(TOPIC).await?.iter().sum();
    ensure!(
        ends == count as u64,
        "{ends} of {count} events in the topic"
    );
    log.close().await?;
    Ok(())
}
