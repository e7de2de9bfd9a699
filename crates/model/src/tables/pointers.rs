//! The read model `pointers`: what stands on each pointer, and which entities were overwritten.
//!
//! An entity is active if and only if it was published and no row of [`OVERWRITES`] has it as partition.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Aggregates: one document a pointer, key = lower-case pointer.
pub const TABLE: &str = "pointers";
/// Who lost what to whom: partition = entity id that lost, row = pointer, document [`Overwrite`].
pub const OVERWRITES: &str = "overwrites";

/// A pointer. Its tops are the newest claims; a top is active only if nothing overwrote it on another pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The newest claim of each entity type.
    pub tops: BTreeMap<String, Top>,
}

/// The newest claim of one type on one pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Top {
    /// The entity.
    pub entity_id: String,
    /// Its own time, ms.
    pub entity_timestamp: i64,
}

/// A row of [`OVERWRITES`]. That it exists does not depend on the order of arrival; who is named in it does: it is
/// the claim that was on top when this one came, or that came and displaced it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Overwrite {
    /// The newer entity.
    pub by: String,
    /// Its own time, ms.
    pub by_timestamp: i64,
    /// Log time at which this was seen, ms.
    pub at: i64,
}
