//! The embedded platform in a temporary folder, for tests of what runs on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kernel::Spec;
use runtime::embedded::{
    FolderBlobs, SqliteLog, SqliteLogOptions, SqliteStore, SqliteStoreOptions,
};
use runtime::platform::Platform;
use runtime::ports::{Log, Retention, SystemClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};

pub(crate) const PARTITIONS: u32 = 4;

/// Opens it; topics that are missing are made.
pub(crate) async fn open(
    folder: &Path,
    specs: &[&'static Spec],
    topics: &[&str],
) -> (Platform, Arc<SqliteLog>, Arc<SqliteStore>) {
    let clock = Arc::new(SystemClock);
    let log = SqliteLog::open(
        folder.join("log.db"),
        SqliteLogOptions::default(),
        clock.clone(),
    );
    let log = Arc::new(log.expect("the log opens"));
    let store = SqliteStore::open(folder.join("store.db"), &SqliteStoreOptions::default());
    let store = Arc::new(store.expect("the store opens"));
    for name in topics {
        let retention = Retention::FOREVER;
        let spec = TopicSpec {
            name: (*name).into(),
            partitions: PARTITIONS,
            retention,
        };
        log.ensure(&spec).await.expect("a topic can be made");
    }
    let views = Views::new(store.clone());
    let progress = Arc::new(Progress::default());
    let platform = Platform {
        bus: Arc::new(runtime::embedded::MemoryBus::new(
            runtime::ports::BusLimits::default(),
        )),
        log: log.clone(),
        store: store.clone(),
        blobs: Arc::new(FolderBlobs::open(folder.join("blobs")).expect("a folder")),
        clock,
        waiter: Waiter::new(
            log.clone(),
            progress.clone(),
            views.clone(),
            Arc::from(specs),
        ),
        views,
        progress,
    };
    (platform, log, store)
}

/// A wait that ends.
pub(crate) async fn bounded<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what)
        .await
        .expect("it does not hang")
}
