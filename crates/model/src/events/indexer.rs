//! What the followers of indexers (subgraphs) remember.

use apache_avro::AvroSchema;
use serde::{Deserialize, Serialize};

use crate::codec::recorded;

/// How far one producer has read an indexer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, AvroSchema)]
#[serde(rename_all = "camelCase", default)]
#[avro(namespace = "worldlog.indexer")]
pub struct Cursor {
    /// Sub-type of the events it makes.
    pub producer: String,
    /// Chain time of the last row that was read, Unix seconds.
    pub seconds: i64,
    /// Id of that row; empty when no row of that second was read.
    pub row: String,
    /// ms.
    pub at: i64,
}

recorded! {
    Cursor = "indexer/cursor",
}
