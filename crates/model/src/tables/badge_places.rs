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
}
