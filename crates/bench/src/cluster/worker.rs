//! The jobs of ours, each in a process of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adapters::cql::{CqlOptions, CqlStore};
use adapters::kafka::{KafkaLog, KafkaOptions};
use anyhow::{Context, Result, bail};
use kernel::{ErasedProcessor, Processor};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use runtime::embedded::{FolderBlobs, MemoryBus, SqliteStore, SqliteStoreOptions};
use runtime::engine::{Engine, Settings};
use runtime::platform::Platform;
use runtime::ports::{BusLimits, Log, Store, SystemClock};
use runtime::reading::{Progress, Views, Waiter};
use serde_json::json;

use super::bare;
use crate::events::Steps;
use crate::{latency, report};

/// How long Kafka and Cassandra have the load of `latency` before times count.
const WARMING: Duration = Duration::from_secs(60);

/// Does one job: `JOB BROKERS EVENTS …`; prints what it did as a line of JSON.
///
/// # Errors
/// As the job's are.
pub(crate) async fn work(arguments: &[String]) -> Result<()> {
    let [job, brokers, events, rest @ ..] = arguments else {
        bail!("want JOB BROKERS EVENTS …");
    };
    let events: usize = events.parse().context("EVENTS")?;
    let first = || rest.first().cloned().context("one argument more");
    let said = match job.as_str() {
        "consume" => {
            let brokers = brokers.clone();
            let seconds = tokio::task::spawn_blocking(move || bare::consume(&brokers, events));
            json!({"records": events, "seconds": seconds.await??})
        }
        "write" => {
            let rows: usize = rest.get(1).context("ROWS")?.parse()?;
            let seconds = bare::write(&first()?, rows).await?;
            json!({"records": rows, "rows": rows, "seconds": seconds})
        }
        "sqlite" => {
            let folder = first()?;
            std::fs::create_dir_all(&folder)?;
            let file = Path::new(&folder).join("store.db");
            let store = SqliteStore::open(file, &SqliteStoreOptions::default())?;
            replay(brokers, events, Arc::new(store)).await?
        }
        "cql" => {
            let store = cql(&first()?, "replay").await?;
            replay(brokers, events, store).await?
        }
        "latency" => {
            let platform = platform(brokers, cql(&first()?, "latency").await?)?;
            let times = latency::times(&platform, WARMING).await?;
            let line = report::percentiles_text(times);
            json!({"records": 0, "seconds": 0.0, "line": line})
        }
        other => bail!("no job {other:?}"),
    };
    println!("{said}");
    Ok(())
}

async fn cql(contact: &str, keyspace: &str) -> Result<Arc<dyn Store>> {
    let contacts = [contact.to_owned()];
    let store = CqlStore::connect(&contacts, keyspace, CqlOptions::default()).await?;
    Ok(Arc::new(store))
}

fn platform(brokers: &str, store: Arc<dyn Store>) -> Result<Platform> {
    let clock = Arc::new(SystemClock);
    let log = KafkaLog::connect(brokers, KafkaOptions::default(), clock.clone())?;
    let log: Arc<dyn Log> = Arc::new(log);
    let views = Views::new(Arc::clone(&store));
    let progress = Arc::new(Progress::default());
    let specs: Arc<[_]> = Arc::from([&Steps::SPEC]);
    let waiter = Waiter::new(
        Arc::clone(&log),
        Arc::clone(&progress),
        views.clone(),
        specs,
    );
    Ok(Platform {
        blobs: Arc::new(FolderBlobs::open(
            std::env::temp_dir().join("worldlog-bench"),
        )?),
        bus: Arc::new(MemoryBus::new(BusLimits::default())),
        log,
        store,
        clock,
        views,
        progress,
        waiter,
    })
}

/// Rebuilds the projector from the beginning of the topic.
async fn replay(brokers: &str, events: usize, store: Arc<dyn Store>) -> Result<serde_json::Value> {
    let metrics = PrometheusBuilder::new().install_recorder()?;
    let platform = platform(brokers, store)?;
    // Joining the group takes its time once, not for each event; it is counted all the same.
    let started = Instant::now();
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Steps)];
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let seconds = started.elapsed().as_secs_f64();
    engine.stop().await;
    let (applied, rows) = (
        count(&metrics, "processor_events_total"),
        count(&metrics, "store_rows_total"),
    );
    anyhow::ensure!(
        applied == events as u64,
        "{applied} of {events} events applied"
    );
    Ok(json!({"records": events, "seconds": seconds, "rows": rows}))
}

/// The sum of a counter's series.
fn count(metrics: &PrometheusHandle, name: &str) -> u64 {
    let text = metrics.render();
    let values = text.lines().filter(|line| line.starts_with(name));
    let values = values.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok());
    values.sum()
}
