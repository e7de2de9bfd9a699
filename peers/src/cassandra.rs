//! Apache Cassandra: one node. It stands in for ScyllaDB, which speaks the same protocol and which no package registry
//! has.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::fetch::{self, Artifact};
use crate::kind::{Kind, Options};
use crate::probe::Probe;
use crate::server::{Plan, Server};
use crate::{port, tools};

pub(crate) const PROBE: Probe = Probe::Cassandra;

/// What to fetch.
pub(crate) const ARTIFACT: Artifact = Artifact {
    name: "cassandra",
    version: "5.0.5",
    coordinates: &["org.apache.cassandra:cassandra-all:5.0.5"],
};

/// The agent that measures memtables; its version is the one that Cassandra 5.0.5 depends on.
const AGENT: &str = "jamm-0.4.0.jar";

/// What Cassandra 5 documents for Java 17.
const EXPORTS: [&str; 9] = [
    "java.base/jdk.internal.misc",
    "java.base/jdk.internal.ref",
    "java.base/java.lang.ref",
    "java.base/sun.nio.ch",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.rmi/sun.rmi.transport.tcp",
    "java.sql/java.sql",
];
const OPENS: [&str; 17] = [
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.module",
    "java.base/java.lang.reflect",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.util.jar",
    "java.base/sun.nio.ch",
    "java.rmi/sun.rmi.transport.tcp",
    "jdk.management/com.sun.management.internal",
];

const LOGBACK: &str = r#"<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
  <logger name="org.apache.cassandra.service" level="INFO"/>
</configuration>
"#;

/// Apache Cassandra.
#[derive(Clone, Copy, Debug)]
pub struct Cassandra;

impl Cassandra {
    /// Starts a node with its files in `folder`; data that are there already are used.
    ///
    /// # Errors
    /// When it can't be fetched, or doesn't answer in time: with the end of its log.
    pub async fn start(folder: impl AsRef<Path>, options: Options) -> Result<Server> {
        Server::start(Kind::Cassandra.plan(folder.as_ref(), &options).await?).await
    }

    pub(crate) async fn plan(folder: &Path, options: &Options) -> Result<Plan> {
        let jars = fetch::maven(&ARTIFACT).await?;
        let java = tools::java().await?;
        let port = options.port()?;
        fs::write(
            folder.join("cassandra.yaml"),
            settings(folder, port, options)?,
        )?;
        fs::write(folder.join("logback.xml"), LOGBACK)?;
        let mut command = vec![java];
        command.extend(["-Xms512m", "-Xmx1g", "-XX:+UseSerialGC", "-Xss512k"].map(str::to_owned));
        command.push(format!("-javaagent:{}", jars.join(AGENT).display()));
        for export in EXPORTS {
            command.push(format!("--add-exports={export}=ALL-UNNAMED"));
        }
        for open in OPENS {
            command.push(format!("--add-opens={open}=ALL-UNNAMED"));
        }
        command.extend(properties(folder));
        command.extend(options.arguments.iter().cloned());
        command.extend(["-cp".to_owned(), format!("{}/*", jars.display())]);
        command.push("org.apache.cassandra.service.CassandraDaemon".to_owned());
        Ok(Plan {
            name: Kind::Cassandra.name(),
            folder: folder.to_owned(),
            command,
            environment: Vec::new(),
            address: format!("127.0.0.1:{port}"),
            probe: PROBE,
            ready_within: options.ready_within(),
        })
    }
}

fn properties(folder: &Path) -> Vec<String> {
    let folder = folder.display();
    let mut all = vec![
        format!("-Dcassandra.config=file://{folder}/cassandra.yaml"),
        format!("-Dcassandra.storagedir={folder}"),
        format!("-Dcassandra.logdir={folder}"),
        format!("-Dlogback.configurationFile={folder}/logback.xml"),
    ];
    all.extend(
        [
            "-Dcassandra-foreground=yes",
            "-Djdk.attach.allowAttachSelf=true",
            "-Djava.net.preferIPv4Stack=true",
            // There is nobody to wait for.
            "-Dcassandra.skip_wait_for_gossip_to_settle=0",
            "-Dcassandra.ring_delay_ms=100",
            "-Dcassandra.initial_token=0",
            // A schema change otherwise flushes the schema's tables to disk, every time. The commit log has them: the
            // process may be killed; only a machine that loses power may lose them.
            "-Dcassandra.test.flush_local_schema_changes=false",
        ]
        .map(str::to_owned),
    );
    all
}

fn settings(folder: &Path, port: u16, options: &Options) -> Result<String> {
    let storage = port::free()?;
    let below = |name: &str| folder.join(name).display().to_string();
    let seeds = format!(
        "[{{class_name: org.apache.cassandra.locator.SimpleSeedProvider, parameters: [{{seeds: \"127.0.0.1:{storage}\"}}]}}]"
    );
    let text = str::to_owned;
    let ours = [
        ("cluster_name", text("peers")),
        ("num_tokens", text("1")),
        (
            "partitioner",
            text("org.apache.cassandra.dht.Murmur3Partitioner"),
        ),
        ("endpoint_snitch", text("SimpleSnitch")),
        ("auto_bootstrap", text("false")),
        ("seed_provider", seeds),
        ("listen_address", text("127.0.0.1")),
        ("rpc_address", text("127.0.0.1")),
        ("storage_port", storage.to_string()),
        ("native_transport_port", port.to_string()),
        ("commitlog_sync", text("periodic")),
        ("commitlog_sync_period", text("1000ms")),
        ("commitlog_segment_size", text("16MiB")),
        ("commitlog_total_space", text("512MiB")),
        ("commitlog_directory", below("commitlog")),
        ("data_file_directories", format!("[{}]", below("data"))),
        ("hints_directory", below("hints")),
        ("saved_caches_directory", below("saved_caches")),
        ("cdc_raw_directory", below("cdc_raw")),
        ("memtable_heap_space", text("128MiB")),
        ("memtable_offheap_space", text("128MiB")),
        ("auto_snapshot", text("false")),
        // Everything shares a few cores here: be late rather than fail.
        ("read_request_timeout", text("20000ms")),
        ("range_request_timeout", text("20000ms")),
        ("write_request_timeout", text("20000ms")),
        ("cas_contention_timeout", text("10000ms")),
        ("truncate_request_timeout", text("60000ms")),
        ("request_timeout", text("20000ms")),
    ];
    let lines = options.merged(&ours);
    Ok(lines
        .iter()
        .map(|(key, value)| format!("{key}: {value}\n"))
        .collect())
}
