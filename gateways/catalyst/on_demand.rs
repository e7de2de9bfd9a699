//! Content files out of the platform's blobs; what is missing there is fetched once, from the servers that have it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::tables::deployments as tables;
use runtime::platform::Platform;
use runtime::ports::{BlobReader, PortError, RowRange};
use tokio::sync::Semaphore;

use super::catalog::ContentFetch;
use super::rows::Tables;

/// Fetches in flight at a time.
const FETCHES_MAX: usize = 16;
/// How long a question for availability may wait for a fetch.
const AVAILABLE_WITHIN: Duration = Duration::from_secs(5);
/// How long a file that no server has is not asked for again.
const MISSING_FOR: Duration = Duration::from_secs(30);
/// Files remembered as missing.
const MISSING_MAX: usize = 4096;
/// Entities whose servers are asked for a file that many entities use.
const ENTITIES_MAX: usize = 8;

/// The content of the platform.
pub(super) struct Content {
    platform: Platform,
    fetch: Option<Arc<dyn ContentFetch>>,
    slots: Semaphore,
    fetching: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    missing: Mutex<HashMap<String, Instant>>,
}

impl Content {
    pub(super) fn new(platform: Platform, fetch: Option<Arc<dyn ContentFetch>>) -> Self {
        Self {
            platform,
            fetch,
            slots: Semaphore::new(FETCHES_MAX),
            fetching: Mutex::default(),
            missing: Mutex::default(),
        }
    }

    /// Size of a file that belongs to an entity, fetching it if need be.
    pub(super) async fn size(&self, hash: &str) -> Result<Option<u64>, PortError> {
        if let Some(size) = self.platform.blobs.head(hash).await? {
            return Ok(Some(size));
        }
        let Some(fetch) = &self.fetch else {
            return Ok(None);
        };
        // A name that no entity uses is never fetched: nobody makes this server ask others for anything.
        let Some(servers) = self.holders(hash).await? else {
            return Ok(None);
        };
        if servers.is_empty() || self.is_missing(hash) {
            return Ok(None);
        }
        let turn = self.turn(hash);
        let fetched = {
            let _turn = turn.lock().await;
            self.fetch_once(&**fetch, hash, &servers).await
        };
        self.forget_turn(hash, turn);
        fetched
    }

    /// A file or a part of it.
    pub(super) async fn open(
        &self,
        hash: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        self.platform.blobs.get(hash, range).await
    }

    /// Whether a file is here, or could be fetched just now. A server that is only said to have it is not enough:
    /// whoever deploys leaves out the files that are available.
    pub(super) async fn is_available(&self, hash: &str) -> Result<bool, PortError> {
        match tokio::time::timeout(AVAILABLE_WITHIN, self.size(hash)).await {
            Ok(size) => Ok(size?.is_some()),
            Err(_) => Ok(false),
        }
    }

    async fn fetch_once(
        &self,
        fetch: &dyn ContentFetch,
        hash: &str,
        servers: &[String],
    ) -> Result<Option<u64>, PortError> {
        // Another request may have fetched it while this one waited for its turn.
        if let Some(size) = self.platform.blobs.head(hash).await? {
            return Ok(Some(size));
        }
        if self.is_missing(hash) {
            return Ok(None);
        }
        let _slot = self
            .slots
            .acquire()
            .await
            .map_err(|_| PortError::retry("content is not fetched any more"))?;
        if fetch.fetch(hash, servers).await? {
            return self.platform.blobs.head(hash).await;
        }
        self.note_missing(hash);
        Ok(None)
    }

    /// Servers that hold a file: those of the entity it is, or of entities that name it. `None`: no entity does.
    async fn holders(&self, hash: &str) -> Result<Option<Vec<String>>, PortError> {
        let tables = Tables::of(&self.platform);
        if let Some(servers) = tables.servers(hash).await? {
            return Ok(Some(servers));
        }
        let range = RowRange {
            limit: ENTITIES_MAX,
            ..RowRange::default()
        };
        let users = tables
            .deployments
            .range(tables::CONTENT_REFS, hash.as_bytes(), range)
            .await?;
        if users.is_empty() {
            return Ok(None);
        }
        let mut all: Vec<String> = Vec::new();
        for user in users {
            let id = String::from_utf8_lossy(&user.row);
            for server in tables.servers(&id).await?.unwrap_or_default() {
                if !all.contains(&server) {
                    all.push(server);
                }
            }
        }
        Ok(Some(all))
    }

    /// The lock of one file: one fetch of it at a time.
    fn turn(&self, hash: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(fetching.entry(hash.to_owned()).or_default())
    }

    /// Drops the lock of a file unless another request waits for it.
    fn forget_turn(&self, hash: &str, turn: Arc<tokio::sync::Mutex<()>>) {
        let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turn);
        if fetching
            .get(hash)
            .is_some_and(|turn| Arc::strong_count(turn) == 1)
        {
            fetching.remove(hash);
        }
    }

    fn is_missing(&self, hash: &str) -> bool {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing
            .get(hash)
            .is_some_and(|since| since.elapsed() < MISSING_FOR)
    }

    fn note_missing(&self, hash: &str) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if missing.len() >= MISSING_MAX {
            missing.retain(|_, since| since.elapsed() < MISSING_FOR);
        }
        if missing.len() < MISSING_MAX {
            missing.insert(hash.to_owned(), Instant::now());
        }
    }
}
