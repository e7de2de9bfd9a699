//! The platform over the ports in memory, for tests that need their faults.

use std::sync::Arc;

use kernel::Spec;
use runtime::embedded::{FolderBlobs, MemoryBus};
use runtime::platform::Platform;
use runtime::ports::{BusLimits, Log, Retention, SystemClock, TopicSpec};
use runtime::reading::{Progress, Views, Waiter};
use sim::memory::{MemoryLog, MemoryStore};

/// A log with these topics.
pub(crate) fn log(topics: &[&str], partitions: u32) -> MemoryLog {
    let log = MemoryLog::new(Arc::new(SystemClock));
    for name in topics {
        add_topic(&log, name, partitions);
    }
    log
}

pub(crate) fn add_topic(log: &MemoryLog, name: &str, partitions: u32) {
    log.ensure_now(&TopicSpec {
        name: name.into(),
        partitions,
        retention: Retention::FOREVER,
    })
    .expect("a topic can be made");
}

pub(crate) fn store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::default())
}

/// One process's side of it. The folder is for the blobs, which these tests do not use.
pub(crate) fn platform(
    log: &MemoryLog,
    store: &Arc<MemoryStore>,
    folder: &tempfile::TempDir,
    specs: &[&'static Spec],
) -> Platform {
    let log: Arc<dyn Log> = Arc::new(log.clone());
    let views = Views::new(store.clone());
    let progress = Arc::new(Progress::default());
    Platform {
        bus: Arc::new(MemoryBus::new(BusLimits::default())),
        store: store.clone(),
        blobs: Arc::new(FolderBlobs::open(folder.path()).expect("a folder")),
        clock: Arc::new(SystemClock),
        waiter: Waiter::new(
            log.clone(),
            progress.clone(),
            views.clone(),
            Arc::from(specs),
        ),
        log,
        views,
        progress,
    }
}
