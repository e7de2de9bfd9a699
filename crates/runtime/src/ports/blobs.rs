//! Content-addressed files.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::PortError;

/// A blob being read.
pub struct BlobReader {
    /// Size of the whole blob in bytes.
    pub size: u64,
    /// The bytes asked for.
    pub stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
}

/// A store of immutable blobs. Keys are `[A-Za-z0-9._/-]`, without `..`.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Size in bytes; `None` if it is not there.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn head(&self, key: &str) -> Result<Option<u64>, PortError>;

    /// Reads a blob, or the part of it in `range` (bytes, end exclusive, within the blob).
    ///
    /// # Errors
    /// As the store's faults are.
    async fn get(
        &self,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError>;

    /// Writes a blob unless it is there. A blob is visible whole or not at all: when the stream fails, nothing
    /// stays. Returns whether it was written.
    ///
    /// # Errors
    /// The stream's error as `Retry`; the store's faults.
    async fn put(
        &self,
        key: &str,
        stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<bool, PortError>;
}
