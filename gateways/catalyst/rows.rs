//! Rows of the read models `deployments` and `pointers`, as the content server's routes need them.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use model::tables::deployments as deployed_tables;
use model::tables::pointers::{self as pointer_tables, Overwrite};
use runtime::platform::Platform;
use runtime::ports::{PortError, Row, RowRange};
use runtime::reading::{View, decode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::audited::Audited;
use super::catalog::Deployed;
use super::dto::{AuditInfo, Entity, EntityType};
use crate::frame;

/// The read model of entities.
pub(super) const DEPLOYMENTS: &str = "deployments";
/// The read model of what stands where.
pub(super) const POINTERS: &str = "pointers";
/// Reads of one request that are in flight at a time.
const READS_IN_FLIGHT: usize = 16;
/// Pointers of an entity that are looked at to find who overwrote it.
const OVERWRITES_MAX: usize = 256;

/// An aggregate of `deployments`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    entity_id: String,
    entity_type: String,
    pointers: Vec<String>,
    entity_timestamp: i64,
    local_timestamp: i64,
    deployer: String,
    auth_chain: Box<RawValue>,
    entity: Box<RawValue>,
}

/// Only the servers of an aggregate of `deployments`.
#[derive(Debug, Deserialize)]
struct Servers {
    #[serde(default)]
    servers: BTreeMap<String, i64>,
}

/// What the API form has beyond the aggregate's own members; the queue's form of a deployment has no content.
#[derive(Debug, Deserialize)]
struct Body {
    #[serde(default)]
    content: Vec<super::dto::ContentFile>,
    metadata: Option<Box<RawValue>>,
}

