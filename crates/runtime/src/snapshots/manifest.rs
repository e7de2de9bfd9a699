//! What a snapshot is of, and what it is made of. It is written last: a snapshot without it was cut short.

use kernel::Spec;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ports::MarkAt;

/// A snapshot that is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Version of the files' format.
    pub format: u32,
    /// Read model.
    pub read_model: String,
    /// Number of the snapshot among those of its read model.
    pub number: u64,
    /// The generation it was taken of.
    pub generation: u32,
    /// That generation, and those that it came of by snapshots.
    #[serde(default)]
    pub lineage: Vec<u32>,
    /// Revision of the processor that made that generation.
    pub revision: u32,
    /// Its tables without the generation; the pieces name them by their place here.
    pub tables: Vec<String>,
    /// The topic it was made from.
    pub input: String,
    /// By partition.
    pub places: Vec<Place>,
    /// When it was begun, ms.
    pub begun_at: i64,
    /// When the last of it was copied, ms.
    pub taken_at: i64,
    /// Version of the program that took it.
    pub program: String,
    /// Aggregates, parts of them, and rows.
    pub cells: u64,
    /// Bytes of all pieces.
    pub bytes: u64,
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// What a snapshot holds of one partition of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// Every aggregate is of this offset or a later one: here one reads on. `None`: nothing was read of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Id of the record before `next`, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Uuid>,
    /// Rows of all events below this offset are in it.
    pub rows_from: u64,
    /// Nothing in it is of an event at or above this offset.
    pub end: u64,
}

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Piece {
    /// Rows in it.
    pub cells: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, in hex.
    pub sha256: String,
}

/// The format that this program reads and writes.
pub(super) const FORMAT: u32 = 1;

impl Place {
    /// Where one reads on, as a mark.
    pub fn mark(&self) -> Option<MarkAt> {
        let last = self.last;
        self.next.map(|next| MarkAt { next, last })
    }
}

impl Manifest {
    /// Whether it has all tables of a processor, in their order.
    pub(super) fn has_tables_of(&self, spec: &Spec) -> bool {
        let tables = spec.stored();
        self.tables.iter().map(String::as_str).eq(tables)
    }
}
