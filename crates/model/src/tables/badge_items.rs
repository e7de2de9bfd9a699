//! The read model `badge_items`: what each wearable is, and the profiles that wait to be told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Aggregates: one document an item, key = item URN, lower case.
pub const TABLE: &str = "badge_items";

/// An item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// What it is, once a definition was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<Definition>,
    /// Profiles that wear it and were deployed before it was defined: by entity, the newest ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub waiting: BTreeMap<String, Asked>,
}

/// The newest definition by time, then by entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Definition {
    /// The entity's time, ms.
    pub timestamp: i64,
    /// The entity.
    pub entity_id: String,
    /// Its rarity, if it has one.
    pub rarity: Option<String>,
    /// `metadata.id`; the URN when there is none.
    pub item_id: String,
}

/// A profile that wears the item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// Whose.
    pub address: String,
    /// The profile's time, ms.
    pub timestamp: i64,
    /// How many items of the profile are asked for.
    pub worn: i64,
}
