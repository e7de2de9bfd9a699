//! The suite of the port `Log` on the memory log and the SQLite log.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use runtime::embedded::{SqliteLog, SqliteLogOptions};
use runtime::ports::{Clock, Log, SystemClock};
use sim::conformance::log::{CASES, LogPeer};
use sim::memory::MemoryLog;

const DAY_MS: i64 = 24 * 3_600_000;

/// The system's time until a test sets it.
#[derive(Default)]
struct Hands(AtomicI64);

#[async_trait]
impl Clock for Hands {
    fn now_ms(&self) -> i64 {
        match self.0.load(Ordering::Relaxed) {
            0 => SystemClock.now_ms(),
            set => set,
        }
    }

    fn observe_tick(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::Relaxed);
    }

    async fn sleep_until(&self, at_ms: i64) {
        SystemClock.sleep_until(at_ms).await;
    }
}

struct Memory(MemoryLog, Arc<Hands>);

#[async_trait]
impl LogPeer for Memory {
    fn log(&self) -> &dyn Log {
        &self.0
    }

    async fn sweep(&self, now_ms: i64) -> bool {
        self.0.run_retention(now_ms, DAY_MS);
        true
    }

    fn set_clock(&self, now_ms: i64) -> bool {
        self.1.observe_tick(now_ms);
        true
    }
}

struct Sqlite(SqliteLog, Arc<Hands>);

#[async_trait]
impl LogPeer for Sqlite {
    fn log(&self) -> &dyn Log {
        &self.0
    }

    async fn sweep(&self, now_ms: i64) -> bool {
        self.0.run_retention(now_ms).await.expect("swept");
        true
    }

    fn set_clock(&self, now_ms: i64) -> bool {
        self.1.observe_tick(now_ms);
        true
    }
}

fn open(folder: &Path, options: SqliteLogOptions) -> Sqlite {
    let clock = Arc::<Hands>::default();
    let log = SqliteLog::open(folder.join("log.db"), options, clock.clone());
    Sqlite(log.expect("opened"), clock)
}

fn options() -> SqliteLogOptions {
    SqliteLogOptions {
        retention_interval: None,
        tombstone_delay: Duration::from_millis(DAY_MS as u64),
        compact_dirty_percent: 0,
        ..SqliteLogOptions::default()
    }
}

async fn run_all(peer: &dyn LogPeer) {
    for (name, case) in CASES {
        println!("{name}");
        case(peer).await;
    }
}

#[tokio::test]
async fn memory_log_keeps_the_contract() {
    let clock = Arc::<Hands>::default();
    run_all(&Memory(MemoryLog::new(clock.clone()), clock)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_log_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let peer = open(folder.path(), options());
    run_all(&peer).await;
    peer.0.close().await.expect("closed");
}

#[tokio::test]
async fn sqlite_log_without_memory_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = SqliteLogOptions {
        tail_bytes: 0,
        queue_bytes: 1,
        commit_bytes: 1,
        readers: 1,
        page_bytes: 4096,
        ..options()
    };
    run_all(&open(folder.path(), options)).await;
}
