//! The read model `deployments`: every entity of the followed catalysts, as the content server's API needs them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{embedded, timed_key};
use crate::Json;
use crate::events::catalyst::AuthLink;

/// Aggregates: one document an entity, key = entity id as it is.
pub const TABLE: &str = "deployments";
/// Rows by time: partition [`by_time_partition`], row = 8-byte ms ‖ lower-case entity id, document [`ByTime`].
pub const BY_TIME: &str = "deployments_by_time";
/// Days that have deployments: partition = [`Clock::name`], row = 8-byte day, document `{}`.
pub const DAYS: &str = "deployments_days";
/// Which entities name a file: partition = content hash, row = entity id, document [`ContentRef`].
pub const CONTENT_REFS: &str = "content_refs";

/// Items of a collection: partition = [`collections_of`] its pointer, row = pointer ‖ `/` ‖ entity id, document
/// [`CollectionItem`]. Holds every version of an item; readers keep the active ones.
pub const COLLECTION_ITEMS: &str = "collection_items";

/// By which time deployments are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// When the platform's log took the first sighting.
    Local,
    /// What the entity itself says.
    Entity,
}

impl Clock {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Local, Self::Entity];

    /// The name in keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Entity => "entity",
        }
    }
}

/// An entity that was published. An empty `entity_id` is one that was not yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Content id.
    pub entity_id: String,
    /// `scene`, `profile`, `wearable`, `store`, `emote` or `outfits`.
    pub entity_type: String,
    /// Lower case, each once.
    pub pointers: Vec<String>,
    /// The entity's own time, ms.
    pub entity_timestamp: i64,
    /// Log time of the first sighting, ms.
    pub local_timestamp: i64,
    /// Lower-case address that signed; empty when the first sighting brought no chain.
    pub deployer: String,
    /// The chain.
    pub auth_chain: Vec<AuthLink>,
    /// Content server URLs that hold it, with the log time (ms) each was first seen to.
    pub servers: BTreeMap<String, i64>,
    /// Whether the entity came with its list of files. One that was fed in the queue's form has none until a server
    /// tells it.
    pub complete: bool,
    /// API form.
    #[serde(with = "embedded")]
    pub entity: Json,
}

impl State {
    /// Whether the entity was published.
    pub fn is_published(&self) -> bool {
        !self.entity_id.is_empty()
    }
}

/// A row of [`BY_TIME`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ByTime {
    /// Content id.
    pub entity_id: String,
    /// Its type.
    pub entity_type: String,
    /// ms.
    pub entity_timestamp: i64,
    /// ms.
    pub local_timestamp: i64,
}

/// A row of [`DAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {}

/// A row of [`CONTENT_REFS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContentRef {
    /// Type of the entity that names the file.
    pub entity_type: String,
}

/// The partition key of one day's rows.
pub fn by_time_partition(clock: Clock, day: i64) -> String {
    format!("{}/{day}", clock.name())
}

/// The row key of one deployment at `ms`: the order of the content server's API.
pub fn by_time_row(ms: i64, entity_id: &str) -> Vec<u8> {
    timed_key(ms, &entity_id.to_ascii_lowercase())
}

/// An entity of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CollectionItem {
    /// The entity.
    pub entity_id: String,
}

/// The collections an item's urn belongs to: everything before its last part and, for a third party with collections of
/// its own, the third party as a whole. None for a pointer that is no urn of an item.
pub fn collections_of(pointer: &str) -> Vec<&str> {
    let parts = pointer.split(':').count();
    if !pointer.starts_with("urn:decentraland:") || parts < 5 {
        return Vec::new();
    }
    let upto = |n: usize| {
        pointer
            .match_indices(':')
            .nth(n - 1)
            .map_or(pointer, |(at, _)| &pointer[..at])
    };
    let mut collections = vec![upto(parts - 1)];
    if pointer.contains(":collections-thirdparty:") && parts > 6 {
        collections.push(upto(5));
    }
    collections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_belongs_to_its_collection_and_its_third_party() {
        let base = "urn:decentraland:off-chain:base-avatars";
        assert_eq!(collections_of(&format!("{base}:eyes_00")), [base]);
        let v2 = "urn:decentraland:matic:collections-v2:0xabc";
        assert_eq!(collections_of(&format!("{v2}:0")), [v2]);
        let third = "urn:decentraland:matic:collections-thirdparty:cats";
        let own = format!("{third}:0xabc");
        assert_eq!(collections_of(&format!("{own}:1")), [own.as_str(), third]);
        assert!(collections_of("12,-3").is_empty() && collections_of("0xabc").is_empty());
    }
}
