//! Opens the ports of the platform. Embedded only, so far.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use kernel::Spec;
use model::Topics;
use runtime::embedded::{
    FolderBlobs, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::platform::Platform;
use runtime::ports::{Clock, Log, Store, SystemClock, TickClock};
use runtime::reading::{Progress, Views, Waiter};

use crate::config::{ClockSource, Config};
use crate::topics_plan::{self, Action, difference};

/// The open ports.
pub(super) struct Parts {
    /// The ports, as every edge sees them.
    pub(super) platform: Platform,
    log: Arc<SqliteLog>,
    store: Arc<SqliteStore>,
}

impl Parts {
    /// Closes the files: store first, since the log is the truth.
    pub(super) async fn close(self) -> Result<()> {
        self.store.close().await.context("closing the store")?;
        self.log.close().await.context("closing the log")
    }
}

/// Opens log, store and blobs, and brings the topics in order.
///
/// # Errors
/// A port that does not open, or topics that are missing or differ and may not be changed.
pub(super) async fn open(config: &Config, specs: &[&'static Spec], create: bool) -> Result<Parts> {
    let files = config.embedded()?;
    let clock: Arc<dyn Clock> = match config.platform.clock.source {
        ClockSource::System => Arc::new(SystemClock),
        ClockSource::Ticks => Arc::new(TickClock::default()),
    };
    let log = SqliteLog::open(&files.log, SqliteLogOptions::default(), Arc::clone(&clock))
        .with_context(|| format!("cannot open the log {}", files.log.display()))?;
    let log = Arc::new(log);
    topics(&*log, create).await?;
    let store = SqliteStore::open(&files.store, &SqliteStoreOptions::default())
        .with_context(|| format!("cannot open the store {}", files.store.display()))?;
    let store = Arc::new(store);
    let blobs = FolderBlobs::open(&files.blobs)
        .with_context(|| format!("cannot open the blobs {}", files.blobs.display()))?;
    let views = Views::new(Arc::clone(&store) as Arc<dyn Store>);
    let progress = Arc::new(Progress::default());
    let waiter = Waiter::new(
        Arc::clone(&log) as Arc<dyn Log>,
        Arc::clone(&progress),
        views.clone(),
        specs.into(),
    );
    let platform = Platform {
        log: Arc::clone(&log) as Arc<dyn Log>,
        store: Arc::clone(&store) as Arc<dyn Store>,
        blobs: Arc::new(blobs),
        clock,
        views,
        progress,
        waiter,
    };
    Ok(Parts {
        platform,
        log,
        store,
    })
}

/// Compares the log's topics with `topics.yaml`; makes them so if allowed.
async fn topics(log: &dyn Log, create: bool) -> Result<()> {
    let all: Vec<_> = processors::all().iter().map(|p| p.spec()).collect();
    let wanted = topics_plan::wanted(Topics::global(), &all);
    let difference = difference(&wanted, &log.topics().await?);
    if let Some(change) = difference
        .changes
        .iter()
        .find(|c| c.action == Action::Refuse)
    {
        bail!("topic {}: {}", change.topic, change.detail);
    }
    if create {
        return topics_plan::apply(log, &wanted, &difference)
            .await
            .map_err(|e| anyhow!(e).context("cannot create the topics"));
    }
    if difference.changes.is_empty() {
        return Ok(());
    }
    let differing: Vec<String> = difference
        .changes
        .iter()
        .map(|c| format!("{} ({})", c.topic, c.detail))
        .collect();
    bail!(
        "topics are missing or differ: {}; `worldlog topics apply --yes` brings them in order",
        differing.join(", ")
    );
}
