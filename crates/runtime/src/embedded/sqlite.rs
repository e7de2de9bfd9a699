//! What the two SQLite files share: how a connection is opened, the format version, how a fault is told.
//!
//! Knows nothing of records or rows.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use tokio::sync::Semaphore;

use crate::ports::PortError;

/// How long a connection waits for another process (a CLI that recovers the WAL, say).
pub(super) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// When a commit counts as durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sync {
    /// When it returns (the log).
    EveryCommit,
    /// At the next checkpoint (the store, which the log can rebuild).
    Checkpoints,
}

impl Sync {
    pub(super) fn pragma(self) -> &'static str {
        match self {
            Self::EveryCommit => "PRAGMA synchronous=FULL",
            Self::Checkpoints => "PRAGMA synchronous=NORMAL",
        }
    }
}

/// Sizes of one file's connections.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// Page size of a new file.
    pub(super) page_bytes: usize,
    /// Length of the WAL from which it is copied into the file.
    pub(super) wal_bytes: usize,
    /// Page cache of the one connection that writes.
    pub(super) write_cache_bytes: usize,
    /// Page cache of each connection that reads.
    pub(super) read_cache_bytes: usize,
    /// How much of the file readers may map instead of copying.
    pub(super) map_bytes: usize,
}

/// Opens the connection that writes, creating the file.
pub(super) fn open_writer(file: &Path, sizes: &Sizes, sync: Sync) -> Result<Connection, PortError> {
    let open = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(file, flags)?;
        conn.busy_timeout(BUSY_WAIT)?;
        // The page size only takes while the file is new, before it turns to WAL.
        conn.pragma_update(None, "page_size", sizes.page_bytes as i64)?;
        conn.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
        conn.execute_batch(sync.pragma())?;
        conn.pragma_update(None, "cache_size", cache_kib(sizes.write_cache_bytes))?;
        conn.query_row("PRAGMA wal_autocheckpoint=0", [], |_| Ok(()))?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        keep_plans(&conn)?;
        conn.set_prepared_statement_cache_capacity(256);
        Ok(conn)
    };
    open().map_err(|e| fault(&format!("open {}", file.display()), &e))
}

/// Opens a connection that can only read. Works beside a writer in another process.
pub(super) fn open_reader(file: &Path, sizes: &Sizes) -> Result<Connection, PortError> {
    let open = |access: OpenFlags| -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        conn.busy_timeout(BUSY_WAIT)?;
        conn.pragma_update(None, "query_only", true)?;
        conn.pragma_update(None, "cache_size", cache_kib(sizes.read_cache_bytes))?;
        conn.query_row(&format!("PRAGMA mmap_size={}", sizes.map_bytes), [], |_| {
            Ok(())
        })?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        keep_plans(&conn)?;
        conn.set_prepared_statement_cache_capacity(256);
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(conn)
    };
    // A file left by a crash needs its WAL index rebuilt, which a read-only handle cannot do.
    open(OpenFlags::SQLITE_OPEN_READ_WRITE)
        .or_else(|_| open(OpenFlags::SQLITE_OPEN_READ_ONLY))
        .map_err(|e| fault(&format!("open {} to read", file.display()), &e))
}

fn cache_kib(bytes: usize) -> i64 {
    // Negative means KiB instead of pages.
    -i64::try_from(bytes / 1024).unwrap_or(i64::MAX)
}

/// Writes the format version into a new file, or checks the one that is there.
pub(super) fn claim_format(conn: &Connection, file: &Path, ours: i64) -> Result<(), PortError> {
    let what = || format!("read the format of {}", file.display());
    conn.execute_batch(
        "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    )
    .map_err(|e| fault(&what(), &e))?;
    conn.execute(
        "INSERT OR IGNORE INTO meta (name, value) VALUES ('format', ?1)",
        params![ours],
    )
    .map_err(|e| fault(&what(), &e))?;
    check_format(conn, file, ours)
}

/// Refuses a file that a newer version wrote, or that is not ours.
pub(super) fn check_format(conn: &Connection, file: &Path, ours: i64) -> Result<(), PortError> {
    let found: Option<i64> = conn
        .query_row("SELECT value FROM meta WHERE name = 'format'", [], |row| {
            row.get(0)
        })
        .optional()
        .map_err(|e| fault(&format!("read the format of {}", file.display()), &e))?;
    match found {
        Some(found) if found == ours => Ok(()),
        Some(found) if found > ours => Err(PortError::refused(format!(
            "{} has format {found}, this version knows {ours}: start a newer version",
            file.display()
        ))),
        Some(found) => Err(PortError::refused(format!(
            "{} has format {found}, too old for this version, which knows {ours}",
            file.display()
        ))),
        None => Err(PortError::refused(format!(
            "{} does not say its format: not a file of worldlog",
            file.display()
        ))),
    }
}

/// SQLite would otherwise plan a statement anew whenever a bound parameter could change the plan: a parse for each read
/// of a range. There is one plan for all of ours.
fn keep_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map(|_| ())
}

/// Sorts a SQLite error by what the caller should do.
pub(super) fn fault(what: &str, error: &rusqlite::Error) -> PortError {
    let text = format!("{what}: {error}");
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => PortError::retry(format!("{what}: the disk is full")),
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::CannotOpen
            | ErrorCode::SchemaChanged,
        ) => PortError::retry(text),
        _ => PortError::refused(text),
    }
}

/// Connections that read, opened when they are needed and kept.
pub(super) struct ReadPool {
    file: PathBuf,
    sizes: Sizes,
    idle: Mutex<Vec<Connection>>,
    idle_max: usize,
    blocking: Arc<Semaphore>,
}

impl ReadPool {
    /// A pool that keeps at most `size` connections and runs at most as many blocking reads at once.
    pub(super) fn new(file: &Path, sizes: Sizes, size: usize) -> Self {
        let size = size.max(1);
        Self {
            file: file.to_owned(),
            sizes,
            idle: Mutex::new(Vec::new()),
            idle_max: size,
            blocking: Arc::new(Semaphore::new(size)),
        }
    }

    /// Runs a short read on the calling thread.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let pooled = self.lock().pop();
        let conn = match pooled {
            Some(conn) => conn,
            None => open_reader(&self.file, &self.sizes)?,
        };
        let result = read(&conn);
        // One that could not leave its moment would read the past for ever.
        let fresh = conn.is_autocommit();
        let mut idle = self.lock();
        if fresh && idle.len() < self.idle_max {
            idle.push(conn);
        }
        result
    }

    /// Runs a long read on a blocking thread.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let permit = Arc::clone(&self.blocking).acquire_owned().await;
        let pool = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            pool.with(read)
        });
        match read.await {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(PortError::retry(format!(
                "read {}: shutting down",
                self.file.display()
            ))),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle
            .lock()
            .expect("no code that can panic runs under the pool's lock")
    }
}
