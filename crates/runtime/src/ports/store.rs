//! The store of read models: tables of rows under stamps, aggregates with their heads, marks and pointers.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Part, Stamp};
use serde::{Deserialize, Serialize};

use super::PortError;

/// A table of one generation of a read model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableName {
    /// Name without the generation, as in the processor's `Spec`.
    pub name: &'static str,
    /// Generation, from 1.
    pub generation: u32,
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_g{}", self.name, self.generation)
    }
}

/// What an aggregate remembers of the log, beside its state. Written last, with the state: the commit point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Last own offset applied.
    pub pos: Option<u64>,
    /// Id of the event at `pos`, to notice a log that was rewritten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<uuid::Uuid>,
    /// Highest upstream (offset, index) applied, by `producer:topic/partition`, for derived events. The producer is
    /// part of the key because two processors may read one partition and write to one funnel.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub src: BTreeMap<String, (u64, u32)>,
    /// Set while the key is parked: which of its events wait in the dead-letter topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
    /// Number of the last decision about dead letters that changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<u64>,
}

/// The events of a parked key that wait in the dead-letter topic. `pos` stays below them, so that a redrive, which
/// keeps their positions, applies them in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// Offset of the event that was rejected.
    pub first: u64,
    /// Offset of the last event that followed it.
    pub last: u64,
    /// As [`Head::src`], of the events that wait: `src` itself stays as it was before them, for they are still to come.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub src: BTreeMap<String, (u64, u32)>,
}

/// An aggregate as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredAggregate {
    /// What it remembers of the log.
    pub head: Head,
    /// Its state's document; `None` when it has none yet.
    pub doc: Option<Bytes>,
    /// Parts of its state: as it is read all there are, as it is written those that changed.
    pub parts: Vec<Part>,
}

impl StoredAggregate {
    /// Bytes of its documents.
    pub fn bytes(&self) -> usize {
        let parts = self.parts.iter().map(|part| {
            let doc = part.doc.as_ref().map_or(0, Bytes::len);
            part.name.len() + doc
        });
        self.doc.as_ref().map_or(0, Bytes::len) + parts.sum::<usize>()
    }
}

/// An aggregate to write, head and parts included, atomically.
#[derive(Clone, Debug)]
pub struct AggregateWrite {
    /// Its key.
    pub key: Bytes,
    /// Head and state.
    pub aggregate: StoredAggregate,
    /// Stamp of the last event applied.
    pub stamp: Stamp,
}

/// A projection row under its stamp.
#[derive(Clone, Debug)]
pub struct StampedRow {
    /// Table, without generation.
    pub table: &'static str,
    /// Partition key.
    pub partition: Bytes,
    /// Row key.
    pub row: Bytes,
    /// Document; `None` deletes.
    pub doc: Option<Bytes>,
    /// Stamp.
    pub stamp: Stamp,
}

/// How far a processor has come in one partition of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Input topic.
    pub topic: String,
    /// Partition.
    pub partition: u32,
    /// Next offset to read.
    pub next: u64,
    /// Id of the record at `next - 1`, where there is one (no gap) and the writer knows it: by it a log that was made
    /// anew, or cut and grown again, is told from the one that was read.
    pub last: Option<uuid::Uuid>,
}

/// A mark as it is read back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkAt {
    /// Next offset to read.
    pub next: u64,
    /// Id of the record at `next - 1`, if the mark was written with one.
    pub last: Option<uuid::Uuid>,
}

/// One flush of one partition: written in the order of the fields. A store may write all of it at once, but must
/// not make a later part visible or durable before an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Flush {
    /// Processor and read model.
    pub processor: &'static str,
    /// Generation.
    pub generation: u32,
    /// First the projection rows.
    pub rows: Vec<StampedRow>,
    /// Table of the aggregates.
    pub aggregates_table: &'static str,
    /// Then each aggregate, head included.
    pub aggregates: Vec<AggregateWrite>,
    /// Last the mark.
    pub mark: Option<Mark>,
}

/// A row as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Partition key.
    pub partition: Bytes,
    /// Row key; empty for an aggregate, the part's name for a part of one.
    pub row: Bytes,
    /// Document.
    pub doc: Bytes,
    /// Stamp of the last write.
    pub stamp: Stamp,
}

/// Rows of one partition key, in row-key order.
#[derive(Clone, Debug, Default)]
pub struct RowRange {
    /// First row key, inclusive; `None` from the first row.
    pub from: Option<Bytes>,
    /// Last row key, exclusive; `None` to the last row.
    pub to: Option<Bytes>,
    /// From the greatest row key down.
    pub descending: bool,
    /// At most this many rows.
    pub limit: usize,
}

