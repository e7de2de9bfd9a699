//! A store in memory that reconciles cells as a CQL store does.
//!
//! A higher stamp wins per cell; at equal stamps a deletion beats a value, then the larger value wins. Such ties never
//! happen while steps are deterministic: they are counted, see [`MemoryStore::ties`].

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kernel::{Part, Stamp};
use runtime::ports::{
    AggregateWrite, Flush, Head, Mark, MarkAt, Pointer, PortError, Row, Scanned, StampedRow,
    StoredAggregate, StoredCell, TableName,
};

/// One cell: a value or its deletion, under a stamp.
#[derive(Clone, Debug)]
struct Cell<T> {
    value: Option<T>,
    stamp: Stamp,
}

/// One row: its cells, and the stamp of its last deletion as a whole.
#[derive(Clone, Debug, Default)]
struct Cells {
    deleted: Option<Stamp>,
    doc: Option<Cell<Bytes>>,
    head: Option<Cell<Head>>,
}

type Rows = BTreeMap<(Bytes, Bytes), Cells>;
type MarkKey = (String, u32, String, u32);
type Hook = Box<dyn FnMut(&MemoryStore, Flush) -> Result<(), PortError> + Send>;

#[derive(Default)]
pub(super) struct State {
    tables: BTreeMap<TableName, Rows>,
    marks: BTreeMap<MarkKey, MarkAt>,
    pub(super) pointers: BTreeMap<String, Pointer>,
    ties: Vec<String>,
}

/// A store in memory. Every method but the port's own returns at once.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
    hook: Mutex<Option<Hook>>,
}

/// One write of a flush, as small as a store may make it.
#[derive(Clone, Debug)]
pub enum Write {
    /// A projection row.
    Row(u32, StampedRow),
    /// An aggregate with its head, atomically.
    Aggregate(TableName, AggregateWrite),
    /// How far a processor's generation has come.
    Mark(&'static str, u32, Mark),
}

/// The writes of a flush, in the order they must become visible.
pub fn writes_of(flush: Flush) -> Vec<Write> {
    let generation = flush.generation;
    let table = TableName {
        name: flush.aggregates_table,
        generation,
    };
    let rows = flush.rows.into_iter().map(|r| Write::Row(generation, r));
    let aggregates = flush.aggregates.into_iter();
    let aggregates = aggregates.map(|a| Write::Aggregate(table.clone(), a));
    let mark = flush.mark.into_iter();
    let mark = mark.map(|m| Write::Mark(flush.processor, generation, m));
    rows.chain(aggregates).chain(mark).collect()
}

impl MemoryStore {
    /// Takes over what a flush does: `hook` may apply it, keep parts of it for later, or fail.
    pub fn intercept(
        &self,
        hook: impl FnMut(&Self, Flush) -> Result<(), PortError> + Send + 'static,
    ) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
    }

    /// Creates tables where they are missing.
    pub fn create_now(&self, tables: &[TableName]) {
        let mut state = self.lock();
        for table in tables {
            state.tables.entry(table.clone()).or_default();
        }
    }

    /// Removes tables where they are there.
    pub fn drop_now(&self, tables: &[TableName]) {
        let mut state = self.lock();
        for table in tables {
            state.tables.remove(table);
        }
    }

    /// Writes a flush, through the hook if there is one.
    ///
    /// # Errors
    /// The hook's; `Refused` for a table that does not exist.
    pub fn flush_now(&self, flush: Flush) -> Result<(), PortError> {
        let mut hook = self.hook.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *hook {
            Some(hook) => hook(self, flush),
            None => writes_of(flush).iter().try_for_each(|w| self.apply(w)),
        }
    }

    /// Makes one write, early, late or again.
    ///
    /// # Errors
    /// `Refused` for a table that does not exist.
    pub fn apply(&self, write: &Write) -> Result<(), PortError> {
        match write {
            Write::Row(generation, row) => self.apply_rows(*generation, std::slice::from_ref(row)),
            Write::Aggregate(table, aggregate) => self.apply_aggregate(table, aggregate),
            Write::Mark(processor, generation, mark) => {
                self.apply_mark(processor, *generation, mark);
                Ok(())
            }
        }
    }

