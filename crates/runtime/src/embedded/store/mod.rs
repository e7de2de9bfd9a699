//! The embedded store of read models: one SQLite file, `store.db`, which the log can rebuild.
//!
//! Flushes go through one writing thread; short reads run where they are asked for, long ones on blocking threads.

mod hot;
mod port;
mod read;
mod tables;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use kernel::Stamp;
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

use self::hot::Hot;
use self::tables::Tables;
use self::writer::{Request, Writer};
use super::checkpoint::Wal;
use super::lock::FolderLock;
use super::queue::{Queue, queue};
use super::sqlite::{self, ReadPool, Sizes, Sync};
use crate::ports::{PortError, TableName};

/// Version of the file's format.
const FORMAT: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS marks (
    processor TEXT NOT NULL,
    generation INTEGER NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    last BLOB,
    PRIMARY KEY (processor, generation, topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pointers (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID;
";

/// Marks of older stores lack the id of the last record.
fn add_last(conn: &Connection) -> rusqlite::Result<()> {
    let known = conn
        .prepare("SELECT * FROM marks")?
        .column_index("last")
        .is_ok();
    match known {
        true => Ok(()),
        false => conn.execute_batch("ALTER TABLE marks ADD COLUMN last BLOB"),
    }
}

/// Tombstones removed in one transaction: flushes go in between.
const COLLECT_STEP: usize = 2000;

/// Sizes of a store.
#[derive(Clone, Debug)]
pub struct SqliteStoreOptions {
    /// Flushes that may wait for the disk; callers beyond that wait.
    pub queue_bytes: usize,
    /// One transaction takes about this much.
    pub commit_bytes: usize,
    /// Long reads at once, and connections kept.
    pub readers: usize,
    /// Page size of a new file.
    pub page_bytes: usize,
    /// Page cache of the writing connection.
    pub cache_bytes: usize,
    /// Page cache of each reading connection.
    pub read_cache_bytes: usize,
    /// Small partitions kept in memory as they were read last.
    pub hot_bytes: usize,
    /// The WAL is copied into the file when it has this size. Small: nothing of it is synced before, and while a long
    /// one is, the commits of the log beside it wait (at 32 MiB some 25 ms every second under load, at 4 MiB some 4).
    pub wal_bytes: usize,
    /// Whether a flush with another value under a stamp that is taken is refused, which costs a read: on in debug
    /// builds. Otherwise the row that is there stays.
    pub check_ties: bool,
}

impl Default for SqliteStoreOptions {
    fn default() -> Self {
        Self {
            queue_bytes: 128 << 20,
            commit_bytes: 16 << 20,
            readers: 4,
            page_bytes: 8 << 10,
            cache_bytes: 32 << 20,
            read_cache_bytes: 4 << 20,
            hot_bytes: 32 << 20,
            wal_bytes: 4 << 20,
            check_ties: cfg!(debug_assertions),
        }
    }
}

impl SqliteStoreOptions {
    fn sizes(&self) -> Sizes {
        Sizes {
            page_bytes: self.page_bytes,
            wal_bytes: self.wal_bytes,
            write_cache_bytes: self.cache_bytes,
            read_cache_bytes: self.read_cache_bytes,
            map_bytes: 4 << 30,
        }
    }
}

/// A store in one SQLite file.
///
/// A power cut may take back the last flushes, never part of one; nothing but a power cut does.
pub struct SqliteStore {
    file: PathBuf,
    tables: Arc<Tables>,
    hot: Arc<Hot>,
    pool: Arc<ReadPool>,
    /// `None`: read-only, another process writes.
    queue: Option<Arc<Queue<Request>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the store, creating the file and its folder.
    ///
    /// # Errors
    /// `Refused` when another process has the folder, or a newer version wrote the file.
    pub fn open(file: impl AsRef<Path>, options: &SqliteStoreOptions) -> Result<Self, PortError> {
        let file = file.as_ref();
        let lock = FolderLock::acquire(file)?;
        let sizes = options.sizes();
        let mut conn = sqlite::open_writer(file, &sizes, Sync::Checkpoints)?;
        sqlite::claim_format(&conn, file, FORMAT)?;
        conn.execute_batch(TABLES)
            .and_then(|()| add_last(&conn))
            .map_err(|e| sqlite::fault(&format!("create the tables of {}", file.display()), &e))?;
        let (queue, drain) = queue(options.queue_bytes, options.commit_bytes);
        let queue = Arc::new(queue);
        let tell = Arc::clone(&queue);
        let copied = move || {
            let _ = tell.push_now(Request::Task(Box::new(Writer::finish_checkpoint)));
        };
        let wal = Wal::watch(&mut conn, file, &sizes, Sync::Checkpoints, copied)?;
        let tables = Arc::new(Tables::default());
        let hot = Arc::new(Hot::new(options.hot_bytes));
        let writer = Writer {
            conn,
            file: file.to_owned(),
            tables: Arc::clone(&tables),
            hot: Arc::clone(&hot),
            drain,
            wal,
            lock,
            check_ties: options.check_ties,
            unsettled: false,
            stopping: false,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run())
            .map_err(|e| PortError::retry(format!("start the store's writing thread: {e}")))?;
        Ok(Self {
            file: file.to_owned(),
            tables,
            hot,
            pool: Arc::new(ReadPool::new(file, sizes, options.readers)),
            queue: Some(queue),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Opens the store only to read, while another process may be writing it.
    ///
    /// # Errors
    /// As opening the file fails; `Refused` when a newer version wrote it.
    pub fn open_read_only(file: impl AsRef<Path>) -> Result<Self, PortError> {
        let file = file.as_ref();
        let options = SqliteStoreOptions::default();
        let pool = Arc::new(ReadPool::new(file, options.sizes(), options.readers));
        pool.with(|conn| sqlite::check_format(conn, file, FORMAT))?;
        Ok(Self {
            file: file.to_owned(),
            tables: Arc::default(),
            // Another process writes: nothing may be kept.
            hot: Arc::new(Hot::new(0)),
            pool,
            queue: None,
            thread: Mutex::new(None),
        })
    }

    /// Removes deleted rows whose stamp is below `below`, for good: no write below it may come any more, or the row
    /// would be back. Heads are never removed. Says how many rows went.
    ///
    /// # Errors
    /// As the file's faults are; what was removed before stays removed.
    pub async fn collect_tombstones(
        &self,
        table: &TableName,
        below: Stamp,
    ) -> Result<u64, PortError> {
        let mut collected = 0;
        loop {
            let table = table.clone();
            let step = self
                .call(move |writer| {
                    writer.transaction(|conn, context| {
                        let statements = context.tables.of(&table)?;
                        conn.prepare_cached(&statements.collect)
                            .and_then(|mut collect| {
                                collect.execute(params![below.value(), COLLECT_STEP as i64])
                            })
                            .map_err(|e| context.fault(&e))
                    })
                })
                .await?;
            collected += step as u64;
            if step < COLLECT_STEP {
                return Ok(collected);
            }
        }
    }

    /// Finishes what was asked for and leaves one file without a WAL.
    ///
    /// # Errors
    /// `Refused` when it is closed already.
    pub async fn close(&self) -> Result<(), PortError> {
        if self.queue.is_none() {
            return Ok(());
        }
        self.call(|writer| {
            writer.close();
            Ok(())
        })
        .await?;
        let thread = self.take_thread();
        // The thread is past its last write; joining it only waits for files to be closed.
        match tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await {
            Ok(Some(Err(panic))) => std::panic::resume_unwind(panic),
            _ => Ok(()),
        }
    }

    /// Runs something on the writing thread, between two transactions.
    async fn call<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Writer) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(move |writer: &mut Writer| {
            let _ = reply.send(task(writer));
        });
        self.queue()?
            .push(Request::Task(task), 0)
            .await
            .map_err(|_| self.is_closed())?;
        answer.await.map_err(|_| self.is_closed())?
    }

    fn queue(&self) -> Result<&Arc<Queue<Request>>, PortError> {
        self.queue.as_ref().ok_or_else(|| {
            PortError::refused(format!("{} is open to read only", self.file.display()))
        })
    }

    fn is_closed(&self) -> PortError {
        PortError::refused(format!("{} is closed", self.file.display()))
    }

    fn take_thread(&self) -> Option<JoinHandle<()>> {
        self.thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        if let Some(thread) = self.take_thread() {
            if let Some(queue) = &self.queue {
                let _ = queue.push_now(Request::Task(Box::new(Writer::stop)));
            }
            // A writer that panicked has said so already.
            let _ = thread.join();
        }
    }
}