/// Handles on both read models, at the generations of the request.
pub(super) struct Tables {
    pub(super) deployments: View,
    pub(super) pointers: View,
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            deployments: frame::view(platform, DEPLOYMENTS),
            pointers: frame::view(platform, POINTERS),
        }
    }

    /// Deployments by id, in the order asked; `None` where there is none.
    pub(super) async fn deployments(
        &self,
        ids: &[&str],
    ) -> Result<Vec<Option<(Deployed, usize)>>, PortError> {
        let keys: Vec<_> = ids
            .iter()
            .map(|id| (Bytes::copy_from_slice(id.as_bytes()), Bytes::new()))
            .collect();
        let rows = self
            .deployments
            .get_many(deployed_tables::TABLE, &keys)
            .await?;
        rows.into_iter()
            .map(|row| match row {
                Some(row) => Ok(deployed(&row)?.map(|deployed| (deployed, row.doc.len()))),
                None => Ok(None),
            })
            .collect()
    }

    /// Who signed a deployment, and what overwrote it.
    pub(super) async fn audit(
        &self,
        id: &str,
    ) -> Result<Option<(EntityType, AuditInfo)>, PortError> {
        let table = deployed_tables::TABLE;
        let Some(row) = self.deployments.get(table, id.as_bytes(), b"").await? else {
            return Ok(None);
        };
        let audited = Audited::of(&row.doc)
            .map_err(|e| PortError::refused(format!("row {id} of {table} is unreadable: {e}")))?;
        let Some(kind) = EntityType::parse(&audited.entity_type) else {
            return Ok(None);
        };
        let audit = AuditInfo {
            version: "v3".into(),
            auth_chain: audited.auth_chain.to_owned(),
            local_timestamp: audited.local_timestamp,
            overwritten_by: self.overwriter(id).await?,
        };
        Ok(Some((kind, audit)))
    }

    /// The newer entity at one of an entity's pointers: the oldest of those known. `None` while it is active.
    pub(super) async fn overwriter(&self, id: &str) -> Result<Option<String>, PortError> {
        let table = pointer_tables::OVERWRITES;
        let rows = frame::rows(&self.pointers, table, id.as_bytes(), OVERWRITES_MAX).await?;
        let mut first: Option<(i64, String)> = None;
        for row in &rows {
            let found: Overwrite = decode(table, row)?;
            let found = (found.by_timestamp, found.by);
            if first.as_ref().is_none_or(|first| found < *first) {
                first = Some(found);
            }
        }
        Ok(first.map(|(_, by)| by))
    }

    /// Whether nothing overwrote an entity.
    pub(super) async fn is_active(&self, id: &str) -> Result<bool, PortError> {
        let range = RowRange {
            limit: 1,
            ..RowRange::default()
        };
        let table = pointer_tables::OVERWRITES;
        Ok(self
            .pointers
            .range(table, id.as_bytes(), range)
            .await?
            .is_empty())
    }

    /// The overwriters of many entities, in the order asked.
    pub(super) async fn overwriters(&self, ids: &[&str]) -> Result<Vec<Option<String>>, PortError> {
        // Boxed, or the compiler cannot see that the whole is `Send`.
        let reads: Vec<BoxFuture<'_, _>> =
            ids.iter().map(|id| self.overwriter(id).boxed()).collect();
        let found = stream::iter(reads).buffered(READS_IN_FLIGHT);
        found.try_collect().await
    }

    /// Those of many entities that nothing overwrote.
    pub(super) async fn active_among(&self, ids: Vec<String>) -> Result<Vec<String>, PortError> {
        let reads: Vec<BoxFuture<'_, _>> =
            ids.iter().map(|id| self.is_active(id).boxed()).collect();
        let found = stream::iter(reads).buffered(READS_IN_FLIGHT);
        let active: Vec<bool> = found.try_collect().await?;
        let kept = ids.into_iter().zip(active).filter(|(_, active)| *active);
        Ok(kept.map(|(id, _)| id).collect())
    }

    /// The newest claims at pointers, of any type; whether they are active is another question.
    pub(super) async fn tops(&self, pointers: &[String]) -> Result<Vec<String>, PortError> {
        let keys: Vec<_> = pointers
            .iter()
            .map(|pointer| (Bytes::copy_from_slice(pointer.as_bytes()), Bytes::new()))
            .collect();
        let rows = self.pointers.get_many(pointer_tables::TABLE, &keys).await?;
        let mut ids = Vec::new();
        for row in rows.iter().flatten() {
            let state: pointer_tables::State = decode(pointer_tables::TABLE, row)?;
            ids.extend(state.tops.into_values().map(|top| top.entity_id));
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Servers that hold an entity, the first known first.
    pub(super) async fn servers(&self, id: &str) -> Result<Option<Vec<String>>, PortError> {
        let table = deployed_tables::TABLE;
        let found: Option<Servers> = self.deployments.read(table, id.as_bytes(), b"").await?;
        Ok(found.map(|found| {
            let mut servers: Vec<_> = found.servers.into_iter().collect();
            servers.sort_by_key(|(_, since)| *since);
            servers.into_iter().map(|(server, _)| server).collect()
        }))
    }
}

/// The deployment of an aggregate; `None` for one that was never published or is of a type that no API names.
fn deployed(row: &Row) -> Result<Option<Deployed>, PortError> {
    let stored: Stored = decode(deployed_tables::TABLE, row)?;
    let Some(kind) = EntityType::parse(&stored.entity_type) else {
        return Ok(None);
    };
    if stored.entity_id.is_empty() {
        return Ok(None);
    }
    let body: Body = serde_json::from_str(stored.entity.get()).map_err(|e| {
        PortError::refused(format!("entity {} is unreadable: {e}", stored.entity_id))
    })?;
    Ok(Some(Deployed {
        number: number(&stored.entity_id),
        entity: Entity {
            version: "v3".into(),
            id: stored.entity_id,
            kind,
            pointers: stored.pointers,
            timestamp: stored.entity_timestamp,
            content: body.content,
            metadata: body.metadata,
        },
        deployer: stored.deployer,
        auth_chain: stored.auth_chain,
        local_timestamp: stored.local_timestamp,
        overwritten_by: None,
    }))
}

/// A number of a deployment: the same on every machine, and exact as a double.
fn number(id: &str) -> u64 {
    (kernel::event_id(id.as_bytes()).as_u128() >> 76) as u64
}
