//! A log and a store in memory that can be cut off before any single write.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{NewRecord, Part, Stamp};
use runtime::engine::FoldOutput;
use runtime::ports::{AggregateWrite, Mark, StampedRow, StoredAggregate};

/// The process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crashed;

/// One write of a flush, in the order they are made.
#[derive(Debug)]
enum Write {
    Append(NewRecord),
    Row(StampedRow),
    Aggregate(AggregateWrite),
    Mark(Mark),
}

/// What was written.
#[derive(Default)]
pub(super) struct Ledger {
    /// Everything ever appended, repetitions too.
    pub(super) appends: Vec<NewRecord>,
    /// Rows by (table, partition, row), deleted ones too.
    pub(super) rows: BTreeMap<(&'static str, Bytes, Bytes), (Option<Bytes>, Stamp)>,
    /// Aggregates by key.
    pub(super) aggregates: BTreeMap<Bytes, (StoredAggregate, Stamp)>,
    /// Parts of aggregates by (key, name), deleted ones too.
    pub(super) parts: BTreeMap<(Bytes, Bytes), (Option<Bytes>, Stamp)>,
    /// Next offset by partition.
    pub(super) marks: BTreeMap<u32, u64>,
    /// Writes made.
    pub(super) writes: usize,
    /// The write before which the process dies, once.
    crash: Option<usize>,
    /// What was left of the flush that was cut off.
    left: Vec<Write>,
}

impl Ledger {
    /// Nothing written yet; the process will die before that write, once.
    pub(super) fn crashing(crash: Option<usize>) -> Self {
        Self {
            crash,
            ..Self::default()
        }
    }

    /// Writes one flush in the engine's order: appends, rows, aggregates, mark.
    ///
    /// # Errors
    /// The process died before one of the writes.
    pub(super) fn write(&mut self, output: FoldOutput) -> Result<(), Crashed> {
        let FoldOutput { appends, flush } = output;
        let mut writes: Vec<Write> = appends.into_iter().map(Write::Append).collect();
        writes.extend(flush.rows.into_iter().map(Write::Row));
        writes.extend(flush.aggregates.into_iter().map(Write::Aggregate));
        writes.extend(flush.mark.map(Write::Mark));
        let mut writes = writes.into_iter();
        while let Some(write) = writes.next() {
            if self.crash == Some(self.writes) {
                self.crash = None;
                self.left = std::iter::once(write).chain(writes).collect();
                return Err(Crashed);
            }
            self.writes += 1;
            self.apply(write);
        }
        Ok(())
    }

    /// Lets what was left of the cut-off flush land now: a zombie's writes. Its mark does not: marks are a hint that
    /// the owner of a partition alone may move.
    pub(super) fn land_late(&mut self) {
        for write in std::mem::take(&mut self.left) {
            if !matches!(write, Write::Mark(_)) {
                self.apply(write);
            }
        }
    }

    /// An aggregate with its parts.
    pub(super) fn load(&self, key: &Bytes) -> StoredAggregate {
        let Some((stored, _)) = self.aggregates.get(key) else {
            return StoredAggregate::default();
        };
        let parts = self.parts.iter().filter(|((of, _), _)| of == key);
        let parts = parts.map(|((_, name), (doc, _))| Part {
            name: name.clone(),
            doc: doc.clone(),
        });
        StoredAggregate {
            parts: parts.filter(|part| part.doc.is_some()).collect(),
            ..stored.clone()
        }
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Append(record) => self.appends.push(record),
            Write::Row(row) => {
                let cell = (row.table, row.partition, row.row);
                let new = (row.doc, row.stamp);
                let old = self.rows.get(&cell);
                if wins(&new, old, || format!("{cell:?}")) {
                    self.rows.insert(cell, new);
                }
            }
            Write::Aggregate(mut write) => {
                for part in std::mem::take(&mut write.aggregate.parts) {
                    let cell = (write.key.clone(), part.name);
                    let new = (part.doc, write.stamp);
                    if wins(&new, self.parts.get(&cell), || format!("{cell:?}")) {
                        self.parts.insert(cell, new);
                    }
                }
                let new = (write.aggregate, write.stamp);
                let old = self.aggregates.get(&write.key);
                if wins(&new, old, || format!("{:?}", write.key)) {
                    self.aggregates.insert(write.key, new);
                }
            }
            Write::Mark(mark) => {
                self.marks.insert(mark.partition, mark.next);
            }
        }
    }
}

/// The store's rule: a higher stamp wins; two values under one stamp are a bug.
fn wins<T: PartialEq + std::fmt::Debug>(
    new: &(T, Stamp),
    old: Option<&(T, Stamp)>,
    name: impl Fn() -> String,
) -> bool {
    let Some((value, stamp)) = old else {
        return true;
    };
    assert!(
        *stamp != new.1 || *value == new.0,
        "two values under one stamp in {}: {value:?} and {:?}",
        name(),
        new.0
    );
    new.1 > *stamp
}
