//! One suite per port, run on every implementation: what the engine may rely on, and nothing more.
//!
//! A case takes the port as a trait object and panics where it is broken. Cases use names of their own, so that a
//! real server may be shared by all of them.

pub mod blobs;
pub mod bus;
pub mod log;
mod log_groups;
mod log_time;
pub mod store;
mod store_marks;
mod store_parts;
mod store_scan;
mod store_stamps;

use std::future::Future;
use std::io::Write as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A case being run.
pub type Run<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Nothing here takes this long: a case that does hangs.
const HANGS_AFTER: Duration = Duration::from_secs(30);

/// A name nobody else uses, even on a server that outlives this process.
pub(crate) fn unique(what: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let run = uuid::Uuid::now_v7().simple().to_string();
    format!("{what}-{}-{count}", &run[..13])
}

/// Says aloud, past the test harness, that a case proves nothing about this peer.
pub(crate) fn skipped(case: &str, why: &str) {
    let line = format!("skipped {case}: {why}\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr takes it");
}

/// Waits for what must happen soon.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS_AFTER, future)
        .await
        .unwrap_or_else(|_| panic!("{what} did not happen within {HANGS_AFTER:?}"))
}
