//! The read model `badge_places`: which scene stands on a parcel.

use serde::{Deserialize, Serialize};

/// Aggregates: one document a parcel, key = `x,y`.
pub const TABLE: &str = "badge_places";

/// A parcel: the newest scene by time, then by entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The scene's time, ms.
    pub timestamp: i64,
    /// The scene; empty when there is none.
    pub entity_id: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Steps onto the parcel before any scene of it was known: the newest ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Asked>,
}

/// A step onto a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    /// Whose, lower case.
    pub address: String,
    /// The step's own key.
    pub key: String,
    /// ms.
    pub timestamp: i64,
}
