//! The embedded log: topics, partitions and records in one SQLite file, `log.db`, which is the truth.
//!
//! Appends go through one writing thread and return when they are on disk. Readers that keep up are served from
//! memory; the others read the file. It must not know what records mean.

mod catalogue;
mod port;
mod producers;
mod progress;
mod read;
mod reader;
mod recovery;
mod restore;
mod retention;
mod schema;
mod tail;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::catalogue::Catalogue;
use self::progress::Progress;
use self::tail::TailBudget;
use self::writer::{Request, State, Writer};
use super::checkpoint::Wal;
use super::groups::Coordinator;
use super::lock::FolderLock;
use super::queue::{Drain, Queue, queue};
use super::sqlite::{self, ReadPool, Sizes, Sync};
use crate::ports::{Clock, PortError};

pub use self::retention::Swept;

/// Sizes and times of a log.
#[derive(Clone, Debug)]
pub struct SqliteLogOptions {
    /// Newest records kept in memory, all partitions together.
    pub tail_bytes: usize,
    /// Records that may wait for the disk; callers beyond that wait.
    pub queue_bytes: usize,
    /// One transaction takes about this much.
    pub commit_bytes: usize,
    /// Largest record taken.
    pub record_bytes_max: usize,
    /// Reads of the file at once.
    pub readers: usize,
    /// Page size of a new file.
    pub page_bytes: usize,
    /// Page cache of the writing connection.
    pub cache_bytes: usize,
    /// The WAL is copied into the file when it has this size.
    pub wal_bytes: usize,
    /// How often retention is looked after; `None` only when asked to.
    pub retention_interval: Option<Duration>,
    /// How long a tombstone of a compacted topic stays.
    pub tombstone_delay: Duration,
    /// A partition is compacted when this much of it (percent of its offsets) is new since the last time.
    pub compact_dirty_percent: u32,
}

impl Default for SqliteLogOptions {
    fn default() -> Self {
        Self {
            tail_bytes: 32 << 20,
            queue_bytes: 32 << 20,
            commit_bytes: 4 << 20,
            record_bytes_max: 16 << 20,
            readers: 4,
            page_bytes: 8 << 10,
            cache_bytes: 16 << 20,
            wal_bytes: 16 << 20,
            retention_interval: Some(Duration::from_secs(300)),
            tombstone_delay: Duration::from_secs(24 * 3600),
            compact_dirty_percent: 30,
        }
    }
}

impl SqliteLogOptions {
    fn sizes(&self) -> Sizes {
        Sizes {
            page_bytes: self.page_bytes,
            wal_bytes: self.wal_bytes,
            write_cache_bytes: self.cache_bytes,
            read_cache_bytes: 2 << 20,
            map_bytes: 1 << 30,
        }
    }
}

