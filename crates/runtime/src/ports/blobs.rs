//! Content-addressed files.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

use super::PortError;

/// Longest key: some stores keep a blob under it as a file name.
pub const BLOB_KEY_BYTES_MAX: usize = 200;

/// A blob being read.
pub struct BlobReader {
    /// Size of the whole blob in bytes.
    pub size: u64,
    /// The bytes asked for.
    pub stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
}

/// A store of blobs that do not change, but for [`Blobs::replace`]. Keys are `[A-Za-z0-9._/-]`, without `..`.
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

    /// Writes a blob, in place of one that is there. Whoever reads meanwhile gets the old one or the new one, whole; at no
    /// time is there none. When the stream fails, the old one stays.
    ///
    /// # Errors
    /// The stream's error as `Retry`; the store's faults.
    async fn replace(
        &self,
        key: &str,
        stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
    ) -> Result<(), PortError>;

    /// Removes a blob. Returns whether it was there, as far as the store can tell.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn remove(&self, key: &str) -> Result<bool, PortError>;
}

/// Checks a key.
///
/// # Errors
/// `Refused`, naming it.
pub fn check_blob_key(key: &str) -> Result<(), PortError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-');
    let parts_fine = key
        .split('/')
        .all(|part| !part.is_empty() && part != "." && part != "..");
    if key.len() > BLOB_KEY_BYTES_MAX || !parts_fine || !key.chars().all(legal) {
        return Err(PortError::refused(format!(
            "{:?} is no blob key: want at most {BLOB_KEY_BYTES_MAX} of A-Z a-z 0-9 . _ / - without empty \
             parts or ..",
            key.chars().take(BLOB_KEY_BYTES_MAX).collect::<String>()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_leave_the_folder_or_are_no_file_names_are_refused() {
        for key in [
            "", "/a", "a/", "a//b", "..", "a/../b", "a b", "ä", "a%b", "a\0",
        ] {
            assert!(check_blob_key(key).is_err(), "{key:?}");
        }
        for key in ["a", "a.b", "content/QmX_-1/file.glb", "...a"] {
            assert!(check_blob_key(key).is_ok(), "{key:?}");
        }
        assert!(check_blob_key(&"a".repeat(BLOB_KEY_BYTES_MAX + 1)).is_err());
    }
}
