//! Small helps over the port of blobs: whole files in and out of memory.

use bytes::Bytes;
use futures::{TryStreamExt, stream};
use runtime::ports::{Blobs, PortError};

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
    let bytes: Vec<Bytes> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("blob {key}: {e}")))?;
    Ok(Some(Bytes::from(bytes.concat())))
}

/// Part of a blob that is there.
///
/// # Errors
/// The store's.
pub(super) async fn part(
    blobs: &dyn Blobs,
    key: &str,
    from: u64,
    length: u64,
) -> Result<Bytes, PortError> {
    let gone = || PortError::retry(format!("blob {key} is gone"));
    let size = blobs.head(key).await?.ok_or_else(gone)?;
    let (from, end) = (from.min(size), from.saturating_add(length).min(size));
    if from == end {
        return Ok(Bytes::new());
    }
    let reader = blobs.get(key, Some(from..end)).await?.ok_or_else(gone)?;
    let bytes: Vec<Bytes> = reader
        .stream
        .try_collect()
        .await
        .map_err(|e| PortError::retry(format!("blob {key}: {e}")))?;
    Ok(Bytes::from(bytes.concat()))
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
