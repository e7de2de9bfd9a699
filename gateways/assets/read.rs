//! Rows of the registry, read until an answer needs no more of them.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use model::tables::registry::entities::{self, Body};
use model::tables::registry::moderation::{self, Entry};
use model::tables::registry::pointers;
use model::tables::registry::{Known, Missing, Required, Status};
use model::tables::{deployments as deployed, pointers as deployed_pointers};
use runtime::ports::PortError;
use runtime::reading::{View, decode};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::{self, GatewayContext};

/// Read model of entities.
pub(super) const ENTITIES: &str = "registry_entities";
/// Read model of pointers and worlds.
pub(super) const POINTERS: &str = "registry_pointers";
/// Read model of what moderators do not want shown.
pub(super) const MODERATION: &str = "registry_moderation";
/// Read model of conversions.
pub(super) const CONVERSIONS: &str = "conversions";
/// Read model of deployments.
pub(super) const DEPLOYMENTS: &str = "deployments";
/// Read model of what is active.
pub(super) const DEPLOYED_POINTERS: &str = "pointers";

/// Small rows read at a time.
const CHUNK: usize = 512;
/// Entities whose content is read at a time.
const BODIES: usize = 64;
/// Entries of the denylist that are looked at.
const DENIED_MAX: usize = 100_000;

/// Handles at the generations of the request.
pub(super) struct Registry {
    pub(super) entities: View,
    pub(super) pointers: View,
    pub(super) moderation: View,
    pub(super) deployments: View,
    deployed_pointers: View,
    pub(super) required: Required,
}

/// What of a deployment a client is shown beside its bundles.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Shown {
    /// Its files.
    #[serde(default)]
    pub(super) content: Option<Box<RawValue>>,
    /// Its metadata.
    #[serde(default)]
    pub(super) metadata: Option<Box<RawValue>>,
}

/// A deployment of a catalyst, as far as it is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    /// Its id.
    pub(super) entity_id: String,
    /// Lower case.
    pub(super) pointers: Vec<String>,
    /// ms.
    pub(super) entity_timestamp: i64,
    /// API form.
    pub(super) entity: Shown,
}

/// Entities with their statuses.
pub(super) type Found = Vec<(entities::State, Status)>;

fn keys<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<(Bytes, Bytes)> {
    let key = |name: &String| (Bytes::copy_from_slice(name.as_bytes()), Bytes::new());
    names.into_iter().map(key).collect()
}

impl Registry {
    pub(super) fn of(context: &GatewayContext) -> Self {
        let view = |model| frame::view(&context.platform, model);
        Self {
            entities: view(ENTITIES),
            pointers: view(POINTERS),
            moderation: view(MODERATION),
            deployments: view(DEPLOYMENTS),
            deployed_pointers: view(DEPLOYED_POINTERS),
            required: context.settings.assets.required(),
        }
    }

