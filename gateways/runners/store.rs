//! Small helps over the port of blobs: whole files in and out of memory.

use std::ops::Range;

use bytes::Bytes;
use futures::{TryStreamExt, stream};
use runtime::ports::{BlobReader, Blobs, PortError};

/// A whole blob; `None` when it is not there.
///
/// # Errors
/// The store's; `Refused` for one that is larger than allowed.
pub(super) async fn whole(
    blobs: &dyn Blobs,
    key: &str,
    bytes_max: u64,
) -> Result<Option<Bytes>, PortError> {
    let Some(reader) = blobs.get(key, None).await? else {
        return Ok(None);
    };
    if reader.size > bytes_max {
        let size = reader.size;
        return Err(PortError::refused(format!(
            "blob {key} has {size} bytes, at most {bytes_max} are read"
        )));
    }
    read(key, reader).await.map(Some)
}

/// Part of a blob that is there, within it.
///
/// # Errors
/// The store's.
pub(super) async fn part(
    blobs: &dyn Blobs,
    key: &str,
    range: Range<u64>,
) -> Result<Bytes, PortError> {
    if range.is_empty() {
        return Ok(Bytes::new());
    }
    let reader = blobs.get(key, Some(range)).await?;
    let gone = || PortError::retry(format!("blob {key} is gone"));
    read(key, reader.ok_or_else(gone)?).await
}

async fn read(key: &str, reader: BlobReader) -> Result<Bytes, PortError> {
    let pieces: Vec<Bytes> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("blob {key}: {e}")))?;
    Ok(Bytes::from(pieces.concat()))
}

/// Writes a blob; in place of one that is there, if `again`.
///
/// # Errors
/// The store's.
pub(super) async fn put(
    blobs: &dyn Blobs,
    key: &str,
    bytes: Vec<u8>,
    again: bool,
) -> Result<(), PortError> {
    if again {
        blobs.remove(key).await?;
    }
    let piece = stream::iter([Ok(Bytes::from(bytes))]);
    blobs.put(key, Box::pin(piece)).await?;
    Ok(())
}
