//! Rows of the read models behind the queue.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use model::events::catalyst::ConsumerItem;
use model::tables::consumers::{self, Name};
use model::tables::queue::{self, Item, Place, items_partition};
use model::tables::{deployments, number_key, pointers};
use runtime::platform::Platform;
use runtime::ports::PortError;
use runtime::reading::{View, decode};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame;

pub(super) const DEPLOYMENTS: &str = "deployments";
pub(super) const QUEUE: &str = "queue";
pub(super) const CONSUMERS: &str = "consumers";
pub(super) const POINTERS: &str = "pointers";

/// Orders read at a time: one of each entity type, so mostly all of them.
const ORDERS_PAGE: usize = 256;
/// Places looked up at a time.
const PLACES_CHUNK: usize = 1024;
/// Consumers that are listed.
const CONSUMERS_MAX: usize = 1000;
/// Entries of an entity's history that are shown.
const HISTORY_MAX: usize = 1000;

/// An aggregate of `deployments`, its nested JSON as it stands.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    pub(super) entity_id: String,
    pub(super) entity_type: String,
    pub(super) pointers: Vec<String>,
    pub(super) entity_timestamp: i64,
    pub(super) local_timestamp: i64,
    pub(super) deployer: String,
    pub(super) auth_chain: Box<RawValue>,
    pub(super) servers: BTreeMap<String, i64>,
    pub(super) entity: Box<RawValue>,
}

impl Stored {
    /// Servers that hold it, the first known first.
    pub(super) fn servers_by_age(&self) -> Vec<String> {
        let mut servers: Vec<_> = self.servers.iter().collect();
        servers.sort_by_key(|(_, since)| **since);
        servers
            .into_iter()
            .map(|(server, _)| server.clone())
            .collect()
    }
}

/// An entity that a caller names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    /// Its id.
    pub(super) id: String,
    /// Its type, when that is known: without it all types are looked through.
    pub(super) kind: Option<String>,
}

impl Named {
    /// One of any type.
    pub(super) fn by_id(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind: None,
        }
    }
}

/// Handles on the read models, at the generations of the request.
pub(super) struct Tables {
    pub(super) deployments: View,
    queue: View,
    consumers: View,
    pointers: View,
}

