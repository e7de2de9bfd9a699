//! A folded slice beside what is stored of it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use bytes::Bytes;
use kernel::Saved;

use super::difference::{Difference, parts};
use super::job::Job;
use super::slice::{Cell, Slice, Version};
use crate::ports::{Head, PortError, Row, StoredAggregate};
use crate::replay::naive::Naive;

/// Rows and aggregates that are read at a time.
const READ_AT_ONCE: usize = 256;

/// An aggregate that differs, and what the log makes of it at the mark.
struct AggregateAside {
    stored: StoredAggregate,
    log: (Head, Option<Saved>),
}

/// Compares what a slice folded with the store. A row that differs goes to `unsure`: a key of another slice, or one of
/// another partition, may have written it since.
pub(super) async fn compare(
    job: &mut Job<'_>,
    slice: &mut Slice,
    wanted: &(impl Fn(&Bytes) -> bool + Send + Sync),
    unsure: &mut Vec<(Cell, Option<Row>)>,
) -> Result<(), PortError> {
    let mut aggregates = aggregates(job, slice).await?;
    let mut rows = rows(job, slice, unsure).await?;
    if !(aggregates.is_empty() && rows.is_empty()) {
        // What was read is of an earlier moment than this end.
        let end = job.end_of(slice.partition).await?;
        let settle = |naive: &Naive, key: &Bytes, written: Vec<(Cell, Version)>| {
            for (cell, version) in written {
                let is = |stored: &Option<Row>| version.is(stored.as_ref());
                if rows.get(&cell).is_some_and(is) {
                    rows.remove(&cell);
                }
            }
            let is = |aside: &AggregateAside| is_stored(naive, key, &aside.stored);
            if aggregates.get(key).is_some_and(is) {
                aggregates.remove(key);
            }
            match rows.is_empty() && aggregates.is_empty() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        };
        slice.look_ahead(job, end, wanted, settle).await?;
    }
    for (key, aside) in aggregates {
        let name = job.spec.aggregates.unwrap_or_default();
        let table = job.table(name).to_string();
        for difference in Difference::of_aggregate(&table, &key, &aside.stored, &aside.log) {
            job.differs(difference).await?;
        }
    }
    unsure.extend(rows);
    Ok(())
}

/// Whether an aggregate is stored as the fold has it now.
fn is_stored(naive: &Naive, key: &Bytes, stored: &StoredAggregate) -> bool {
    let Some(folded) = naive.folded(key) else {
        return false;
    };
    // An older program did not keep the id.
    let head = Head {
        id: stored.head.id.and(folded.head.id),
        // A program that takes what an older one refused parks nothing, and has nothing to free.
        late: stored.head.late,
        ..folded.head.clone()
    };
    if head != stored.head || folded.exists != stored.doc.is_some() {
        return false;
    }
    let saved = naive.saved(key).unwrap_or_default();
    let doc = stored.doc.clone().unwrap_or_default();
    saved.doc == doc && parts(&saved.parts) == parts(&stored.parts)
}

// A slice that is shared could not be held while others run: its states cannot be shared between threads.
async fn aggregates(
    job: &mut Job<'_>,
    slice: &mut Slice,
) -> Result<BTreeMap<Bytes, AggregateAside>, PortError> {
    let mut asides = BTreeMap::new();
    let Some(name) = job.spec.aggregates else {
        return Ok(asides);
    };
    let table = job.table(name);
    let keys: Vec<Bytes> = slice.naive.keys().cloned().collect();
    job.report.keys += keys.len() as u64;
    for some in keys.chunks(READ_AT_ONCE) {
        let stored = match job.processor.parted() {
            false => job.store().load(&table, some).await?,
            true => {
                let mut stored = Vec::with_capacity(some.len());
                for key in some {
                    stored.push(job.store().load_whole(&table, key).await?);
                }
                stored
            }
        };
        for (key, stored) in some.iter().zip(stored) {
            let naive = &slice.naive;
            if is_stored(naive, key, &stored) {
                continue;
            }
            let head = naive.folded(key).map(|folded| folded.head.clone());
            let log = (head.unwrap_or_default(), naive.saved(key));
            asides.insert(key.clone(), AggregateAside { stored, log });
        }
        // Saying nothing new tells whether anybody still listens.
        job.did(0).await?;
    }
    Ok(asides)
}

/// A row under a stamp that no event has goes to `unsure` at once.
async fn rows(
    job: &mut Job<'_>,
    slice: &mut Slice,
    unsure: &mut Vec<(Cell, Option<Row>)>,
) -> Result<BTreeMap<Cell, Option<Row>>, PortError> {
    let mut asides = BTreeMap::new();
    job.report.rows += slice.cells.len() as u64;
    let cells: Vec<(&Cell, &Version)> = slice.cells.iter().collect();
    for of_table in cells.chunk_by(|a, b| a.0.0 == b.0.0) {
        for some in of_table.chunks(READ_AT_ONCE) {
            let keys: Vec<Cell> = some.iter().map(|(cell, _)| (*cell).clone()).collect();
            let stored = read(job, &keys).await?;
            for ((cell, version), stored) in some.iter().zip(stored) {
                if let Some(row) = &stored
                    && !job.has_offset(row.stamp.offset()).await?
                {
                    unsure.push(((*cell).clone(), stored));
                    continue;
                }
                if !version.is(stored.as_ref()) {
                    asides.insert((*cell).clone(), stored);
                }
            }
            job.did(0).await?;
        }
    }
    Ok(asides)
}

/// Reads rows of one table.
pub(super) async fn read(job: &Job<'_>, cells: &[Cell]) -> Result<Vec<Option<Row>>, PortError> {
    let Some((name, _, _)) = cells.first() else {
        return Ok(Vec::new());
    };
    let keys = cells.iter().map(|(_, key, row)| (key.clone(), row.clone()));
    let keys: Vec<(Bytes, Bytes)> = keys.collect();
    job.store().get_many(&job.table(name), &keys).await
}
