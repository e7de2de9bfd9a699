//! Entities of wearables: what the platform knows itself, then what content servers answer.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use bytes::Bytes;
use model::tables::{deployments, pointers};
use runtime::ports::PortError;
use runtime::reading::{Views, decode};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::sources::outbound::{Client, Request};

/// The read models of what is deployed and what stands where.
const DEPLOYMENTS: &str = "deployments";
const POINTERS: &str = "pointers";
const WEARABLE: &str = "wearable";
/// Bytes of an answer with the entities of one avatar.
const ANSWER_MAX: u64 = 16 << 20;
/// Servers that a profile names and that are asked after the configured ones.
const NAMED_MAX: usize = 4;

/// What there is of some wearables.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Entities as JSON, by the URN that was asked for.
    pub(super) entities: BTreeMap<String, Vec<u8>>,
    /// Why one who may know of others did not answer.
    pub(super) trouble: Option<String>,
}

/// Who knows entities of wearables.
#[async_trait]
pub(super) trait Wearables: Send + Sync {
    /// Entities that stand at these URNs (lower case). `servers` have the profile that wears them.
    ///
    /// # Errors
    /// The store's faults.
    async fn of(&self, urns: &[String], servers: &[String]) -> Result<Found, PortError>;
}

/// The platform, and content servers.
pub(super) struct Known {
    pub(super) views: Views,
    pub(super) client: Client,
    /// Content servers that are asked for what the platform does not know.
    pub(super) servers: Vec<String>,
    /// Whether the platform itself is asked first.
    pub(super) own: bool,
}

/// A deployment, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    entity_id: String,
    pointers: Vec<String>,
    entity: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    content: Option<Box<RawValue>>,
    #[serde(default)]
    metadata: Option<Box<RawValue>>,
}

fn keys<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<(Bytes, Bytes)> {
    let key = |name: &String| (Bytes::copy_from_slice(name.as_bytes()), Bytes::new());
    names.into_iter().map(key).collect()
}

impl Known {
    /// What the platform knows.
    async fn own(&self, urns: &[String]) -> Result<BTreeMap<String, Vec<u8>>, PortError> {
        let table = pointers::TABLE;
        let rows = self
            .views
            .pin(POINTERS)
            .get_many(table, &keys(urns))
            .await?;
        let mut ids = BTreeMap::new();
        for (urn, row) in urns.iter().zip(rows) {
            let Some(row) = row else { continue };
            let mut state: pointers::State = decode(table, &row)?;
            if let Some(top) = state.tops.remove(WEARABLE) {
                ids.insert(urn, top.entity_id);
            }
        }
        let table = deployments::TABLE;
        let asked = keys(ids.values());
        let rows = self.views.pin(DEPLOYMENTS).get_many(table, &asked).await?;
        let mut found = BTreeMap::new();
        for ((urn, _), row) in ids.iter().zip(rows) {
            let Some(row) = row else { continue };
            let stored: Stored = decode(table, &row)?;
            let entity = json!({
                "id": stored.entity_id,
                "pointers": stored.pointers,
                "content": stored.entity.content,
                "metadata": stored.entity.metadata,
            });
            found.insert((*urn).clone(), entity.to_string().into_bytes());
        }
        Ok(found)
    }

    /// What a content server answers.
    async fn ask(&self, server: &str, urns: &[&String]) -> Result<Vec<Value>, String> {
        let request = Request {
            server,
            path: "/entities/active",
            thing: "wearables",
        };
        let asked = json!({ "pointers": urns }).to_string();
        let body = self.client.post(request, asked, None, ANSWER_MAX).await;
        let bytes = match body {
            Ok(body) => body.collect().await,
            Err(error) => Err(error),
        };
        let bytes = bytes.map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes)
            .map_err(|_| format!("{server} answers something else than entities"))
    }
}

#[async_trait]
impl Wearables for Known {
    async fn of(&self, urns: &[String], servers: &[String]) -> Result<Found, PortError> {
        let mut found = Found::default();
        if self.own {
            found.entities = self.own(urns).await?;
        }
        let mut asked = BTreeSet::new();
        let named = servers.iter().take(NAMED_MAX);
        for server in self.servers.iter().chain(named) {
            let server = server.trim_end_matches('/');
            let left: Vec<&String> = urns
                .iter()
                .filter(|urn| !found.entities.contains_key(*urn))
                .collect();
            if left.is_empty() {
                break;
            }
            // A profile may name servers that nobody here may ask.
            if !asked.insert(server) || self.client.check(server).is_err() {
                continue;
            }
            let answer = match self.ask(server, &left).await {
                Ok(answer) => answer,
                Err(trouble) => {
                    found.trouble = Some(trouble);
                    continue;
                }
            };
            for entity in answer {
                let text = entity.to_string().into_bytes();
                let at = entity["pointers"].as_array().into_iter().flatten();
                let at = at.filter_map(Value::as_str).map(str::to_lowercase);
                for urn in at.filter(|pointer| left.contains(&pointer)) {
                    found.entities.entry(urn).or_insert_with(|| text.clone());
                }
            }
        }
        Ok(found)
    }
}