fn key(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

impl Tables {
    pub(super) fn of(platform: &Platform) -> Self {
        Self {
            deployments: frame::view(platform, DEPLOYMENTS),
            queue: frame::view(platform, QUEUE),
            consumers: frame::view(platform, CONSUMERS),
            pointers: frame::view(platform, POINTERS),
        }
    }

    /// A consumer; `None` for one that never said anything.
    pub(super) async fn consumer(&self, name: &str) -> Result<Option<consumers::State>, PortError> {
        self.consumers
            .read(consumers::TABLE, name.as_bytes(), b"")
            .await
    }

    /// Every registered consumer.
    pub(super) async fn names(&self) -> Result<Vec<(String, Name)>, PortError> {
        let (table, all) = (consumers::NAMES, consumers::ALL.as_bytes());
        let rows = frame::rows(&self.consumers, table, all, CONSUMERS_MAX).await?;
        let named = rows.iter().map(|row| {
            let name = String::from_utf8_lossy(&row.row).into_owned();
            Ok((name, decode(consumers::NAMES, row)?))
        });
        named.collect()
    }

    /// The answer to a command.
    pub(super) async fn outcome(
        &self,
        consumer: &str,
        command_id: &str,
    ) -> Result<Option<consumers::Outcome>, PortError> {
        let (partition, row) = (consumer.as_bytes(), command_id.as_bytes());
        self.consumers
            .read(consumers::COMMANDS, partition, row)
            .await
    }

    /// What became of an entity, oldest first.
    pub(super) async fn history(&self, id: &str) -> Result<Vec<consumers::Entry>, PortError> {
        let table = consumers::HISTORY;
        let rows = frame::rows(&self.consumers, table, id.as_bytes(), HISTORY_MAX).await?;
        rows.iter()
            .map(|row| decode(consumers::HISTORY, row))
            .collect()
    }

    /// The order of each type that there is.
    pub(super) async fn orders(&self) -> Result<BTreeMap<String, queue::State>, PortError> {
        let mut orders = BTreeMap::new();
        let mut from = None;
        loop {
            let page = self.queue.page(queue::TABLE, from, ORDERS_PAGE).await?;
            for row in &page.rows {
                let kind = String::from_utf8_lossy(&row.partition).into_owned();
                orders.insert(kind, decode(queue::TABLE, row)?);
            }
            from = page.next;
            if from.is_none() {
                return Ok(orders);
            }
        }
    }

    /// The order of each of these types that there is.
    pub(super) async fn orders_of(
        &self,
        kinds: &[&str],
    ) -> Result<BTreeMap<String, queue::State>, PortError> {
        let keys: Vec<_> = kinds.iter().map(|name| (key(name), Bytes::new())).collect();
        let rows = self.queue.get_many(queue::TABLE, &keys).await?;
        let mut orders = BTreeMap::new();
        for (name, row) in kinds.iter().zip(rows) {
            if let Some(row) = row {
                orders.insert((*name).to_owned(), decode(queue::TABLE, &row)?);
            }
        }
        Ok(orders)
    }

    /// Items of one type by number; those that are not there are left out.
    pub(super) async fn items(&self, kind: &str, seqs: &[i64]) -> Result<Vec<Item>, PortError> {
        let place = |seq: &i64| {
            let partition = items_partition(kind, *seq);
            (
                Bytes::from(partition),
                Bytes::copy_from_slice(&number_key(*seq)),
            )
        };
        let keys: Vec<_> = seqs.iter().map(place).collect();
        let rows = self.queue.get_many(queue::ITEMS, &keys).await?;
        rows.iter()
            .flatten()
            .map(|row| decode(queue::ITEMS, row))
            .collect()
    }

    /// Where entities stand in the queue; those that do not are left out.
    pub(super) async fn places(&self, entities: &[Named]) -> Result<Vec<ConsumerItem>, PortError> {
        let kinds = match entities.iter().any(|entity| entity.kind.is_none()) {
            true => self.orders().await?.into_keys().collect(),
            false => Vec::new(),
        };
        let mut asked = Vec::with_capacity(entities.len());
        for entity in entities {
            match &entity.kind {
                Some(kind) => asked.push((entity.id.as_str(), kind.as_str())),
                None => asked.extend(kinds.iter().map(|kind| (entity.id.as_str(), kind.as_str()))),
            }
        }
        let mut places = Vec::with_capacity(entities.len());
        for asked in asked.chunks(PLACES_CHUNK) {
            let keys: Vec<_> = asked
                .iter()
                .map(|(id, kind)| (key(id), key(kind)))
                .collect();
            let rows = self.queue.get_many(queue::POSITIONS, &keys).await?;
            for ((id, kind), row) in asked.iter().zip(rows) {
                let Some(row) = row else { continue };
                let place: Place = decode(queue::POSITIONS, &row)?;
                places.push(ConsumerItem {
                    entity_id: (*id).to_owned(),
                    entity_type: (*kind).to_owned(),
                    seq: place.seq,
                });
            }
        }
        Ok(places)
    }

    /// Deployments by id, in the order asked.
    pub(super) async fn stored(&self, ids: &[&str]) -> Result<Vec<Option<Stored>>, PortError> {
        let keys: Vec<_> = ids.iter().map(|id| (key(id), Bytes::new())).collect();
        let rows = self.deployments.get_many(deployments::TABLE, &keys).await?;
        let stored = rows.into_iter().map(|row| match row {
            Some(row) => decode::<Stored>(deployments::TABLE, &row).map(Some),
            None => Ok(None),
        });
        let mut stored = stored.collect::<Result<Vec<_>, _>>()?;
        for found in &mut stored {
            if found
                .as_ref()
                .is_some_and(|found| found.entity_id.is_empty())
            {
                *found = None;
            }
        }
        Ok(stored)
    }

    /// The newest claims at lower-case pointers, of any type.
    pub(super) async fn tops(&self, names: &[String]) -> Result<Vec<String>, PortError> {
        let keys: Vec<_> = names.iter().map(|name| (key(name), Bytes::new())).collect();
        let rows = self.pointers.get_many(pointers::TABLE, &keys).await?;
        let mut ids = BTreeSet::new();
        for row in rows.iter().flatten() {
            let state: pointers::State = decode(pointers::TABLE, row)?;
            ids.extend(state.tops.into_values().map(|top| top.entity_id));
        }
        Ok(ids.into_iter().collect())
    }
}
