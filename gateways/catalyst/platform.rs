//! The platform as a content server: its read models, its blobs, snapshots of its own.

use std::ops::Range;

use async_trait::async_trait;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use identity::hash::ContentHash;
use model::tables::deployments::{self as tables, CollectionItem};
use runtime::platform::Platform;
use runtime::ports::{BlobReader, PortError};
use runtime::reading::decode;

use super::catalog::{Catalog, Deployed, HistoryPage, HistoryQuery, Synchronization};
use super::dto::{AuditInfo, Entity, EntityType, Failed, Snapshot};
use super::on_demand::Content;
use super::rows::Tables;
use super::timeline;
use super::{failed, generate};
use crate::frame::{self, GatewayContext};

/// Documents read at a time.
const CHUNK: usize = 64;
/// Entities of one file that are named at most.
const USERS_MAX: usize = 1000;
/// Files whose availability is looked up at a time.
const ASKED_AT_ONCE: usize = 16;
/// Items of one collection that are looked at, all versions; the largest collections have some thousands.
const ITEMS_MAX: usize = 20_000;

/// The entities of the platform.
pub(super) struct PlatformCatalog {
    platform: Platform,
    content: Content,
}

impl PlatformCatalog {
    pub(super) fn new(context: &GatewayContext) -> Self {
        Self {
            platform: context.platform.clone(),
            content: Content::new(
                context.platform.clone(),
                context.content.clone(),
                &context.settings.catalyst,
            ),
        }
    }

    /// Sizes of these files in the order asked, as far as they are here or can be fetched just now.
    pub(super) async fn sizes(
        &self,
        hashes: Vec<String>,
    ) -> Result<Vec<(String, Option<u64>)>, PortError> {
        let ask = |hash: String| async move {
            let size = match ContentHash::parse(&hash) {
                Ok(_) => self.content.size_in_time(&hash).await?,
                Err(_) => None,
            };
            Ok((hash, size))
        };
        let asked = stream::iter(hashes).map(ask);
        asked.buffered(ASKED_AT_ONCE).try_collect().await
    }

    fn tables(&self) -> Tables {
        Tables::of(&self.platform)
    }

    async fn entities(&self, tables: &Tables, ids: &[String]) -> Result<Vec<Entity>, PortError> {
        let mut entities = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let ids: Vec<&str> = chunk.iter().map(String::as_str).collect();
            let found = tables.deployments(&ids).await?.into_iter().flatten();
            entities.extend(found.map(|(deployed, _)| deployed.entity));
        }
        Ok(entities)
    }
}

#[async_trait]
impl Catalog for PlatformCatalog {
    async fn snapshots(&self) -> Result<Option<Vec<Snapshot>>, PortError> {
        let list = generate::stored(&self.platform).await?;
        Ok(list.map(|(list, _)| list.snapshots))
    }

    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, PortError> {
        timeline::history(&self.tables(), query).await
    }

    async fn active_by_ids(&self, ids: &[String]) -> Result<Vec<Entity>, PortError> {
        let tables = self.tables();
        let active = tables.active_among(ids.to_vec()).await?;
        self.entities(&tables, &active).await
    }

    async fn active_by_pointers(&self, pointers: &[String]) -> Result<Vec<Entity>, PortError> {
        let tables = self.tables();
        let tops = tables.tops(pointers).await?;
        let active = tables.active_among(tops).await?;
        self.entities(&tables, &active).await
    }

    async fn active_by_collection(&self, urn: &str) -> Result<Vec<Entity>, PortError> {
        let tables = self.tables();
        let (table, partition) = (tables::COLLECTION_ITEMS, urn.as_bytes());
        let items = frame::rows(&tables.deployments, table, partition, ITEMS_MAX).await?;
        let items = items.iter().map(|row| decode::<CollectionItem>(table, row));
        let ids = items
            .map(|item| Ok(item?.entity_id))
            .collect::<Result<Vec<_>, PortError>>()?;
        let active = tables.active_among(ids).await?;
        self.entities(&tables, &active).await
    }

    async fn content_size(&self, hash: &ContentHash) -> Result<Option<u64>, PortError> {
        self.content.size(hash.as_str()).await
    }

    async fn content(
        &self,
        hash: &ContentHash,
        range: Option<Range<u64>>,
    ) -> Result<Option<BlobReader>, PortError> {
        self.content.open(hash.as_str(), range).await
    }

    async fn available(&self, hashes: &[String]) -> Result<Vec<bool>, PortError> {
        let sizes = self.sizes(hashes.to_vec()).await?;
        Ok(sizes.into_iter().map(|(_, size)| size.is_some()).collect())
    }

    async fn active_entities_of(&self, hash: &ContentHash) -> Result<Vec<String>, PortError> {
        let tables = self.tables();
        let hash = hash.as_str().as_bytes();
        let users = frame::rows(&tables.deployments, tables::CONTENT_REFS, hash, USERS_MAX).await?;
        let ids = users
            .iter()
            .map(|user| String::from_utf8_lossy(&user.row).into_owned());
        tables.active_among(ids.collect()).await
    }

    async fn deployment(&self, id: &str) -> Result<Option<Deployed>, PortError> {
        let tables = self.tables();
        let found = tables
            .deployments(&[id])
            .await?
            .into_iter()
            .next()
            .flatten();
        let Some((mut deployed, _)) = found else {
            return Ok(None);
        };
        deployed.overwritten_by = tables.overwriter(id).await?;
        Ok(Some(deployed))
    }

    async fn audit(&self, id: &str) -> Result<Option<(EntityType, AuditInfo)>, PortError> {
        self.tables().audit(id).await
    }

    async fn failed(&self) -> Result<Vec<Failed>, PortError> {
        failed::rejected(&self.platform).await
    }

    async fn synchronization(&self) -> Synchronization {
        match generate::stored(&self.platform).await {
            Ok(Some(_)) => Synchronization::Syncing,
            _ => Synchronization::Bootstrapping,
        }
    }
}
