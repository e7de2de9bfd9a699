//! What is remembered of a person.

use std::collections::BTreeMap;

use ledger::Table;
use model::events::reel::{Files, Photo};
use serde::{Deserialize, Serialize};

/// The aggregate. Its counts are what others read of it (`model::tables::reel::Person`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// Photos.
    pub(super) total: u64,
    /// Those of them that others find.
    pub(super) public: u64,
    /// Photos by id.
    pub(super) photos: Table<String, Photo>,
    /// Places that are kept for files, by photo id.
    pub(super) pending: BTreeMap<String, Place>,
    /// Command ids that are remembered, oldest first.
    pub(super) commands: Vec<String>,
}

/// A place that is kept for the files of a photo.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Place {
    /// The files.
    pub(super) files: Files,
    /// Log time from which it is kept no more, ms.
    pub(super) until: i64,
}