    /// Writes projection rows, each on its own.
    ///
    /// # Errors
    /// `Refused` for a table that does not exist.
    pub fn apply_rows(&self, generation: u32, rows: &[StampedRow]) -> Result<(), PortError> {
        let mut state = self.lock();
        for row in rows {
            let table = TableName {
                name: row.table,
                generation,
            };
            let key = (row.partition.clone(), row.row.clone());
            state.change(&table, key, |cells| match &row.doc {
                None => {
                    cells.deleted = cells.deleted.max(Some(row.stamp));
                    false
                }
                Some(doc) => reconcile(&mut cells.doc, Some(doc.clone()), row.stamp),
            })?;
        }
        Ok(())
    }

    /// Writes an aggregate with its head.
    ///
    /// # Errors
    /// `Refused` for a table that does not exist.
    pub fn apply_aggregate(
        &self,
        table: &TableName,
        write: &AggregateWrite,
    ) -> Result<(), PortError> {
        let StoredAggregate { head, doc, parts } = write.aggregate.clone();
        let key = (write.key.clone(), Bytes::new());
        let mut state = self.lock();
        state.change(table, key, |cells| {
            let tie = reconcile(&mut cells.doc, doc, write.stamp);
            reconcile(&mut cells.head, Some(head), write.stamp) | tie
        })?;
        for part in parts {
            let key = (write.key.clone(), part.name);
            state.change(table, key, |cells| {
                reconcile(&mut cells.doc, part.doc, write.stamp)
            })?;
        }
        Ok(())
    }

    /// Records how far a processor's generation has come; never back.
    pub fn apply_mark(&self, processor: &str, generation: u32, mark: &Mark) {
        let key = (
            processor.to_owned(),
            generation,
            mark.topic.clone(),
            mark.partition,
        );
        let mut state = self.lock();
        let known = state.marks.entry(key).or_default();
        if mark.next > known.next || (mark.next == known.next && known.last.is_none()) {
            *known = MarkAt {
                next: mark.next,
                last: mark.last,
            };
        }
    }

    /// Rows to which two values were written under one stamp: what a step that is not deterministic leaves.
    pub fn ties(&self) -> Vec<String> {
        self.lock().ties.clone()
    }

    /// Every live row of a table, in key order.
    ///
    /// # Errors
    /// `Refused` for a table that does not exist.
    pub fn rows(&self, table: &TableName) -> Result<Vec<Row>, PortError> {
        let state = self.lock();
        let rows = state.rows(table)?.iter();
        Ok(rows.filter_map(|(key, cells)| cells.row(key)).collect())
    }

    /// A page of all cells but deletions. The token is the last row's keys, the first behind its length.
    pub(super) fn scan_now(
        &self,
        table: &TableName,
        from: Option<Bytes>,
        limit: usize,
    ) -> Result<Scanned, PortError> {
        let state = self.lock();
        let unknown = |token: &Bytes| PortError::refused(format!("{token:?} is no page token"));
        let after = match &from {
            None => Bound::Unbounded,
            Some(token) => {
                let (length, keys) = token.split_first_chunk().ok_or_else(|| unknown(token))?;
                let length = u32::from_be_bytes(*length) as usize;
                let (pk, ck) = keys
                    .split_at_checked(length)
                    .ok_or_else(|| unknown(token))?;
                Bound::Excluded((Bytes::copy_from_slice(pk), Bytes::copy_from_slice(ck)))
            }
        };
        let rows = state.rows(table)?.range((after, Bound::Unbounded));
        let cells = rows.filter_map(|(key, cells)| cells.stored(key));
        let cells: Vec<StoredCell> = cells.take(limit.max(1)).collect();
        let last = cells.last().filter(|_| cells.len() == limit.max(1));
        let next = last.map(|last| {
            let length = u32::try_from(last.partition.len()).expect("a short key");
            Bytes::from([&length.to_be_bytes()[..], &last.partition, &last.row].concat())
        });
        Ok(Scanned { cells, next })
    }

    pub(super) fn row(
        &self,
        table: &TableName,
        key: &(Bytes, Bytes),
    ) -> Result<Option<Row>, PortError> {
        let state = self.lock();
        let cells = state.rows(table)?.get(key);
        Ok(cells.and_then(|cells| cells.row(key)))
    }

    pub(super) fn aggregate(
        &self,
        table: &TableName,
        key: &Bytes,
    ) -> Result<StoredAggregate, PortError> {
        let state = self.lock();
        let cells = state.rows(table)?.get(&(key.clone(), Bytes::new()));
        Ok(cells.map(Cells::aggregate).unwrap_or_default())
    }

