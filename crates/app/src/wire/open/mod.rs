//! Opens the ports of the platform: on files of this machine, or on the engines of a cluster.

mod log;
mod patience;
mod registry;
mod store;

use std::sync::Arc;

use adapters::nats::{NatsBus, NatsOptions};
use adapters::s3::{S3Blobs, S3Options};
use anyhow::{Context, Result, anyhow, bail};
use kernel::Spec;
use model::Topics;
use runtime::embedded::{FolderBlobs, MemoryBus};
use runtime::platform::Platform;
use runtime::ports::{Blobs, Bus, BusLimits, Clock, Log, Store, SystemClock, TableName, TickClock};
use runtime::reading::{Progress, Views, Waiter, follow_marks};
use tokio::task::JoinSet;

pub(crate) use self::log::{Access, OpenLog};
pub(crate) use self::patience::patiently;
pub(crate) use self::registry::{Ids, of_verb as registry_ids};
pub(crate) use self::store::OpenStore;
use crate::config::{BlobsPlace, BusPlace, ClockSource, Cluster, Config};
use crate::topics_plan::{self, Action, difference};

/// The open ports.
pub(super) struct Parts {
    /// The ports, as every edge sees them.
    pub(super) platform: Platform,
    log: OpenLog,
    store: OpenStore,
}

impl Parts {
    /// Closes them: store first, since the log is the truth.
    pub(super) async fn close(self) -> Result<()> {
        self.store.close().await.context("closing the store")?;
        self.log.close().await.context("closing the log")
    }
}

/// Opens log, store, blobs and bus, and brings the topics in order. `specs` are the processors of this process.
///
/// # Errors
/// A port that does not open, or topics that are missing or differ and may not be changed.
pub(super) async fn open(
    config: &Config,
    specs: &[&'static Spec],
    create: bool,
    tasks: &mut JoinSet<()>,
) -> Result<Parts> {
    let clock: Arc<dyn Clock> = match config.platform.clock.source {
        ClockSource::System => Arc::new(SystemClock),
        ClockSource::Ticks => Arc::new(TickClock::default()),
    };
    let data = &config.platform.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("cannot create the data folder {}", data.display()))?;
    let log = OpenLog::with_clock(config, Access::Serve, Arc::clone(&clock));
    let log = log.map_err(|failure| failure.error)?;
    topics(&*log.log(), &config.platform.cluster, create)
        .await
        .with_context(|| format!("the log at {}", log.place()))?;
    let store = OpenStore::serve(config).await?;
    registry::serve(config, &*store.store()).await?;
    let blobs = blobs(config).await?;
    let bus = bus(config).await?;
    let views = match config.is_shared() {
        false => Views::new(store.store()),
        true => Views::shared(store.store()),
    };
    views
        .registry()
        .load()
        .await
        .context("reading the generations")?;
    let progress = Arc::new(Progress::default());
    let waiter = |specs: &[&'static Spec]| {
        Waiter::new(
            log.log(),
            Arc::clone(&progress),
            views.clone(),
            specs.into(),
        )
    };
    let waiter = match config.is_shared() {
        false => waiter(specs),
        // Any processor may run elsewhere.
        true => {
            let all: Vec<_> = processors::all().iter().map(|p| p.spec()).collect();
            read_models(&*store.store(), &views, &all, config).await?;
            tasks.spawn(follow_marks(
                store.store(),
                Arc::clone(&progress),
                config.platform.cluster.marks_interval.0,
            ));
            waiter(&all).with_others(store.store())
        }
    };
    let platform = Platform {
        log: log.log(),
        store: store.store(),
        blobs,
        bus,
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

/// Opens the blobs.
///
/// # Errors
/// A folder that cannot be made, a bucket that is not there or does not let us in.
pub(crate) async fn blobs(config: &Config) -> Result<Arc<dyn Blobs>> {
    Ok(match config.blobs_place()? {
        BlobsPlace::Folder(folder) => Arc::new(
            FolderBlobs::open(&folder)
                .with_context(|| format!("cannot open the blobs {}", folder.display()))?,
        ),
        BlobsPlace::S3(url) => {
            let blobs = S3Blobs::open(S3Options::of_url(&url)?)?;
            let wait = config.platform.cluster.connect_wait;
            patiently("blobs", wait, || blobs.check()).await?;
            Arc::new(blobs)
        }
    })
}

/// Opens the bus.
///
/// # Errors
/// A server that does not answer in time or does not let us in.
pub(crate) async fn bus(config: &Config) -> Result<Arc<dyn Bus>> {
    Ok(match config.bus_place()? {
        BusPlace::Memory => Arc::new(MemoryBus::new(BusLimits::default())),
        BusPlace::Nats(url) => {
            let options = NatsOptions::of_url(&url)?;
            let wait = config.platform.cluster.connect_wait;
            let bus = patiently("bus", wait, || NatsBus::connect(options.clone())).await;
            Arc::new(bus.with_context(|| format!("the bus at {}", options.place()))?)
        }
    })
}

/// Makes the tables of every read model that are missing: a process that only answers may be the first of all.
async fn read_models(
    store: &dyn Store,
    views: &Views,
    specs: &[&'static Spec],
    config: &Config,
) -> Result<()> {
    let of_one = |spec: &&'static Spec| {
        let generation = views.live(spec.name);
        let names = spec.stored();
        names.map(move |name| TableName { name, generation })
    };
    let tables: Vec<TableName> = specs.iter().flat_map(of_one).collect();
    let wait = config.platform.cluster.connect_wait;
    let made = patiently("store", wait, || store.create(&tables)).await;
    made.context("cannot make the tables of the read models")
}

/// Compares the log's topics with `topics.yaml`; makes them so if allowed.
async fn topics(log: &dyn Log, cluster: &Cluster, create: bool) -> Result<()> {
    let all: Vec<_> = processors::all().iter().map(|p| p.spec()).collect();
    let wanted = topics_plan::wanted(Topics::global(), &all, cluster.partitions_max);
    let there = patiently("log", cluster.connect_wait, || log.topics()).await;
    let difference = difference(&wanted, &there?);
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
