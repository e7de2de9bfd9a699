//! Appending to the embedded log, beside bare SQLite inserting the same bytes in transactions of the same size.

use std::time::{Duration, Instant};

use anyhow::Result;
use kernel::{NewRecord, Processor as _};
use runtime::ports::Log;
use rusqlite::Connection;

use crate::{events, platform, report};

const RECORDS: usize = 200_000;

pub(crate) async fn run() -> Result<()> {
    let records: Vec<NewRecord> = (0..RECORDS).map(events::event).collect();
    for batch in [100, 1_000] {
        let folder = tempfile::tempdir()?;
        let (_, log, _) = platform::open(folder.path(), &[&events::Steps::SPEC]).await?;
        let started = Instant::now();
        for part in records.chunks(batch) {
            log.append(part.to_vec()).await?;
        }
        let ours = report::per_second(RECORDS, started.elapsed());
        log.close().await?;
        let limit = report::per_second(RECORDS, bare(&records, batch)?);
        report::rate(
            &format!("ingest, batches of {batch}, fsync each"),
            ours,
            limit,
        );
    }
    Ok(())
}

/// The same bytes into a bare table, one synced transaction a batch.
fn bare(records: &[NewRecord], batch: usize) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let connection = Connection::open(folder.path().join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE r (id INTEGER PRIMARY KEY, at INTEGER, key BLOB, headers BLOB, value BLOB);",
    )?;
    let headers = [7_u8; 64];
    let started = Instant::now();
    for part in records.chunks(batch) {
        connection.execute_batch("BEGIN")?;
        let mut insert = connection.prepare_cached("INSERT INTO r VALUES (NULL, ?, ?, ?, ?)")?;
        for record in part {
            insert.execute((
                1_i64,
                record.key.as_deref(),
                &headers[..],
                record.value.as_deref(),
            ))?;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(started.elapsed())
}
