//! Where snapshots lie: the blobs of a read model, and a list of them that is changed as a whole.
//!
//! Blobs cannot be changed or listed. So each version of the list is a blob of its own under the next number, which only one
//! writer can put there; the last one counts. It is found by doubling, then by halving.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};

use super::manifest::{FORMAT, Manifest};
use super::pieces::digest;
use crate::ports::{Blobs, PortError};

/// A snapshot that was begun so long ago and is not there was cut short.
const UNFINISHED_MS: i64 = 24 * 3_600_000;

/// The snapshots of one read model.
pub struct Shelf {
    blobs: Arc<dyn Blobs>,
    model: String,
}

/// A snapshot that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    number: u64,
    generation: u32,
    begun_at: i64,
    /// Its manifest has been written.
    #[serde(default)]
    whole: bool,
}

/// All of them, as of one version of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct List {
    /// The last number that was given; none is given twice.
    last: u64,
    snapshots: Vec<Begun>,
}

/// A snapshot on the shelf.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its number.
    pub number: u64,
    /// The generation it is of.
    pub generation: u32,
    /// When it was begun, ms.
    pub begun_at: i64,
    /// What it holds; `None`: it is being taken, or was cut short.
    pub manifest: Option<Manifest>,
}

impl Shelf {
    /// Of a read model.
    pub fn new(blobs: Arc<dyn Blobs>, model: &str) -> Self {
        let model = model.to_owned();
        Self { blobs, model }
    }

    fn list_key(&self, version: u64) -> String {
        format!("snapshots/{}/list-{version}", self.model)
    }

    fn manifest_key(&self, number: u64) -> String {
        format!("snapshots/{}/{number}/manifest", self.model)
    }

    fn piece_key(&self, number: u64, piece: usize) -> String {
        format!("snapshots/{}/{number}/piece-{piece}", self.model)
    }

    /// The last version of the list and its number; 0 before the first.
    async fn list(&self) -> Result<(u64, List), PortError> {
        let mut missing = 1;
        while self.is_there(missing).await? {
            missing *= 2;
        }
        let mut there = missing / 2;
        while missing - there > 1 {
            let middle = there + (missing - there) / 2;
            match self.is_there(middle).await? {
                true => there = middle,
                false => missing = middle,
            }
        }
        if there == 0 {
            return Ok((0, List::default()));
        }
        let key = self.list_key(there);
        let bytes = self.read(&key).await?.unwrap_or_default();
        Ok((there, decode(&key, &bytes)?))
    }

    async fn is_there(&self, version: u64) -> Result<bool, PortError> {
        let found = self.blobs.head(&self.list_key(version)).await?;
        Ok(found.is_some())
    }

    /// Changes the list; `change` is asked again when somebody else was faster.
    async fn change<T>(&self, change: impl Fn(&mut List) -> T) -> Result<T, PortError> {
        loop {
            let (version, mut list) = self.list().await?;
            let before = list.clone();
            let told = change(&mut list);
            if list == before
                || self
                    .write(&self.list_key(version + 1), encode(&list))
                    .await?
            {
                return Ok(told);
            }
        }
    }

    async fn read(&self, key: &str) -> Result<Option<Bytes>, PortError> {
        let Some(found) = self.blobs.get(key, None).await? else {
            return Ok(None);
        };
        let read = found
            .stream
            .try_fold(Vec::new(), |mut all, chunk| async move {
                all.extend_from_slice(&chunk);
                Ok(all)
            });
        let read = read.await;
        let read = read.map_err(|e| PortError::retry(format!("read blob {key}: {e}")))?;
        Ok(Some(read.into()))
    }

    async fn write(&self, key: &str, bytes: Bytes) -> Result<bool, PortError> {
        self.blobs.put(key, stream::iter([Ok(bytes)]).boxed()).await
    }

    /// Every snapshot, oldest first.
    ///
    /// # Errors
    /// The blobs' faults.
    pub async fn all(&self) -> Result<Vec<Listed>, PortError> {
        let (_, list) = self.list().await?;
        let mut all = Vec::with_capacity(list.snapshots.len());
        for begun in list.snapshots {
            let manifest = match begun.whole {
                true => self.manifest(begun.number).await?,
                false => None,
            };
            all.push(Listed {
                number: begun.number,
                generation: begun.generation,
                begun_at: begun.begun_at,
                manifest,
            });
        }
        Ok(all)
    }

