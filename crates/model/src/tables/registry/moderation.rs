//! The read model `registry_moderation`: what moderators do not want shown.

use serde::{Deserialize, Serialize};

/// Aggregates: one document an entity, key = its id in lower case, `*` for all.
pub const TABLE: &str = "registry_moderation";
/// Denied entities: partition = [`ALL`], row = entity id in lower case, document [`Entry`].
pub const DENYLIST: &str = "registry_denylist";
/// The only partition of [`DENYLIST`]: it is always read as a whole.
pub const ALL: &[u8] = b"all";

/// What was asked of an entity, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// While it is denied.
    pub denied: Option<Entry>,
    /// Jobs asked for before this are not waited for, ms.
    pub flushed_at: Option<i64>,
    /// When the newest command was given, ms.
    pub at: i64,
}

/// A denied entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// Its id, lower case.
    pub entity_id: String,
    /// Why.
    pub reason: Option<String>,
    /// Lower-case address of who denied it first.
    pub created_by: String,
    /// ms.
    pub created_at: i64,
    /// ms.
    pub updated_at: i64,
}
