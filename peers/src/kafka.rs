//! Apache Kafka: one node that is broker and controller (KRaft).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::fetch::{self, Artifact};
use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};
use crate::{port, tools};

pub(crate) const PROBE: Probe = Probe::Kafka;

/// What to fetch.
pub(crate) const ARTIFACT: Artifact = Artifact {
    name: "kafka",
    version: "4.3.1",
    coordinates: &[
        "org.apache.kafka:kafka_2.13:4.3.1",
        "org.apache.kafka:kafka-tools:4.3.1",
        "org.slf4j:slf4j-simple:1.7.36",
    ],
};

/// Any id of 16 bytes in base64 will do: nothing else ever joins this cluster.
const CLUSTER_ID: &str = "d29ybGRsb2ctcGVlcnMhIQ";

/// Apache Kafka.
#[derive(Clone, Copy, Debug)]
pub struct Kafka;

impl Kafka {
    /// Starts a broker with its files in `folder`; data that are there already are used.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::Kafka.plan(folder.as_ref(), &options).await?).await
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        let jars = fetch::maven(&ARTIFACT).await?;
        let java = tools::java().await?;
        let port = options.port()?;
        let settings = folder.join("server.properties");
        fs::write(&settings, properties(folder, port, options)?)?;
        let classes = format!("{}/*", jars.display());
        if !folder.join("data/meta.properties").exists() {
            format(&java, &classes, &settings).await?;
        }
        let mut command = vec![java];
        command.extend(["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC"].map(str::to_owned));
        command.push("-Dorg.slf4j.simpleLogger.showDateTime=true".to_owned());
        command.push("-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS".to_owned());
        // Tests make and delete many topics, and each partition would have its lines.
        command.push("-Dorg.slf4j.simpleLogger.log.state.change.logger=warn".to_owned());
        command.push("-Dorg.slf4j.simpleLogger.log.kafka.cluster=warn".to_owned());
        command.extend(options.arguments.iter().cloned());
        command.extend(["-cp".to_owned(), classes, "kafka.Kafka".to_owned()]);
        command.push(settings.display().to_string());
        Ok(Plan {
            name: Kind::Kafka.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address: format!("127.0.0.1:{port}"),
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}

fn properties(folder: &Path, port: u16, options: &Options) -> Result<String> {
    let controller = port::free()?;
    let data = folder.join("data").display().to_string();
    let listeners = format!("PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}");
    let protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT";
    let one = "1".to_owned();
    let ours = [
        ("process.roles", "broker,controller".to_owned()),
        ("node.id", one.clone()),
        (
            "controller.quorum.voters",
            format!("1@127.0.0.1:{controller}"),
        ),
        ("controller.listener.names", "CONTROLLER".to_owned()),
        ("listeners", listeners),
        (
            "advertised.listeners",
            format!("PLAINTEXT://127.0.0.1:{port}"),
        ),
        ("listener.security.protocol.map", protocols.to_owned()),
        ("log.dirs", data),
        ("offsets.topic.replication.factor", one.clone()),
        ("offsets.topic.num.partitions", "4".to_owned()),
        ("transaction.state.log.replication.factor", one.clone()),
        ("transaction.state.log.min.isr", one.clone()),
        ("transaction.state.log.num.partitions", "4".to_owned()),
        (
            "share.coordinator.state.topic.replication.factor",
            one.clone(),
        ),
        ("share.coordinator.state.topic.min.isr", one),
        ("auto.create.topics.enable", "false".to_owned()),
        ("group.initial.rebalance.delay.ms", "0".to_owned()),
        // Tests wait for compaction and for old segments to go: look often.
        ("log.cleaner.backoff.ms", "1000".to_owned()),
        ("log.retention.check.interval.ms", "1000".to_owned()),
        ("log.segment.delete.delay.ms", "1000".to_owned()),
        // The default of 128 MB would be a quarter of the heap.
        ("log.cleaner.dedupe.buffer.size", "16777216".to_owned()),
    ];
    let lines = options.merged(&ours);
    Ok(lines
        .iter()
        .map(|(key, value)| format!("{key}={value}\n"))
        .collect())
}

async fn format(java: &str, classes: &str, settings: &Path) -> Result<()> {
    let mut command = Command::new(java);
    command.args(["-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", classes]);
    command.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]);
    fetch::read(command.arg(settings))
        .await
        .context("format Kafka's storage")?;
    Ok(())
}
