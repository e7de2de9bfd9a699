//! Blobs as files in a folder: `dir/ab/cd/key`, where `abcd` are the first digits of the key's SHA-256.
//!
//! A blob is written to a file beside its place and renamed into it, so that it is there whole or not at all.

use std::io::SeekFrom;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufWriter};
use tokio_util::io::ReaderStream;

use crate::ports::{BlobReader, Blobs, PortError, check_blob_key};

/// Bytes read or written at once.
const CHUNK: usize = 128 << 10;
/// Where unfinished blobs lie.
const UNFINISHED: &str = "tmp";
/// Unfinished blobs older than this are nobody's any more.
const UNFINISHED_MAX: Duration = Duration::from_secs(24 * 3600);

/// A folder of blobs.
pub struct FolderBlobs {
    folder: PathBuf,
    /// Makes the names of unfinished files differ.
    count: Arc<AtomicU64>,
}

impl FolderBlobs {
    /// Opens the folder, creating it, and removes what an earlier process left unfinished.
    ///
    /// # Errors
    /// `Refused` when the folder cannot be created.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, PortError> {
        let folder = folder.as_ref().to_owned();
        let unfinished = folder.join(UNFINISHED);
        std::fs::create_dir_all(&unfinished)
            .and_then(|()| remove_abandoned(&unfinished))
            .map_err(|e| PortError::refused(format!("open {}: {e}", folder.display())))?;
        Ok(Self {
            folder,
            count: Arc::default(),
        })
    }

    fn path(&self, key: &str) -> Result<PathBuf, PortError> {
        check_blob_key(key)?;
        let digest = hex::encode(&Sha256::digest(key.as_bytes())[..2]);
        // A slash would make folders of parts of keys; `%` is in no key.
        let name = key.replace('/', "%");
        Ok(self.folder.join(&digest[..2]).join(&digest[2..]).join(name))
    }

    /// Where a blob is written before it is where it belongs.
    fn unfinished(&self) -> Unfinished {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", std::process::id());
        Unfinished(self.folder.join(UNFINISHED).join(name))
    }

    async fn write(
        &self,
        path: &Path,
        mut stream: BoxStream<'static, std::io::Result<Bytes>>,
        replaces: bool,
    ) -> std::io::Result<bool> {
        let unfinished = self.unfinished();
        let unfinished = &unfinished.0;
        let mut file = BufWriter::with_capacity(CHUNK, File::create(unfinished).await?);
        while let Some(chunk) = stream.next().await {
            file.write_all(&chunk?).await?;
        }
        file.flush().await?;
        file.get_ref().sync_all().await?;
        drop(file);
        let folder = path.parent().expect("a blob lies in a folder of its own");
        tokio::fs::create_dir_all(folder).await?;
        // A hard link, unlike a rename, does not replace a blob that came in the meantime.
        let placed = match replaces {
            true => tokio::fs::rename(unfinished, path).await,
            false => tokio::fs::hard_link(unfinished, path).await,
        };
        match placed {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
            Err(e) => return Err(e),
        }
        // The name, and the folders that may be new, must survive a power cut as the bytes do.
        for folder in path.ancestors().skip(1).take(3) {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(true)
    }
}

/// Another process may be writing here, hence by age.
fn remove_abandoned(unfinished: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(unfinished)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > UNFINISHED_MAX {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn fault(what: &str, key: &str, error: &std::io::Error) -> PortError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => {
            PortError::retry(format!("{what} blob {key}: the disk is full"))
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            PortError::refused(format!("{what} blob {key}: {error}"))
        }
        _ => PortError::retry(format!("{what} blob {key}: {error}")),
    }
}

/// A file that is removed when this is dropped: written, given up or cancelled.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // What cannot be removed now goes when the folder is opened next.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[async_trait]
impl Blobs for FolderBlobs {
    async fn head(&self, key: &str) -> Result<Option<u64>, PortError> {
        match tokio::fs::metadata(self.path(key)?).await {
            Ok(found) => Ok(Some(found.len())),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(fault("look for", key, &e)),
        }
    }

    async fn get(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        let mut file = match File::open(self.path(key)?).await {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(fault("open", key, &e)),
        };
        let size = match file.metadata().await {
            Ok(found) => found.len(),
            Err(e) => return Err(fault("open", key, &e)),
        };
        let range = range.unwrap_or(0..size);
        if range.start > range.end || range.end > size {
            return Err(PortError::refused(format!(
                "blob {key} has {size} bytes, there is no range {}..{}",
                range.start, range.end
            )));
        }
        file.seek(SeekFrom::Start(range.start))
            .await
            .map_err(|e| fault("read", key, &e))?;
        let part = file.take(range.end - range.start);
        Ok(Some(BlobReader {
            size,
            stream: ReaderStream::with_capacity(part, CHUNK).boxed(),
        }))
    }

    async fn put(
        &self,
        key: &str,
        stream: BoxStream<'static, std::io::Result<Bytes>>,
    ) -> Result<bool, PortError> {
        let path = self.path(key)?;
        if self.head(key).await?.is_some() {
            return Ok(false);
        }
        let written = self.write(&path, stream, false).await;
        written.map_err(|e| fault("write", key, &e))
    }

    async fn replace(
        &self,
        key: &str,
        stream: BoxStream<'static, std::io::Result<Bytes>>,
    ) -> Result<(), PortError> {
        let written = self.write(&self.path(key)?, stream, true).await;
        written.map(drop).map_err(|e| fault("write", key, &e))
    }

    async fn remove(&self, key: &str) -> Result<bool, PortError> {
        match tokio::fs::remove_file(self.path(key)?).await {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(fault("remove", key, &e)),
        }
    }
}
