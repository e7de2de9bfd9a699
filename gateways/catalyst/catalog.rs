//! What the content server's routes ask, whoever holds the entities: a folder or the platform's read models.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use identity::hash::ContentHash;
use runtime::ports::{BlobReader, PortError};
use serde_json::value::RawValue;

use super::dto::{AuditInfo, Entity, EntityType, Failed, Snapshot};

/// An accepted deployment.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// A number of the deployment.
    pub number: u64,
    /// The entity.
    pub entity: Entity,
    /// Owner of the first link of the chain, lower case.
    pub deployer: String,
    /// Who signed it.
    pub auth_chain: Box<RawValue>,
    /// When it was taken, ms.
    pub local_timestamp: i64,
    /// The newer entity at one of its pointers; `None` while it is active.
    pub overwritten_by: Option<String>,
}

impl Deployed {
    /// Who signed it and what became of it.
    pub(super) fn audit(&self) -> AuditInfo {
        AuditInfo {
            version: self.entity.version.clone(),
            auth_chain: self.auth_chain.clone(),
            local_timestamp: self.local_timestamp,
            overwritten_by: self.overwritten_by.clone(),
        }
    }
}

/// Which time a history is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// When this server took the deployment.
    #[default]
    Local,
    /// When its author says it was made.
    Entity,
}

impl SortBy {
    /// The time of a deployment that this order looks at.
    pub fn time(self, deployed: &Deployed) -> i64 {
        match self {
            Self::Local => deployed.local_timestamp,
            Self::Entity => deployed.entity.timestamp,
        }
    }
}

/// A part of the history of deployments, ordered by (time, lower-case id).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Not before, ms, inclusive.
    pub from: Option<i64>,
    /// Not after, ms, inclusive.
    pub to: Option<i64>,
    /// Strictly after this lower-case id among the rows of time `from` (ascending) or `to` (descending).
    pub last_id: Option<String>,
    /// Only these types, unless empty.
    pub types: Vec<EntityType>,
    /// Only these ids, unless empty.
    pub ids: Vec<String>,
    /// Only what stands at one of these lower-case pointers, unless empty.
    pub pointers: Vec<String>,
    /// Only active entities.
    pub only_active: bool,
    /// Whether `overwritten_by` is wanted; it may be left out otherwise.
    pub with_overwriter: bool,
    /// Which time counts.
    pub sort_by: SortBy,
    /// Oldest first.
    pub ascending: bool,
    /// Matching rows to leave out.
    pub offset: usize,
    /// Most rows.
    pub limit: usize,
}

impl HistoryQuery {
    /// Whether a row of this time and lower-case id lies within the query's bounds.
    pub fn covers(&self, time: i64, id: &str) -> bool {
        let after_from = self.from.is_none_or(|from| match &self.last_id {
            Some(last) if self.ascending => (time, id) > (from, last.as_str()),
            _ => time >= from,
        });
        let before_to = self.to.is_none_or(|to| match &self.last_id {
            Some(last) if !self.ascending => (time, id) < (to, last.as_str()),
            _ => time <= to,
        });
        after_from && before_to
    }

    /// Whether a deployment passes the filters that do not look at time.
    pub fn selects(&self, deployed: &Deployed) -> bool {
        let entity = &deployed.entity;
        (self.types.is_empty() || self.types.contains(&entity.kind))
            && (self.ids.is_empty() || self.ids.contains(&entity.id))
            && (self.pointers.is_empty()
                || entity.pointers.iter().any(|p| self.pointers.contains(p)))
            && (!self.only_active || deployed.overwritten_by.is_none())
    }
}

/// A page of a history. It may be shorter than asked for although the history goes on.
#[derive(Clone, Debug, Default)]
pub struct HistoryPage {
    /// The rows.
    pub rows: Vec<Deployed>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

/// A place in a history: after the row of this time and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last row that was looked at.
    pub time: i64,
    /// Its id.
    pub id: String,
    /// Matching rows still to leave out.
    pub offset: usize,
}

/// What a server says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronization {
    /// Still reading the history of the servers it follows.
    Bootstrapping,
    /// Following.
    Syncing,
}

/// The entities of a content server.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// Its snapshots; `None` until the first are made.
    async fn snapshots(&self) -> Result<Option<Vec<Snapshot>>, PortError>;

    /// A part of its history, at most `limit` rows.
    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, PortError>;

    /// The active entities among these ids.
    async fn active_by_ids(&self, ids: &[String]) -> Result<Vec<Entity>, PortError>;

    /// The active entities at these lower-case pointers, each once.
    async fn active_by_pointers(&self, pointers: &[String]) -> Result<Vec<Entity>, PortError>;

    /// The active entities of a collection, in the order of their pointers.
    async fn active_by_collection(&self, urn: &str) -> Result<Vec<Entity>, PortError>;

    /// Size of a file; `None` when there is none of this name.
    async fn content_size(&self, hash: &ContentHash) -> Result<Option<u64>, PortError>;

    /// A file, or the part of it in `range` (end exclusive, within the file).
    async fn content(
        &self,
        hash: &ContentHash,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError>;

    /// Which of these files it gives out, in the order asked.
    async fn available(&self, hashes: &[String]) -> Result<Vec<bool>, PortError>;

    /// Ids of the active entities that use a file.
    async fn active_entities_of(&self, hash: &ContentHash) -> Result<Vec<String>, PortError>;

    /// One deployment.
    async fn deployment(&self, id: &str) -> Result<Option<Deployed>, PortError>;

    /// Who signed one deployment and what became of it: its type, and the rest of the answer.
    async fn audit(&self, id: &str) -> Result<Option<(EntityType, AuditInfo)>, PortError> {
        let found = self.deployment(id).await?;
        Ok(found.map(|deployed| (deployed.entity.kind, deployed.audit())))
    }

    /// Deployments that were seen and can never be taken, in any order.
    async fn failed(&self) -> Result<Vec<Failed>, PortError>;

    /// How far it is.
    async fn synchronization(&self) -> Synchronization;
}

/// Fetches content files that the platform does not have yet; implemented by the source that follows catalysts.
#[async_trait]
pub trait ContentFetch: Send + Sync {
    /// Fetches one file from these servers (bases such as `https://peer/content`, best first), verifies it against
    /// its name and stores it in the platform's blobs under that name. `false` when no server has it.
    async fn fetch(&self, hash: &str, servers: &[String]) -> Result<bool, PortError>;
}

/// A catalogue that many requests share.
pub type SharedCatalog = Arc<dyn Catalog>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_strict_only_at_its_own_end() {
        let mut query = HistoryQuery {
            from: Some(5),
            to: Some(9),
            last_id: Some("b".into()),
            ascending: true,
            ..HistoryQuery::default()
        };
        assert!(!query.covers(5, "b") && query.covers(5, "c") && query.covers(9, "a"));
        query.ascending = false;
        assert!(!query.covers(9, "b") && query.covers(9, "a") && query.covers(5, "z"));
        assert!(!query.covers(4, "a") && !query.covers(10, "a"));
    }
}
