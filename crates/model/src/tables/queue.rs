//! The read model `queue`: deployments in one dense order per entity type.

use serde::{Deserialize, Serialize};

/// Aggregates: one document a type, key = entity type.
pub const TABLE: &str = "queue";
/// The order: partition [`items_partition`], row = 8-byte seq, document [`Item`].
pub const ITEMS: &str = "queue_items";
/// Where an entity stands: partition = entity id, row = entity type, document [`Place`].
pub const POSITIONS: &str = "queue_positions";

/// Items of one partition of [`ITEMS`].
pub const BLOCK_ITEMS: i64 = 4096;

/// The order of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Number of the next item; also how many there are.
    pub next: i64,
    /// Log time of the last item, ms.
    pub last_at: i64,
}

/// A row of [`ITEMS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Item {
    /// Number in the order of its type, from 0.
    pub seq: i64,
    /// The entity.
    pub entity_id: String,
    /// Its own time, ms.
    pub entity_timestamp: i64,
    /// When the platform first saw it, ms.
    pub local_timestamp: i64,
    /// Lower case.
    pub pointers: Vec<String>,
}

/// A row of [`POSITIONS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    /// Number in the order of its type.
    pub seq: i64,
}

/// The partition key of the block an item stands in.
pub fn items_partition(entity_type: &str, seq: i64) -> String {
    format!("{entity_type}/{}", seq.div_euclid(BLOCK_ITEMS))
}
