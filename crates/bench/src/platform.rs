//! The embedded platform in a temporary folder, with the topics of `topics.yaml` that a part needs.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use kernel::Spec;
use runtime::embedded::{
    FolderBlobs, MemoryBus, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::platform::Platform;
use runtime::ports::{BusLimits, Log, Retention, SystemClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};

/// Partitions of a keyed topic, as in `topics.yaml`.
pub(crate) const PARTITIONS: u32 = 32;

/// Opens it; `topics` are created where missing.
pub(crate) async fn open(
    folder: &Path,
    specs: &[&'static Spec],
    topics: &[&str],
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
    for name in topics {
        let retention = Retention::FOREVER;
        let name = (*name).to_owned();
        log.ensure(&TopicSpec {
            name,
            partitions: PARTITIONS,
            retention,
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
