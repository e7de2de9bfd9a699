//! Rebuilding a projector from the log, beside bare SQLite reading the same records and writing the same rows.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use kernel::{ErasedProcessor, Processor};
use runtime::engine::{Engine, Settings};
use runtime::ports::Log;
use rusqlite::Connection;

use crate::events::{self, Steps, USERS};
use crate::{platform, report};

const RECORDS: usize = 1_000_000;

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let specs = [&Steps::SPEC];
    let (_, log, store) = platform::open(folder.path(), &specs).await?;
    for first in (0..RECORDS).step_by(1_000) {
        log.append((first..first + 1_000).map(events::event).collect())
            .await?;
    }
    log.close().await?;
    store.close().await?;
    drop((log, store));
    // A new process would find a cold cache; a new platform at least finds an empty tail.
    let (platform, log, store) = platform::open(folder.path(), &specs).await?;
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Steps)];
    let started = Instant::now();
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let time = started.elapsed();
    engine.stop().await;
    log.close().await?;
    store.close().await?;
    let limit = bare(folder.path())?;
    report::rate(
        "rebuild of a projector, 1 M events, 50 k users",
        report::per_second(RECORDS, time),
        report::per_second(RECORDS, limit),
    );
    Ok(())
}

/// Reads every record and upserts one row a user, no decoding, no order, no heads.
fn bare(folder: &Path) -> Result<Duration> {
    let log = Connection::open(folder.join("log.db"))?;
    let store = Connection::open(folder.join("bare-store.db"))?;
    store.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE t (pk BLOB, ck BLOB, doc BLOB, head BLOB, stamp INTEGER, PRIMARY KEY (pk, ck)) WITHOUT ROWID;",
    )?;
    let started = Instant::now();
    let mut rows = 0_usize;
    let mut select = log.prepare("SELECT key, headers, value FROM records")?;
    let mut cursor = select.query([])?;
    while let Some(row) = cursor.next()? {
        rows += row.get_ref(2)?.as_blob()?.len().min(1);
    }
    anyhow::ensure!(rows == RECORDS, "read {rows} records");
    store.execute_batch("BEGIN")?;
    for user in 0..USERS {
        let key = format!("0x{user:040x}");
        store
            .prepare_cached("INSERT INTO t VALUES (?, x'', ?, ?, ?)")?
            .execute((key.as_bytes(), &[1_u8; 48][..], &[2_u8; 60][..], 1_i64))?;
    }
    store.execute_batch("COMMIT")?;
    Ok(started.elapsed())
}
