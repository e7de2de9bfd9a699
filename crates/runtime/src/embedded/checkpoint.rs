//! Moves the WAL into its file: a thread copies beside the writer, so that a commit never waits for megabytes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::sqlite::{BUSY_WAIT, Sizes, Sync, fault, open_writer};
use crate::ports::PortError;

/// The WAL may become this many times longer than wanted before the writer waits for the copy.
const PATIENCE: u64 = 4;

/// The writer's view of its file's WAL. Dropping it ends the thread that copies.
pub(super) struct Wal {
    /// Pages in the WAL after the last commit, told by SQLite.
    pages: Arc<AtomicU64>,
    pages_max: u64,
    copying: bool,
    poke: Option<SyncSender<()>>,
    done: Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Wal {
    /// Watches the WAL of `conn`, which has `file` open, and starts the thread. `copied` is called after each copy;
    /// the writer must then call [`Wal::finish`].
    pub(super) fn watch(
        conn: &mut Connection,
        file: &Path,
        sizes: &Sizes,
        sync: Sync,
        copied: impl Fn() + Send + 'static,
    ) -> Result<Self, PortError> {
        let pages = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&pages);
        conn.wal_hook(Some(move |_: &mut _, pages: i32| {
            told.store(u64::from(pages.unsigned_abs()), Ordering::Relaxed);
            Ok(())
        }))
        .map_err(|e| fault(&format!("watch the wal of {}", file.display()), &e))?;
        let copier = open_writer(file, sizes, sync)?;
        let (poke, pokes) = sync_channel(1);
        let (tell_done, done) = sync_channel(1);
        let copied = move || {
            let _ = tell_done.try_send(());
            copied();
        };
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".into())
            .spawn(move || copy_when_poked(&copier, &pokes, copied))
            .map_err(|e| PortError::retry(format!("start the checkpoint thread: {e}")))?;
        Ok(Self {
            pages,
            pages_max: (sizes.wal_bytes / sizes.page_bytes.max(512)) as u64,
            copying: false,
            poke: Some(poke),
            done,
            thread: Some(thread),
        })
    }

    /// A transaction was committed: has the WAL copied if it is long, and waits for that if it is far too long.
    pub(super) fn committed(&mut self, conn: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.pages_max {
            return;
        }
        if !self.copying {
            self.copying = true;
            // Of a copy that was not waited for.
            let _ = self.done.try_recv();
            if let Some(poke) = &self.poke {
                let _ = poke.try_send(());
            }
        } else if pages >= self.pages_max * PATIENCE && self.done.recv().is_ok() {
            self.finish(conn);
        }
    }

    /// The thread has copied what there was: copies the little that came since, so that SQLite starts the WAL over.
    pub(super) fn finish(&mut self, conn: &Connection) {
        checkpoint(conn, "PASSIVE");
        self.copying = false;
    }

    /// Leaves an empty WAL, unless someone reads it.
    pub(super) fn empty(&mut self, conn: &Connection) {
        // Readers are not waited for: the next quiet moment comes.
        let _ = conn.busy_timeout(Duration::ZERO);
        if !checkpoint(conn, "TRUNCATE") {
            tracing::debug!(file = conn.path(), "readers hold the wal, left as it is");
        }
        let _ = conn.busy_timeout(BUSY_WAIT);
    }
}

impl Wal {
    /// Ends the thread that copies, then leaves an empty WAL: while it copies, nobody else may.
    pub(super) fn close(&mut self, conn: &Connection) {
        self.end();
        self.empty(conn);
    }

    fn end(&mut self) {
        self.poke = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Wal {
    fn drop(&mut self) {
        self.end();
    }
}

fn copy_when_poked(conn: &Connection, pokes: &Receiver<()>, copied: impl Fn()) {
    while pokes.recv().is_ok() {
        checkpoint(conn, "PASSIVE");
        copied();
    }
}

/// One checkpoint; says whether all of the WAL is in the file now. Never an error: what is not copied now is copied
/// later, and a disk that is full or broken is told by the next commit.
fn checkpoint(conn: &Connection, kind: &str) -> bool {
    let result = conn.query_row(&format!("PRAGMA wal_checkpoint({kind})"), [], |row| {
        Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match result {
        Ok((frames, copied)) => frames == copied,
        Err(error) => {
            tracing::warn!(%error, kind, "wal checkpoint failed, will be tried again");
            false
        }
    }
}
