//! Some keys of one partition, folded, with the rows that their events wrote.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use bytes::Bytes;
use kernel::{Poison, RowWrite, Stamp};

use super::job::Job;
use crate::ports::{PortError, Row};
use crate::replay::late::TakenLate;
use crate::replay::naive::{Became, Naive, Once};
use crate::replay::scan::Scan;

/// A row's place: table, partition key, row key.
pub(super) type Cell = (&'static str, Bytes, Bytes);

/// A row as an event left it.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) doc: Option<Bytes>,
    pub(super) stamp: Stamp,
    /// The key whose event it was.
    pub(super) by: Bytes,
}

impl Version {
    /// Whether a row is stored as this event left it. An event of another partition may have left the same since.
    pub(super) fn is(&self, stored: Option<&Row>) -> bool {
        match (stored, &self.doc) {
            (Some(row), Some(doc)) => row.doc == *doc && row.stamp >= self.stamp,
            (None, None) => true,
            _ => false,
        }
    }
}

/// A number that a key, or the place of a row, keeps.
pub(super) fn hash(seed: u64, of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, of).hash(&mut hasher);
    hasher.finish()
}

/// See the module.
pub(super) struct Slice {
    pub(super) partition: u32,
    pub(super) naive: Naive,
    /// The next offset to fold.
    pub(super) next: u64,
    /// Every row that was written, as it was left.
    pub(super) cells: BTreeMap<Cell, Version>,
}

impl Slice {
    pub(super) fn new(job: &Job<'_>, partition: u32, start: u64) -> Self {
        let processor = job.processor.clone();
        Self {
            partition,
            naive: Naive::new(processor, job.generation, partition, Once::ByHead)
                .decided(job.decided(partition)),
            next: start,
            cells: BTreeMap::new(),
        }
    }

    /// Folds the keys that are wanted up to an offset, and keeps every row they write.
    pub(super) async fn fold(
        &mut self,
        job: &mut Job<'_>,
        to: u64,
        wanted: impl FnMut(&Bytes) -> bool + Send,
    ) -> Result<(), PortError> {
        let Self {
            naive,
            next,
            cells,
            partition,
        } = self;
        let keep = |_: &Naive, _: &Bytes, written: Vec<(Cell, Version)>| {
            for (cell, version) in written {
                // What comes late loses to what was written after its place.
                if cells
                    .get(&cell)
                    .is_none_or(|old| old.stamp <= version.stamp)
                {
                    cells.insert(cell, version);
                }
            }
            ControlFlow::Continue(())
        };
        let done = job.carried_out(*partition);
        let place = (*partition, &mut *next, to);
        match fold(job, naive, place, done, wanted, keep).await? {
            Some(stopped) => Err(PortError::refused(stopped)),
            None => Ok(()),
        }
    }

    /// Folds up to an offset as far as a step can be taken, and shows what each event wrote; of the decisions with their place
    /// there, those that the mark says were carried out.
    pub(super) async fn look(
        &mut self,
        job: &mut Job<'_>,
        to: u64,
        wanted: impl FnMut(&Bytes) -> bool + Send,
        then: impl FnMut(&Naive, &Bytes, Vec<(Cell, Version)>) -> ControlFlow<()> + Send,
    ) -> Result<(), PortError> {
        let done = job.carried_out(self.partition);
        let place = (self.partition, &mut self.next, to);
        fold(job, &mut self.naive, place, done, wanted, then).await?;
        Ok(())
    }

    /// Goes on to the end of the log as far as a step can be taken, and shows what each event wrote.
    pub(super) async fn look_ahead(
        &mut self,
        job: &mut Job<'_>,
        end: u64,
        wanted: impl FnMut(&Bytes) -> bool + Send,
        then: impl FnMut(&Naive, &Bytes, Vec<(Cell, Version)>) -> ControlFlow<()> + Send,
    ) -> Result<(), PortError> {
        let place = (self.partition, &mut self.next, end);
        // Where a step panics or halts the engine stands, too.
        fold(job, &mut self.naive, place, u64::MAX, wanted, then).await?;
        Ok(())
    }
}

/// Folds one partition up to an offset, where decisions before the number `done` are carried out; says why it stopped before that, if a step could not be taken.
async fn fold(
    job: &mut Job<'_>,
    naive: &mut Naive,
    (partition, next, to): (u32, &mut u64, u64),
    done: u64,
    mut wanted: impl FnMut(&Bytes) -> bool + Send,
    mut then: impl FnMut(&Naive, &Bytes, Vec<(Cell, Version)>) -> ControlFlow<()> + Send,
) -> Result<Option<String>, PortError> {
    let mut scan = Scan::new(job.log(), job.spec.input, partition, *next, to);
    let halts = job.spec.poison == Poison::Halt;
    while let Some(records) = scan.batch().await? {
        job.report.events += records.len() as u64;
        job.did(scan.next - *next).await?;
        *next = scan.next;
        for record in records {
            let late = match naive.decide(record.offset) {
                Ok(late) => late,
                Err(panicked) => return Ok(Some(panicked.to_string())),
            };
            if tell(naive, late, &mut wanted, &mut then).is_break() {
                return Ok(None);
            }
            let Ok(Some(keyed)) = naive.decode(&record) else {
                continue;
            };
            if !wanted(&keyed.key) {
                continue;
            }
            let key = keyed.key.clone();
            let taken = match naive.take_decoded(&record, Ok(Some(keyed))) {
                Ok(taken) => taken,
                Err(panicked) => return Ok(Some(panicked.to_string())),
            };
            let rows = match taken.became {
                Became::Applied { step, .. } => step.rows,
                Became::Rejected { reject, .. } if halts && !naive.is_left_out(record.offset) => {
                    let position = naive.position(&record);
                    return Ok(Some(format!("{position}: {reject}")));
                }
                _ => Vec::new(),
            };
            if then(naive, &key, versions(rows, &key, record.offset)).is_break() {
                return Ok(None);
            }
        }
    }
    match naive.decide_done(*next, done) {
        Ok(late) => {
            let _ = tell(naive, late, &mut wanted, &mut then);
            Ok(None)
        }
        Err(panicked) => Ok(Some(panicked.to_string())),
    }
}

/// Shows what decisions about dead letters led to.
fn tell(
    naive: &Naive,
    late: Vec<TakenLate>,
    wanted: &mut impl FnMut(&Bytes) -> bool,
    then: &mut impl FnMut(&Naive, &Bytes, Vec<(Cell, Version)>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for TakenLate { record, taken, .. } in late {
        let Some(key) = taken.key.filter(|key| wanted(key)) else {
            continue;
        };
        let rows = match taken.became {
            Became::Applied { step, .. } => step.rows,
            _ => Vec::new(),
        };
        then(naive, &key, versions(rows, &key, record.offset))?;
    }
    ControlFlow::Continue(())
}

fn versions(rows: Vec<RowWrite>, key: &Bytes, offset: u64) -> Vec<(Cell, Version)> {
    let rows = rows.into_iter();
    rows.map(|row| version(row, key, offset)).collect()
}

fn version(row: RowWrite, key: &Bytes, offset: u64) -> (Cell, Version) {
    let stamp = match row.doc {
        Some(_) => Stamp::write(offset),
        None => Stamp::delete(offset),
    };
    let cell = (row.table, row.partition, row.row);
    let by = key.clone();
    (
        cell,
        Version {
            doc: row.doc,
            stamp,
            by,
        },
    )
}