/// A page of a whole table, in no order that means anything.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Rows.
    pub rows: Vec<Row>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Bytes>,
}

/// A row as it is stored, an aggregate with its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCell {
    /// Partition key.
    pub partition: Bytes,
    /// Row key; empty for an aggregate, the part's name for a part of one.
    pub row: Bytes,
    /// Document; an aggregate may have none yet.
    pub doc: Option<Bytes>,
    /// What an aggregate remembers of the log; `None` for any other row.
    pub head: Option<Head>,
    /// Stamp of the last write.
    pub stamp: Stamp,
}

/// A page of a whole table as it is stored.
#[derive(Clone, Debug, Default)]
pub struct Scanned {
    /// Its rows.
    pub cells: Vec<StoredCell>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Bytes>,
}

/// A named value changed only by compare-and-set; never in a stamped table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Raised by one with each change, from 1.
    pub version: u64,
    /// Value.
    pub value: Bytes,
}

/// A store of read models. A higher stamp wins per row, whatever the order of arrival; at equal stamps the row
/// that is there stays.
#[async_trait]
pub trait Store: Send + Sync {
    /// Creates the tables of one generation of a read model where they are missing.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn create(&self, tables: &[TableName]) -> Result<(), PortError>;

    /// Removes tables with all their rows, for good; one that is not there is no error. Marks stay: the number of a
    /// generation is never used again.
    ///
    /// # Errors
    /// As the store's faults are; some of the tables may be gone then.
    async fn drop_tables(&self, tables: &[TableName]) -> Result<(), PortError>;

    /// Loads aggregates without parts, in the order of the keys; an unknown key gives the default.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn load(
        &self,
        table: &TableName,
        keys: &[Bytes],
    ) -> Result<Vec<StoredAggregate>, PortError>;

    /// Loads one aggregate with all its parts, as one write left them.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn load_whole(&self, table: &TableName, key: &[u8])
    -> Result<StoredAggregate, PortError>;

    /// Writes one flush, in the order of its fields.
    ///
    /// # Errors
    /// After an error any prefix of it may have been written.
    async fn flush(&self, flush: Flush) -> Result<(), PortError>;

    /// How far a processor's generation has come, by (topic, partition). Of two marks of one partition the greater
    /// `next` stays, with its `last`; at equal ones a `last` that is known stays.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn marks(
        &self,
        processor: &str,
        generation: u32,
    ) -> Result<BTreeMap<(String, u32), MarkAt>, PortError>;

    /// One row. An aggregate is the row whose row key is empty.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn get(
        &self,
        table: &TableName,
        partition: &[u8],
        row: &[u8],
    ) -> Result<Option<Row>, PortError>;

    /// Many rows of one table by (partition key, row key), in the order asked; `None` where there is none.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn get_many(
        &self,
        table: &TableName,
        keys: &[(Bytes, Bytes)],
    ) -> Result<Vec<Option<Row>>, PortError>;

    /// Rows of one partition key.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn range(
        &self,
        table: &TableName,
        partition: &[u8],
        range: RowRange,
    ) -> Result<Vec<Row>, PortError>;

    /// A page of a whole table, from where the last one ended.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn page(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Page, PortError>;

    /// The same of all that is stored but deletions: with heads, and with aggregates that have no document. Each row as
    /// one write left it; an aggregate and its parts may be of different moments. A row that is there all the while is
    /// found once.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn scan(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Scanned, PortError>;

    /// A pointer's value.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn pointer(&self, name: &str) -> Result<Option<Pointer>, PortError>;

    /// Sets a pointer if its version is still `expected` (`None`: if it does not exist). Says whether it did.
    ///
    /// # Errors
    /// After an error it may or may not have been set.
    async fn compare_and_set(
        &self,
        name: &str,
        expected: Option<u64>,
        value: Bytes,
    ) -> Result<bool, PortError>;

    /// Every pointer whose name starts with `prefix`, in name order.
    ///
    /// # Errors
    /// As the store's faults are.
    async fn pointers(&self, prefix: &str) -> Result<Vec<(String, Pointer)>, PortError>;

    /// Removes a pointer if its version is still `expected`. Says whether it did.
    ///
    /// # Errors
    /// After an error it may or may not have been removed.
    async fn remove_pointer(&self, name: &str, expected: u64) -> Result<bool, PortError>;
}
