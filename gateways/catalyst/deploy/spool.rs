//! Files of a deployment on disk until it is checked; nothing of a refused one stays, nor of a process that was killed.
//!
//! Each process has a folder of its own, and holds a lock on a file beside it for as long as it lives: by that a folder
//! whose process is gone is told from one that is in use, also by a process of another container.

use std::collections::BTreeMap;
use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use identity::hash::{ContentHash, Verifier};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::OnceCell;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

const CHUNK_BYTES: usize = 64 * 1024;
/// What the names of the folders begin with.
const PREFIX: &str = "worldlog-deploy-";
/// What is added to a folder's name for its lock.
const LOCK: &str = "lock";

/// A received file.
#[derive(Debug)]
pub(super) struct Spooled {
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

impl Spooled {
    /// Its bytes.
    pub(super) async fn stream(&self) -> io::Result<BoxStream<'static, Result<Bytes, io::Error>>> {
        let file = File::open(&self.path).await?;
        Ok(ReaderStream::with_capacity(file, CHUNK_BYTES).boxed())
    }
}

/// Where this process keeps what it receives; made with the first deployment.
pub(super) struct Spools {
    parent: PathBuf,
    own: OnceCell<Own>,
}

/// The folder of this process.
struct Own {
    folder: PathBuf,
    lock: PathBuf,
    _held: std::fs::File,
}

impl Spools {
    /// Folders in `parent`; unset: in the system's temporary folder.
    pub(super) fn new(parent: Option<&Path>) -> Self {
        Self {
            parent: parent_of(parent),
            own: OnceCell::new(),
        }
    }

    /// A folder for one deployment.
    pub(super) async fn begin(&self) -> io::Result<Spool> {
        let own = self.own.get_or_try_init(|| Own::create(&self.parent));
        let folder = own.await?.folder.join(Uuid::now_v7().simple().to_string());
        tokio::fs::create_dir(&folder).await?;
        Ok(Spool { folder })
    }
}

fn parent_of(configured: Option<&Path>) -> PathBuf {
    configured.map_or_else(std::env::temp_dir, Path::to_owned)
}

impl Own {
    async fn create(parent: &Path) -> io::Result<Self> {
        tokio::fs::create_dir_all(parent).await?;
        let folder = parent.join(format!("{PREFIX}{}", Uuid::now_v7().simple()));
        // The lock first: a folder without one may be taken away at any time.
        let lock = folder.with_extension(LOCK);
        let held = File::create_new(&lock).await?.into_std().await;
        if let Err(error) = held.try_lock() {
            let lock = lock.display();
            tracing::warn!(%error, "{lock} cannot be locked: another process may remove what this one receives");
        }
        tokio::fs::create_dir(&folder).await?;
        Ok(Self {
            folder,
            lock,
            _held: held,
        })
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        remove(&self.folder, &self.lock);
    }
}

fn remove(folder: &Path, lock: &Path) {
    let removed = std::fs::remove_dir_all(folder).and_then(|()| match std::fs::remove_file(lock) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    });
    if let Err(error) = removed {
        tracing::warn!(%error, "cannot remove {}", folder.display());
    }
}

/// Removes the folders of processes that are gone. Blocks.
pub(super) fn sweep(parent: Option<&Path>) {
    let parent = parent_of(parent);
    let entries = match std::fs::read_dir(&parent) {
        Ok(entries) => entries,
        // It is made with the first deployment.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => {
            tracing::warn!(%error, "cannot look for old deployments in {}", parent.display());
            return;
        }
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let folder = entry.path();
        if !is_ours || !folder.is_dir() {
            continue;
        }
        let lock = folder.with_extension(LOCK);
        if !is_held(&lock) {
            tracing::info!("removing {}, which a process left", folder.display());
            remove(&folder, &lock);
        }
    }
}

/// Whether a process that lives holds a lock. What cannot be told counts as held.
fn is_held(lock: &Path) -> bool {
    match std::fs::File::open(lock) {
        Ok(file) => match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
        },
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

/// A folder of its own for each deployment; it goes when this is dropped.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
}

impl Spool {
    /// Begins a file.
    pub(super) async fn begin(&self, hash: &ContentHash) -> io::Result<Writing> {
        let path = self.folder.join(hash.as_str());
        Ok(Writing {
            file: File::create(&path).await?,
            verifier: Verifier::new(hash.clone()),
            path,
            size: 0,
        })
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let folder = self.folder.display();
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "cannot remove {folder}");
        }
    }
}

/// A file being received.
pub(super) struct Writing {
    file: File,
    verifier: Verifier,
    path: PathBuf,
    pub(super) size: u64,
}

impl Writing {
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.verifier.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }

    /// Ends the file; `Err` when its bytes do not have its name.
    pub(super) async fn end(mut self) -> io::Result<Result<Spooled, String>> {
        self.file.flush().await?;
        let (path, size) = (self.path, self.size);
        let verified = self.verifier.finish();
        Ok(verified
            .map(|()| Spooled { path, size })
            .map_err(|e| e.to_string()))
    }
}

/// Received files by hash.
pub(super) type Files = BTreeMap<String, Spooled>;
