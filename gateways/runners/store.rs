//! Small helps over the port of blobs: whole files in and out of memory.

use std::ops::Range;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
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

/// Writes a blob; in place of one that is there, if `again`. Whoever reads it meanwhile finds the old one or the new one. One
/// with the same bytes stays where it is: what is made again from the same content mostly comes out the same.
///
/// # Errors
/// The store's.
pub(super) async fn put(
    blobs: &dyn Blobs,
    key: &str,
    bytes: Vec<u8>,
    again: bool,
) -> Result<(), PortError> {
    if again && holds(blobs, key, &bytes).await? {
        return Ok(());
    }
    let piece = stream::iter([Ok(Bytes::from(bytes))]);
    match again {
        true => blobs.replace(key, Box::pin(piece)).await,
        false => blobs.put(key, Box::pin(piece)).await.map(drop),
    }
}

/// Whether a blob has these bytes.
async fn holds(blobs: &dyn Blobs, key: &str, bytes: &[u8]) -> Result<bool, PortError> {
    if blobs.head(key).await? != Some(bytes.len() as u64) {
        return Ok(false);
    }
    let Some(mut reader) = blobs.get(key, None).await? else {
        return Ok(false);
    };
    let mut left = bytes;
    // A piece that cannot be read is as bad as a wrong one.
    while let Some(Ok(piece)) = reader.stream.next().await {
        match left.strip_prefix(&*piece) {
            Some(rest) => left = rest,
            None => return Ok(false),
        }
    }
    Ok(left.is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use futures::stream::BoxStream;
    use runtime::embedded::FolderBlobs;

    use super::*;

    /// Blobs of which none is ever taken away.
    struct Watched(FolderBlobs, AtomicUsize);

    #[async_trait]
    impl Blobs for Watched {
        async fn head(&self, key: &str) -> Result<Option<u64>, PortError> {
            self.0.head(key).await
        }

        async fn get(
            &self,
            key: &str,
            range: Option<Range<u64>>,
        ) -> Result<Option<BlobReader>, PortError> {
            self.0.get(key, range).await
        }

        async fn put(
            &self,
            key: &str,
            stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
        ) -> Result<bool, PortError> {
            self.0.put(key, stream).await
        }

        async fn replace(
            &self,
            key: &str,
            stream: BoxStream<'static, Result<Bytes, std::io::Error>>,
        ) -> Result<(), PortError> {
            self.1.fetch_add(1, Ordering::SeqCst);
            self.0.replace(key, stream).await
        }

        async fn remove(&self, key: &str) -> Result<bool, PortError> {
            panic!("{key} is taken away");
        }
    }

    #[tokio::test]
    async fn what_is_made_again_is_never_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let blobs = FolderBlobs::open(folder.path()).expect("blobs");
        let blobs = Watched(blobs, AtomicUsize::new(0));
        let long = vec![7; 300_000];
        for (bytes, again) in [(&long[..], true), (&long[..], true), (&b"no"[..], false)] {
            put(&blobs, "a", bytes.to_vec(), again)
                .await
                .expect("written");
            let found = whole(&blobs, "a", 1 << 20).await.expect("read");
            assert_eq!(found.as_deref(), Some(&*long));
        }
        // Once, when nothing was there yet.
        assert_eq!(blobs.1.load(Ordering::SeqCst), 1);
        let mut other = long.clone();
        other[299_999] = 8;
        put(&blobs, "a", other.clone(), true)
            .await
            .expect("written");
        let found = whole(&blobs, "a", 1 << 20).await.expect("read");
        assert_eq!(found.as_deref(), Some(&*other));
    }
}