    /// The manifest of a snapshot; `None` if it is not whole.
    ///
    /// # Errors
    /// The blobs' faults; a manifest that this program cannot read.
    pub async fn manifest(&self, number: u64) -> Result<Option<Manifest>, PortError> {
        let key = self.manifest_key(number);
        let Some(bytes) = self.read(&key).await? else {
            return Ok(None);
        };
        let format: Format = decode(&key, &bytes)?;
        if format.format != FORMAT {
            return Err(PortError::refused(format!(
                "snapshot {number} of {} has format {}, and this program reads {FORMAT}",
                self.model, format.format
            )));
        }
        decode(&key, &bytes).map(Some)
    }

    /// Gives a number to a snapshot that is about to be taken. What was begun long ago and never ended goes.
    pub(super) async fn begin(&self, generation: u32, now: i64) -> Result<u64, PortError> {
        let (number, old) = self
            .change(|list| {
                let cut = |begun: &Begun| !begun.whole && begun.begun_at + UNFINISHED_MS < now;
                let old = list.snapshots.iter().filter(|begun| cut(begun));
                let old: Vec<u64> = old.map(|begun| begun.number).collect();
                list.last += 1;
                list.snapshots.push(Begun {
                    number: list.last,
                    generation,
                    begun_at: now,
                    whole: false,
                });
                (list.last, old)
            })
            .await?;
        for number in old {
            self.drop_one(number).await?;
        }
        Ok(number)
    }

    pub(super) async fn put_piece(
        &self,
        number: u64,
        piece: usize,
        bytes: Bytes,
    ) -> Result<(), PortError> {
        self.write(&self.piece_key(number, piece), bytes).await?;
        Ok(())
    }

    /// A piece as it was written.
    pub(super) async fn piece(&self, of: &Manifest, piece: usize) -> Result<Bytes, PortError> {
        let key = self.piece_key(of.number, piece);
        let Some(bytes) = self.read(&key).await? else {
            return Err(PortError::refused(format!("blob {key} is gone")));
        };
        match of.pieces.get(piece) {
            Some(known) if known.sha256 == digest(&bytes) => Ok(bytes),
            _ => Err(PortError::refused(format!(
                "blob {key} is not what was written: its SHA-256 is another one"
            ))),
        }
    }

    /// The snapshot is whole.
    pub(super) async fn finish(&self, manifest: &Manifest) -> Result<(), PortError> {
        let number = manifest.number;
        self.write(&self.manifest_key(number), encode(manifest))
            .await?;
        let listed = self
            .change(|list| {
                let mut snapshots = list.snapshots.iter_mut();
                let begun = snapshots.find(|begun| begun.number == number);
                begun.map(|begun| begun.whole = true).is_some()
            })
            .await?;
        if !listed {
            self.drop_one(number).await?;
            let message = format!("snapshot {number} was dropped while it was taken");
            return Err(PortError::refused(message));
        }
        Ok(())
    }

    /// Removes a snapshot: first from the list, then its manifest, then its pieces. Says whether it was there.
    ///
    /// # Errors
    /// The blobs' faults, after which some of it may be left: it is removed by the same call again.
    pub async fn drop_one(&self, number: u64) -> Result<bool, PortError> {
        let listed = self
            .change(|list| {
                let before = list.snapshots.len();
                list.snapshots.retain(|begun| begun.number != number);
                list.snapshots.len() < before
            })
            .await?;
        let written = self.blobs.remove(&self.manifest_key(number)).await?;
        // From the last piece down, so that none is left behind where this is cut short.
        let mut pieces = 0;
        while self
            .blobs
            .head(&self.piece_key(number, pieces))
            .await?
            .is_some()
        {
            pieces += 1;
        }
        for piece in (0..pieces).rev() {
            self.blobs.remove(&self.piece_key(number, piece)).await?;
        }
        Ok(listed || written || pieces > 0)
    }
}

/// What is read of a manifest before all of it is.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

fn encode(value: &impl Serialize) -> Bytes {
    let bytes = serde_json::to_vec(value).expect("it has no keys but text");
    bytes.into()
}

fn decode<T: serde::de::DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, PortError> {
    let decoded = serde_json::from_slice(bytes);
    decoded.map_err(|e| PortError::refused(format!("blob {key} is unreadable: {e}")))
}

#[cfg(test)]
mod tests;
