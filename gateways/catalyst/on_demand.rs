//! Content files out of the platform's blobs; what is missing there is fetched once, from the servers that have it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use model::tables::deployments as tables;
use runtime::platform::Platform;
use runtime::ports::{BlobReader, PortError, RowRange};
use tokio::sync::Semaphore;

use super::catalog::ContentFetch;
use super::rows::Tables;
use super::turns::{Turns, Vain};
use crate::frame::settings;

/// Entities whose servers are asked for a file that many entities use.
const ENTITIES_MAX: usize = 8;

/// The content of the platform.
pub(super) struct Content {
    platform: Platform,
    fetch: Option<Arc<dyn ContentFetch>>,
    /// For fetches in flight.
    slots: Semaphore,
    turns: Turns,
    /// Files that no server has.
    missing: Vain,
    /// Files that took too long for a question for availability, or whose servers failed.
    slow: Vain,
    available_within: Duration,
}

impl Content {
    pub(super) fn new(
        platform: Platform,
        fetch: Option<Arc<dyn ContentFetch>>,
        settings: &settings::Catalyst,
    ) -> Self {
        Self {
            platform,
            fetch,
            slots: Semaphore::new(settings.fetches_max.max(1)),
            turns: Turns::default(),
            missing: Vain::new(settings.missing_for.0),
            slow: Vain::new(settings.missing_for.0),
            available_within: settings.available_within.0,
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
        if self.missing.has(hash) {
            return Ok(None);
        }
        // A name that no entity uses is never fetched: nobody makes this server ask others for anything.
        let Some(servers) = self.holders(hash).await? else {
            return Ok(None);
        };
        if servers.is_empty() {
            return Ok(None);
        }
        let turn = self.turns.of(hash);
        let _begun = turn.begin().await;
        self.fetch_once(&**fetch, hash, &servers).await
    }

    /// A file or a part of it.
    pub(super) async fn open(
        &self,
        hash: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        self.platform.blobs.get(hash, range).await
    }

    /// The size of a file that is available: here, or fetched just now. A server that is only said to have it is not
    /// enough: whoever deploys leaves out the files that are available. One that was slow is waited for only once in a
    /// while.
    pub(super) async fn size_in_time(&self, hash: &str) -> Result<Option<u64>, PortError> {
        if self.slow.has(hash) {
            return self.platform.blobs.head(hash).await;
        }
        match tokio::time::timeout(self.available_within, self.size(hash)).await {
            Ok(size) => size,
            Err(_) => {
                self.slow.note(hash);
                Ok(None)
            }
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
        if self.missing.has(hash) {
            return Ok(None);
        }
        let _slot = self
            .slots
            .acquire()
            .await
            .map_err(|_| PortError::retry("content is not fetched any more"))?;
        match fetch.fetch(hash, servers).await {
            Ok(true) => self.platform.blobs.head(hash).await,
            Ok(false) => {
                self.missing.note(hash);
                Ok(None)
            }
            Err(error) => {
                self.slow.note(hash);
                Err(error)
            }
        }
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
}