    pub(super) fn whole(
        &self,
        table: &TableName,
        key: &Bytes,
    ) -> Result<StoredAggregate, PortError> {
        let state = self.lock();
        let from = (key.clone(), Bytes::new());
        let mut found = StoredAggregate::default();
        let of = state.rows(table)?.range(from..);
        for (at, cells) in of.take_while(|((of, _), _)| of == key) {
            match (at.1.is_empty(), cells.row(at)) {
                (true, _) => found = cells.aggregate(),
                (false, Some(row)) => found.parts.push(Part {
                    name: row.row,
                    doc: Some(row.doc),
                }),
                (false, None) => {}
            }
        }
        Ok(found)
    }

    pub(super) fn marks_of(
        &self,
        processor: &str,
        generation: u32,
    ) -> BTreeMap<(String, u32), MarkAt> {
        let state = self.lock();
        let of = |(name, number, _, _): &MarkKey| name == processor && *number == generation;
        state
            .marks
            .iter()
            .filter(|(key, _)| of(key))
            .map(|((_, _, topic, partition), mark)| ((topic.clone(), *partition), *mark))
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn rows(&self, table: &TableName) -> Result<&Rows, PortError> {
        self.tables.get(table).ok_or_else(|| no_table(table))
    }

    /// Changes one row; `change` says whether it met a tie.
    fn change(
        &mut self,
        table: &TableName,
        key: (Bytes, Bytes),
        change: impl FnOnce(&mut Cells) -> bool,
    ) -> Result<(), PortError> {
        let rows = self.tables.get_mut(table).ok_or_else(|| no_table(table))?;
        let name = format!("{table} {:?}/{:?}", key.0, key.1);
        if change(rows.entry(key).or_default()) {
            self.ties.push(name);
        }
        Ok(())
    }
}

fn no_table(table: &TableName) -> PortError {
    PortError::refused(format!("table {table} does not exist"))
}

/// Lets the winner stay. Says whether both had one stamp and were not the same.
fn reconcile<T: Clone + PartialEq + AsOrd>(
    cell: &mut Option<Cell<T>>,
    value: Option<T>,
    stamp: Stamp,
) -> bool {
    let Some(known) = cell else {
        *cell = Some(Cell { value, stamp });
        return false;
    };
    let tie = known.stamp == stamp && known.value != value;
    let wins = match (&known.value, &value) {
        _ if known.stamp != stamp => stamp > known.stamp,
        (None, _) => false,
        (Some(_), None) => true,
        (Some(known), Some(value)) => value.order() > known.order(),
    };
    if wins {
        *known = Cell { value, stamp };
    }
    tie
}

/// The bytes by which a store orders two values of one stamp.
trait AsOrd {
    fn order(&self) -> Vec<u8>;
}

impl AsOrd for Bytes {
    fn order(&self) -> Vec<u8> {
        self.to_vec()
    }
}

impl AsOrd for Head {
    fn order(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a head serialises: its keys are text")
    }
}

impl Cells {
    fn live<'a, T>(&self, cell: &'a Option<Cell<T>>) -> Option<(&'a T, Stamp)> {
        let cell = cell.as_ref()?;
        let deleted = self.deleted.is_some_and(|deleted| cell.stamp <= deleted);
        let value = cell.value.as_ref().filter(|_| !deleted)?;
        Some((value, cell.stamp))
    }

    fn row(&self, (partition, row): &(Bytes, Bytes)) -> Option<Row> {
        let (doc, stamp) = self.live(&self.doc)?;
        Some(Row {
            partition: partition.clone(),
            row: row.clone(),
            doc: doc.clone(),
            stamp,
        })
    }

    fn stored(&self, (partition, row): &(Bytes, Bytes)) -> Option<StoredCell> {
        let (doc, head) = (self.live(&self.doc), self.live(&self.head));
        let stamp = doc.map(|(_, stamp)| stamp);
        Some(StoredCell {
            partition: partition.clone(),
            row: row.clone(),
            stamp: stamp.max(head.map(|(_, stamp)| stamp))?,
            doc: doc.map(|(doc, _)| doc.clone()),
            head: head.map(|(head, _)| head.clone()),
        })
    }

    fn aggregate(&self) -> StoredAggregate {
        StoredAggregate {
            head: self
                .live(&self.head)
                .map(|(head, _)| head.clone())
                .unwrap_or_default(),
            doc: self.live(&self.doc).map(|(doc, _)| doc.clone()),
            parts: Vec::new(),
        }
    }
}
