//! What the content server's routes take and give, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The six types of entity.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum EntityType {
    /// Scenes, by parcel.
    Scene,
    /// Profiles, by address.
    Profile,
    /// Wearables, by urn.
    Wearable,
    /// Marketplace stores, by urn.
    Store,
    /// Emotes, by urn.
    Emote,
    /// Saved outfits, by address.
    Outfits,
}

impl EntityType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::Scene,
        Self::Profile,
        Self::Wearable,
        Self::Store,
        Self::Emote,
        Self::Outfits,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::Profile => "profile",
            Self::Wearable => "wearable",
            Self::Store => "store",
            Self::Emote => "emote",
            Self::Outfits => "outfits",
        }
    }

    /// Reads a name in the singular or the plural, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let singular = text.strip_suffix('s').unwrap_or(&text);
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().strip_suffix('s').unwrap_or(kind.name()) == singular)
    }
}

/// A file of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContentFile {
    /// Path within the entity.
    #[serde(alias = "key")]
    pub file: String,
    /// Its hash.
    pub hash: String,
}

fn current_version() -> String {
    "v3".into()
}

/// An entity as the API gives it: pointers in lower case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Entity {
    /// Always `v3`; deprecated but required by clients' schemas.
    #[serde(default = "current_version")]
    pub version: String,
    /// Hash of the entity file.
    pub id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// What it stands at.
    pub pointers: Vec<String>,
    /// When its author says it was made, ms.
    pub timestamp: i64,
    /// Its files.
    #[serde(default)]
    pub content: Vec<ContentFile>,
    /// What its author says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Box<RawValue>>,
}

impl Entity {
    /// `null` metadata is no metadata.
    pub fn metadata(&self) -> Option<&RawValue> {
        self.metadata.as_deref().filter(|raw| raw.get() != "null")
    }
}

/// One snapshot file, an item of `GET /snapshots`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The file, at `/contents/<hash>`.
    pub hash: String,
    /// Entity timestamps it covers, both ends inclusive.
    pub time_range: TimeRange,
    /// Snapshots that this one stands for.
    #[serde(default)]
    pub replaced_snapshot_hashes: Vec<String>,
    /// Lines after the first.
    pub number_of_entities: u64,
    /// When it was made, ms.
    pub generation_timestamp: i64,
}

/// A closed range of time, ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeRange {
    /// First.
    pub init_timestamp: i64,
    /// Last.
    pub end_timestamp: i64,
}

/// One row of `GET /pointer-changes`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delta {
    /// A number of the deployment.
    pub deployment_id: u64,
    /// Type.
    pub entity_type: EntityType,
    /// Id.
    pub entity_id: String,
    /// Pointers.
    pub pointers: Vec<String>,
    /// When its author says it was made, ms.
    pub entity_timestamp: i64,
    /// What its author says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Box<RawValue>>,
    /// Owner of the first link of the chain, lower case.
    pub deployer_address: String,
    /// `v3`.
    pub version: String,
    /// Who signed it.
    #[schema(value_type = Vec<Object>)]
    pub auth_chain: Box<RawValue>,
    /// When this server took it, ms.
    pub local_timestamp: i64,
}

/// The answer of `GET /pointer-changes`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointerChanges {
    /// The page.
    pub deltas: Vec<Delta>,
    /// The filters of the request.
    pub filters: Filters,
    /// Where it ends and how to go on.
    pub pagination: Pagination,
}

/// The answer of `GET /deployments`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deployments {
    /// The page.
    pub deployments: Vec<DeploymentItem>,
    /// The filters of the request.
    pub filters: Filters,
    /// Where it ends and how to go on.
    pub pagination: Pagination,
}

/// The filters of a request, as understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Filters {
    /// Not before, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// Not after, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
    /// Types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entity_types: Vec<EntityType>,
    /// Ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entity_ids: Vec<String>,
    /// Pointers, lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pointers: Vec<String>,
    /// Only active entities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_currently_pointed: Option<bool>,
}

/// How to go on after a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Rows left out before the page.
    pub offset: u64,
    /// Most rows of a page.
    pub limit: u64,
    /// Whether there are rows after it.
    pub more_data: bool,
    /// The cursor's id, when the request had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_id: Option<String>,
    /// Query string of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One row of `GET /deployments`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentItem {
    /// `v3`.
    pub entity_version: String,
    /// Type.
    pub entity_type: EntityType,
    /// Id.
    pub entity_id: String,
    /// When its author says it was made, ms.
    pub entity_timestamp: i64,
    /// Owner of the first link of the chain, lower case.
    pub deployed_by: String,
    /// Pointers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointers: Option<Vec<String>>,
    /// Files, with `key` in place of `file`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Vec<KeyedFile>>,
    /// What its author says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<Box<RawValue>>,
    /// Only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_info: Option<AuditInfo>,
    /// When this server took it, ms.
    pub local_timestamp: i64,
}

/// A file of an entity as `/deployments` names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyedFile {
    /// Path within the entity.
    pub key: String,
    /// Its hash.
    pub hash: String,
}

/// The answer of `GET /audit/:type/:id`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditInfo {
    /// `v3`.
    pub version: String,
    /// Who signed it.
    #[schema(value_type = Vec<Object>)]
    pub auth_chain: Box<RawValue>,
    /// When this server took it, ms.
    pub local_timestamp: i64,
    /// The newer entity at one of its pointers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overwritten_by: Option<String>,
}

/// One item of `GET /available-content`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Availability {
    /// The hash asked for.
    pub cid: String,
    /// Whether this server gives it out.
    pub available: bool,
}

/// The answer of `GET /entities/active/collections/:urn`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Collection {
    /// Entities of the collection.
    pub total: usize,
    /// The page.
    pub entities: Vec<Entity>,
}

/// One deployment that failed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    /// The entity, or what the row calls it.
    pub entity_id: String,
    /// Its type, where the row names one.
    pub entity_type: serde_json::Value,
    /// Stable code.
    pub reason: String,
    /// In words, naming the server.
    pub error_description: String,
    /// When it was rejected, ms.
    pub failure_timestamp: i64,
    /// The chain of the row.
    pub auth_chain: serde_json::Value,
    /// The server it was seen on.
    pub server: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_in_singular_and_plural() {
        for kind in EntityType::ALL {
            let name = kind.name().trim_end_matches('s');
            assert_eq!(EntityType::parse(name), Some(kind), "{name}");
            assert_eq!(
                EntityType::parse(&format!("{name}s")),
                Some(kind),
                "{name}s"
            );
        }
        assert_eq!(EntityType::parse("Scenes"), Some(EntityType::Scene));
        assert_eq!(EntityType::parse("scenery"), None);
        assert_eq!(EntityType::parse(""), None);
    }
}
