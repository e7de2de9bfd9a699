//! What one avatar wears, in memory: entities and files, fetched and verified.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, stream};
use identity::hash::ContentHash;
use portrait::wearable::item_urn;
use portrait::{Assets, Avatar, Limits, Wearable, needs};
use runtime::ports::{Blobs, PortError};

use super::entities::Wearables;
use crate::catalyst::ContentFetch;
use crate::runners::store;

/// Files of an avatar that are fetched at a time.
const FETCHES: usize = 4;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Wardrobe {
    wearables: BTreeMap<String, Arc<Wearable>>,
    contents: BTreeMap<String, Bytes>,
    /// Why an entity is no wearable, by its URN.
    pub(super) refused: BTreeMap<String, String>,
    /// Why something could not be asked for: perhaps it is there all the same.
    pub(super) trouble: Option<String>,
}

impl Assets for Wardrobe {
    fn wearable(&self, urn: &str) -> Option<Arc<Wearable>> {
        self.wearables.get(urn).cloned()
    }

    fn content(&self, hash: &str) -> Option<Bytes> {
        self.contents.get(hash).cloned()
    }
}

/// Wearables that were found lately, by URN. Who deploys one anew at the same URN waits until it is forgotten.
pub(super) struct Remembered {
    most: usize,
    keep: Duration,
    all: Mutex<HashMap<String, (Instant, Arc<Wearable>)>>,
}

impl Remembered {
    pub(super) fn new(most: usize, keep: Duration) -> Self {
        Self {
            most,
            keep,
            all: Mutex::default(),
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, (Instant, Arc<Wearable>)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, urn: &str) -> Option<Arc<Wearable>> {
        let all = self.all();
        let (since, wearable) = all.get(urn)?;
        (since.elapsed() < self.keep).then(|| Arc::clone(wearable))
    }

    fn put(&self, urn: String, wearable: &Arc<Wearable>) {
        let mut all = self.all();
        if all.len() >= self.most {
            all.retain(|_, (since, _)| since.elapsed() < self.keep);
        }
        if all.len() >= self.most {
            all.clear();
        }
        all.insert(urn, (Instant::now(), Arc::clone(wearable)));
    }
}

/// Where wardrobes come from.
pub(super) struct Shop {
    pub(super) blobs: Arc<dyn Blobs>,
    pub(super) content: Arc<dyn ContentFetch>,
    pub(super) wearables: Arc<dyn Wearables>,
    pub(super) remembered: Remembered,
    /// Content servers of files, besides those that have the profile.
    pub(super) servers: Vec<String>,
    /// All files of an avatar together.
    pub(super) bytes_max: u64,
}

/// A file.
enum File {
    Here(Bytes),
    /// Nobody has it.
    Nowhere,
    /// Nobody knows.
    Trouble(String),
}

impl Shop {
    /// All that an avatar wears; within, why that is too much.
    ///
    /// # Errors
    /// The store's faults.
    pub(super) async fn dress(
        &self,
        avatar: &Avatar,
        servers: &[String],
        limits: &Limits,
    ) -> Result<Result<Wardrobe, String>, PortError> {
        let mut wardrobe = Wardrobe::default();
        self.entities(&mut wardrobe, avatar, servers, limits)
            .await?;
        let shape = item_urn(&avatar.body_shape);
        let all = wardrobe.wearables.values();
        let hashes: BTreeSet<String> = all.flat_map(|of| needs::files(of, &shape)).collect();
        let mut asked: Vec<String> = self.servers.clone();
        asked.extend(servers.iter().cloned());
        let fetched = hashes.into_iter().map(|hash| async {
            let file = self.file(&hash, &asked, limits).await;
            (hash, file)
        });
        let mut fetched = stream::iter(fetched).buffer_unordered(FETCHES);
        let mut total = 0;
        while let Some((hash, file)) = fetched.next().await {
            match file? {
                File::Here(bytes) => {
                    total += bytes.len() as u64;
                    if total > self.bytes_max {
                        let most = self.bytes_max;
                        return Ok(Err(format!("it wears more than {most} bytes of files")));
                    }
                    wardrobe.contents.insert(hash, bytes);
                }
                File::Nowhere => {}
                File::Trouble(trouble) => wardrobe.trouble = Some(trouble),
            }
        }
        Ok(Ok(wardrobe))
    }

    async fn entities(
        &self,
        wardrobe: &mut Wardrobe,
        avatar: &Avatar,
        servers: &[String],
        limits: &Limits,
    ) -> Result<(), PortError> {
        let mut unknown = Vec::new();
        for urn in needs::urns(avatar, limits) {
            match self.remembered.get(&urn) {
                Some(wearable) => drop(wardrobe.wearables.insert(urn, wearable)),
                None => unknown.push(urn),
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let found = self.wearables.of(&unknown, servers).await?;
        wardrobe.trouble = found.trouble;
        for (urn, json) in found.entities {
            match Wearable::from_entity_json(&json) {
                Ok(wearable) => {
                    // Under the URN where it stands, whatever it says that it is.
                    let wearable = Arc::new(wearable);
                    self.remembered.put(urn.clone(), &wearable);
                    wardrobe.wearables.insert(urn, wearable);
                }
                Err(error) => drop(wardrobe.refused.insert(urn, error.to_string())),
            }
        }
        Ok(())
    }

    /// A file out of the platform's blobs; what is not there is fetched, verified, and there from then on.
    async fn file(
        &self,
        hash: &str,
        servers: &[String],
        limits: &Limits,
    ) -> Result<File, PortError> {
        if ContentHash::parse(hash).is_err() {
            return Ok(File::Nowhere);
        }
        let size = match self.blobs.head(hash).await? {
            Some(size) => size,
            None => match self.content.fetch(hash, servers).await {
                Ok(true) => self.blobs.head(hash).await?.unwrap_or(0),
                Ok(false) => return Ok(File::Nowhere),
                Err(error) => return Ok(File::Trouble(error.to_string())),
            },
        };
        // One byte more than is allowed is enough to know that it is too large.
        let most = (limits.file_bytes as u64).saturating_add(1);
        let bytes = store::part(&*self.blobs, hash, 0..size.min(most)).await?;
        Ok(File::Here(bytes))
    }
}