    async fn load(&self, known: &mut Known, missing: Missing) -> Result<(), PortError> {
        let ids: Vec<String> = missing.entities.into_iter().collect();
        for ids in ids.chunks(CHUNK) {
            let rows = self.entities.get_many(entities::TABLE, &keys(ids)).await?;
            for (id, row) in ids.iter().zip(rows) {
                let state = row.map(|row| decode(entities::TABLE, &row)).transpose()?;
                known.entities.insert(id.clone(), state);
            }
        }
        let names: Vec<String> = missing.pointers.into_iter().collect();
        for names in names.chunks(CHUNK) {
            let rows = self
                .pointers
                .get_many(pointers::TABLE, &keys(names))
                .await?;
            for (name, row) in names.iter().zip(rows) {
                let state = row.map(|row| decode(pointers::TABLE, &row)).transpose()?;
                known
                    .pointers
                    .insert(name.clone(), state.unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Answers a question, reading what it misses until it misses nothing.
    pub(super) async fn ask<T>(
        &self,
        known: &mut Known,
        question: impl Fn(&Known, &Required, &mut Missing) -> T,
    ) -> Result<T, PortError> {
        loop {
            let mut missing = Missing::default();
            let answer = question(known, &self.required, &mut missing);
            if missing.is_empty() {
                return Ok(answer);
            }
            self.load(known, missing).await?;
        }
    }

    /// What is shown at these pointers, the newest first, each list of pointers once.
    pub(super) async fn shown(
        &self,
        known: &mut Known,
        keys: &BTreeSet<String>,
    ) -> Result<Found, PortError> {
        let question = |known: &Known, required: &Required, missing: &mut Missing| {
            let ids = known.overlapping(keys, required, missing).into_iter();
            ids.filter_map(|id| Some((known.status(&id, required, missing)?, id)))
                .filter(|(status, _)| status.is_served())
                .collect::<Vec<_>>()
        };
        let ids = self.ask(known, question).await?;
        let state = |id: &String| known.entities.get(id).cloned().flatten();
        let mut found: Found = ids
            .iter()
            .filter_map(|(status, id)| Some((state(id)?, *status)))
            .collect();
        let rank = |state: &entities::State| {
            let at = state.deployed.as_ref().map(|deployed| deployed.timestamp);
            (std::cmp::Reverse(at), state.entity_id.clone())
        };
        found.sort_by_key(|(state, _)| rank(state));
        let mut seen = BTreeSet::new();
        found.retain(|(state, _)| seen.insert(state.deployed.as_ref().map(|d| d.pointers.clone())));
        Ok(found)
    }

    /// Entities by id, with their statuses, in the order asked; those that nothing is known of are left out.
    pub(super) async fn statuses(&self, ids: &[String]) -> Result<Found, PortError> {
        let mut known = Known::default();
        let question = |known: &Known, required: &Required, missing: &mut Missing| {
            let status = |id: &String| Some((known.status(id, required, missing)?, id.clone()));
            ids.iter().filter_map(status).collect::<Vec<_>>()
        };
        let found = self.ask(&mut known, question).await?;
        let state = |id: &String| known.entities.get(id).cloned().flatten();
        let found = found
            .iter()
            .filter_map(|(status, id)| Some((state(id)?, *status)));
        Ok(found.collect())
    }

    /// The newest that claims a pointer, whatever became of it.
    pub(super) async fn newest_at(&self, key: &str) -> Result<Option<String>, PortError> {
        let row = self
            .pointers
            .get(pointers::TABLE, key.as_bytes(), b"")
            .await?;
        let state: Option<pointers::State> =
            row.map(|row| decode(pointers::TABLE, &row)).transpose()?;
        let first = state.and_then(|state| state.candidates.into_iter().next());
        Ok(first.map(|candidate| candidate.entity_id))
    }

    /// Denied entities.
    pub(super) async fn denied(&self) -> Result<Vec<Entry>, PortError> {
        let table = moderation::DENYLIST;
        let rows = frame::rows(&self.moderation, table, moderation::ALL, DENIED_MAX).await?;
        rows.iter().map(|row| decode(table, row)).collect()
    }

    /// Takes out what moderators do not want shown.
    pub(super) async fn without_denied(&self, mut found: Found) -> Result<Found, PortError> {
        let denied = self.denied().await?;
        let denied: BTreeSet<String> = denied.into_iter().map(|entry| entry.entity_id).collect();
        found.retain(|(state, _)| !denied.contains(&state.entity_id.to_lowercase()));
        Ok(found)
    }

    /// Deployments of catalysts.
    pub(super) async fn stored(&self, ids: &[String]) -> Result<Vec<Stored>, PortError> {
        let mut stored = Vec::with_capacity(ids.len());
        for ids in ids.chunks(BODIES) {
            let rows = self
                .deployments
                .get_many(deployed::TABLE, &keys(ids))
                .await?;
            for row in rows.iter().flatten() {
                stored.push(decode(deployed::TABLE, row)?);
            }
        }
        Ok(stored)
    }

    /// Content and metadata of entities: of those that catalysts have, and of those that only a world has.
    pub(super) async fn bodies(
        &self,
        ids: &[String],
    ) -> Result<BTreeMap<String, Shown>, PortError> {
        let stored = self.stored(ids).await?.into_iter();
        let mut shown: BTreeMap<String, Shown> = stored
            .map(|stored| (stored.entity_id, stored.entity))
            .collect();
        let others: Vec<String> = ids
            .iter()
            .filter(|id| !shown.contains_key(*id))
            .cloned()
            .collect();
        for ids in others.chunks(BODIES) {
            let rows = self.entities.get_many(entities::BODIES, &keys(ids)).await?;
            for (id, row) in ids.iter().zip(rows) {
                let Some(row) = row else { continue };
                let body: Body = decode(entities::BODIES, &row)?;
                let body = body.entity.read().map_err(|e| {
                    PortError::refused(format!("entity {id} of a world is unreadable: {e}"))
                })?;
                shown.insert(id.clone(), body);
            }
        }
        Ok(shown)
    }

    /// Ids of the newest profiles of these pointers.
    pub(super) async fn profiles(&self, ids: &[String]) -> Result<Vec<String>, PortError> {
        let mut found = Vec::new();
        let table = deployed_pointers::TABLE;
        for ids in ids.chunks(CHUNK) {
            let rows = self.deployed_pointers.get_many(table, &keys(ids)).await?;
            for row in rows.iter().flatten() {
                let mut state: deployed_pointers::State = decode(table, row)?;
                found.extend(state.tops.remove("profile").map(|top| top.entity_id));
            }
        }
        Ok(found)
    }
}
