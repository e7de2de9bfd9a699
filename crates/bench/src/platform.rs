//! The embedded platform in a temporary folder, with the topics of `topics.yaml` that its processors need.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use kernel::{ErasedProcessor, Spec};
use model::Topics;
use runtime::embedded::{
    FolderBlobs, MemoryBus, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::platform::Platform;
use runtime::ports::{BusLimits, Log, Retention, SystemClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};

/// Partitions of the load's topic on a broker, as in `topics.yaml`.
pub(crate) const PARTITIONS: u32 = 32;

/// Some of the platform's processors.
pub(crate) fn processors(names: &[&str]) -> Vec<Arc<dyn ErasedProcessor>> {
    let all = processors::all().into_iter();
    let wanted = all.filter(|processor| names.contains(&processor.spec().name));
    wanted.map(Arc::from).collect()
}

/// What they declare.
pub(crate) fn specs(processors: &[Arc<dyn ErasedProcessor>]) -> Vec<&'static Spec> {
    processors.iter().map(|p| p.spec()).collect()
}

/// Every topic that processors read or write.
fn topics(specs: &[&'static Spec]) -> BTreeSet<String> {
    let of = |spec: &&Spec| {
        let effects = spec.effects.iter().map(|kind| format!("effects.{kind}"));
        let emits = spec.emits.iter().map(|topic| (*topic).to_owned());
        let own = [spec.input.to_owned(), spec.dead_letters()];
        own.into_iter()
            .chain(emits)
            .chain(effects)
            .collect::<Vec<_>>()
    };
    specs.iter().flat_map(of).collect()
}

/// Opens it; topics are created where missing.
pub(crate) async fn open(
    folder: &Path,
    specs: &[&'static Spec],
) -> Result<(Platform, Arc<SqliteLog>, Arc<SqliteStore>)> {
    let clock = Arc::new(SystemClock);
    let log = SqliteLog::open(
        folder.join("log.db"),
        SqliteLogOptions::default(),
        clock.clone(),
    )?;
    let log = Arc::new(log);
    let store = SqliteStore::open(folder.join("store.db"), &SqliteStoreOptions::default())?;
    let store = Arc::new(store);
    for name in topics(specs) {
        let known = Topics::global().find(&name);
        log.ensure(&TopicSpec {
            partitions: known.map_or(1, |topic| topic.partitions),
            retention: Retention::FOREVER,
            name,
        })
        .await?;
    }
    let views = Views::new(store.clone());
    let progress = Arc::new(Progress::default());
    let waiter = Waiter::new(
        log.clone(),
        progress.clone(),
        views.clone(),
        Arc::from(specs),
    );
    let platform = Platform {
        blobs: Arc::new(FolderBlobs::open(folder.join("blobs"))?),
        log: log.clone(),
        store: store.clone(),
        bus: Arc::new(MemoryBus::new(BusLimits::default())),
        clock,
        views,
        progress,
        waiter,
    };
    Ok((platform, log, store))
}
