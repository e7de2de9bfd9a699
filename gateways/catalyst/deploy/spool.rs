//! Files of a deployment on disk until it is checked; nothing of a refused one stays.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use identity::hash::{ContentHash, Verifier};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

const CHUNK_BYTES: usize = 64 * 1024;

/// A received file.
#[derive(Debug)]
pub(super) struct Spooled {
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

impl Spooled {
    /// Its bytes.
    pub(super) async fn stream(
        &self,
    ) -> std::io::Result<BoxStream<'static, Result<Bytes, std::io::Error>>> {
        let file = File::open(&self.path).await?;
        Ok(ReaderStream::with_capacity(file, CHUNK_BYTES).boxed())
    }
}

/// A folder of its own for each deployment; it goes when this is dropped.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
}

impl Spool {
    pub(super) async fn create() -> std::io::Result<Self> {
        let name = format!("worldlog-deploy-{}", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        tokio::fs::create_dir(&folder).await?;
        Ok(Self { folder })
    }

    /// Begins a file.
    pub(super) async fn begin(&self, hash: &ContentHash) -> std::io::Result<Writing> {
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
    pub(super) async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.verifier.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await
    }

    /// Ends the file; `Err` when its bytes do not have its name.
    pub(super) async fn end(mut self) -> std::io::Result<Result<Spooled, String>> {
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