/// A log in one SQLite file.
///
/// Dropping it without [`SqliteLog::close`] loses nothing that was acknowledged.
pub struct SqliteLog {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What readers, memberships and the janitor share with the log.
struct Inner {
    file: PathBuf,
    identity: Uuid,
    options: SqliteLogOptions,
    catalogue: Arc<Catalogue>,
    progress: Arc<Progress>,
    coordinator: Arc<Coordinator>,
    pool: Arc<ReadPool>,
    /// `None`: read-only, another process writes.
    queue: Option<Arc<Queue<Request>>>,
    closed: CancellationToken,
}

impl SqliteLog {
    /// Opens the log to append and read, creating the file and its folder. Within a tokio runtime it also starts
    /// looking after retention, by `clock`.
    ///
    /// # Errors
    /// `Refused` when another process has the folder, or a newer version wrote the file.
    pub fn open(
        file: impl AsRef<Path>,
        options: SqliteLogOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, PortError> {
        let file = file.as_ref();
        let lock = FolderLock::acquire(file)?;
        let conn = sqlite::open_writer(file, &options.sizes(), Sync::EveryCommit)?;
        let identity = schema::prepare(&conn, file)?;
        let load = |e: rusqlite::Error| sqlite::fault(&format!("load {}", file.display()), &e);
        let catalogue = Arc::new(Catalogue::default());
        schema::load_topics(&conn, &catalogue).map_err(load)?;
        let producers = schema::load_producers(&conn).map_err(load)?;
        let progress = Arc::new(Progress::new(schema::load_committed(&conn).map_err(load)?));
        let (queue, drain) = queue(options.queue_bytes, options.commit_bytes);
        let queue = Arc::new(queue);
        let inner = Arc::new(Inner {
            file: file.to_owned(),
            identity,
            catalogue,
            progress,
            coordinator: Arc::default(),
            pool: Arc::new(ReadPool::new(file, options.sizes(), options.readers)),
            queue: Some(Arc::clone(&queue)),
            closed: CancellationToken::new(),
            options,
        });
        let parts = Parts {
            conn,
            drain,
            producers,
            lock,
            clock: Arc::clone(&clock),
        };
        let thread = start_writer(&inner, &queue, parts)?;
        retention::start_janitor(&inner, clock);
        Ok(Self {
            inner,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Opens the log only to read, while another process may be writing it. Waiting looks at the file 20 times a
    /// second; joining groups and appending are refused.
    ///
    /// # Errors
    /// As opening the file fails; `Refused` when a newer version wrote it.
    pub fn open_read_only(file: impl AsRef<Path>) -> Result<Self, PortError> {
        let file = file.as_ref();
        let options = SqliteLogOptions::default();
        let pool = Arc::new(ReadPool::new(file, options.sizes(), options.readers));
        let catalogue = Arc::new(Catalogue::default());
        let identity = pool.with(|conn| {
            sqlite::check_format(conn, file, schema::FORMAT)?;
            schema::load_topics(conn, &catalogue)
                .and_then(|()| schema::identity(conn))
                .map_err(|e| sqlite::fault(&format!("load {}", file.display()), &e))
        })?;
        let inner = Arc::new(Inner {
            file: file.to_owned(),
            identity,
            options,
            catalogue,
            progress: Arc::default(),
            coordinator: Arc::default(),
            pool,
            queue: None,
            closed: CancellationToken::new(),
        });
        Ok(Self {
            inner,
            thread: Mutex::new(None),
        })
    }

    /// The log's identity: another one means another history.
    pub fn identity(&self) -> Uuid {
        self.inner.identity
    }

    /// A topic's identity; `None` if it does not exist.
    pub fn topic_identity(&self, topic: &str) -> Option<Uuid> {
        self.inner.catalogue.find(topic).map(|t| t.identity)
    }

    /// Deletes and compacts as the topics' retention says, as of `now_ms`.
    ///
    /// # Errors
    /// As the file's faults are; what was deleted before stays deleted.
    pub async fn run_retention(&self, now_ms: i64) -> Result<Swept, PortError> {
        retention::run(&self.inner, now_ms).await
    }

    /// Moves every partition of every group to another member: chaos and tests.
    pub fn rebalance_groups(&self) {
        self.inner.coordinator.rebalance();
    }

    /// Finishes what was asked for, ends all groups and leaves one file without a WAL.
    ///
    /// # Errors
    /// `Refused` when it is closed already.
    pub async fn close(&self) -> Result<(), PortError> {
        self.inner.coordinator.close();
        self.inner.closed.cancel();
        if self.inner.queue.is_none() {
            return Ok(());
        }
        self.inner
            .call(|writer| {
                writer.close();
                Ok(())
            })
            .await?;
        let thread = self.take_thread();
        // The thread is past its last write; joining it only waits for files to be closed.
        let joined = tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await;
        match joined {
            Ok(Some(Err(panic))) => std::panic::resume_unwind(panic),
            _ => Ok(()),
        }
    }

    fn take_thread(&self) -> Option<JoinHandle<()>> {
        self.thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for SqliteLog {
    fn drop(&mut self) {
        self.inner.coordinator.close();
        self.inner.closed.cancel();
        if let Some(thread) = self.take_thread() {
            if let Some(queue) = &self.inner.queue {
                let _ = queue.push_now(Request::Task(Box::new(Writer::stop)));
            }
            // A writer that panicked has said so already.
            let _ = thread.join();
        }
    }
}

impl Inner {
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
}

/// What the writing thread gets that nobody else needs.
struct Parts {
    conn: rusqlite::Connection,
    drain: Drain<Request>,
    producers: producers::Producers,
    lock: FolderLock,
    clock: Arc<dyn Clock>,
}

fn start_writer(
    inner: &Arc<Inner>,
    queue: &Arc<Queue<Request>>,
    parts: Parts,
) -> Result<JoinHandle<()>, PortError> {
    let Parts {
        mut conn,
        drain,
        producers,
        lock,
        clock,
    } = parts;
    let tell = Arc::clone(queue);
    let copied = move || {
        let _ = tell.push_now(Request::Task(Box::new(Writer::finish_checkpoint)));
    };
    let sizes = inner.options.sizes();
    let wal = Wal::watch(&mut conn, &inner.file, &sizes, Sync::EveryCommit, copied)?;
    let writer = Writer {
        conn,
        file: inner.file.clone(),
        catalogue: Arc::clone(&inner.catalogue),
        drain,
        clock,
        producers,
        progress: Arc::clone(&inner.progress),
        tails: TailBudget::new(inner.options.tail_bytes),
        wal,
        lock,
        state: State::default(),
    };
    std::thread::Builder::new()
        .name("log-writer".into())
        .spawn(move || writer.run())
        .map_err(|e| PortError::retry(format!("start the log's writing thread: {e}")))
}
