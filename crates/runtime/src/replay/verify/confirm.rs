//! A second look at rows that a slice of the keys could not judge: all keys of all partitions are folded, slice by slice,
//! and only these rows are kept.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use bytes::Bytes;

use super::all::SLICES;
use super::compare::read;
use super::difference::Difference;
use super::job::Job;
use super::present::ASIDE_MAX;
use super::slice::{Cell, Slice, Version, hash};
use crate::ports::{PortError, Row};
use crate::replay::naive::Naive;

/// A row in doubt.
#[derive(Default)]
struct Doubt {
    stored: Option<Row>,
    /// As the log left it at the mark.
    log: Option<Version>,
    /// The log leaves it so after the mark.
    settled: bool,
}

type Doubts = BTreeMap<Cell, Doubt>;

/// Tells of those rows that the log does not leave as they are stored.
pub(super) async fn confirm(
    job: &mut Job<'_>,
    mut unsure: Vec<(Cell, Option<Row>)>,
    passes: u64,
) -> Result<(), PortError> {
    if unsure.len() > ASIDE_MAX {
        let note = format!(
            "{} rows are in doubt; {ASIDE_MAX} are looked at",
            unsure.len()
        );
        job.report.notes.push(note);
        unsure.truncate(ASIDE_MAX);
    }
    if unsure.is_empty() {
        return Ok(());
    }
    let mut marks = Vec::new();
    for partition in 0..job.partitions {
        marks.push(job.mark(partition).await?);
    }
    let cells = unsure.into_iter().map(|(cell, _)| cell);
    let mut doubts = reread(job, cells.collect()).await?;
    let ends = job.ends().await?;
    let total: u64 = ends.iter().sum::<u64>() * passes;
    job.begin("events", total);
    job.report.passes += passes;
    for pass in 0..passes {
        for (partition, (mark, end)) in (0..).zip(marks.iter().zip(&ends)) {
            let Some((start, mark)) = *mark else {
                continue;
            };
            let wanted = |key: &Bytes| hash(SLICES, key) % passes == pass;
            let mut slice = Slice::new(job, partition, start);
            up_to_mark(job, &mut slice, mark, wanted, &mut doubts).await?;
            beyond(job, &mut slice, *end, wanted, &mut doubts).await?;
        }
    }
    for (cell, doubt) in doubts {
        let as_at_mark = match &doubt.log {
            Some(log) => log.is(doubt.stored.as_ref()),
            None => doubt.stored.is_none(),
        };
        // A stamp beyond every event would win over what is still to come.
        let possible = match &doubt.stored {
            Some(row) => job.has_offset(row.stamp.offset()).await?,
            None => true,
        };
        if possible && (as_at_mark || doubt.settled) {
            continue;
        }
        let table = job.table(cell.0).to_string();
        let (stored, log) = (doubt.stored.as_ref(), doubt.log.as_ref());
        let difference = Difference::of_row(table, &cell, stored, log);
        job.differs(difference).await?;
    }
    Ok(())
}

/// Reads the rows again: the marks are newer than when they were read first.
async fn reread(job: &Job<'_>, mut cells: Vec<Cell>) -> Result<Doubts, PortError> {
    cells.sort();
    cells.dedup();
    let mut doubts = Doubts::new();
    for of_table in cells.chunk_by(|a, b| a.0 == b.0) {
        for some in of_table.chunks(256) {
            let stored = read(job, some).await?;
            let doubt = |stored| Doubt {
                stored,
                ..Doubt::default()
            };
            doubts.extend(some.iter().cloned().zip(stored.into_iter().map(doubt)));
        }
    }
    Ok(doubts)
}

async fn up_to_mark(
    job: &mut Job<'_>,
    slice: &mut Slice,
    mark: u64,
    wanted: impl FnMut(&Bytes) -> bool + Send,
    doubts: &mut Doubts,
) -> Result<(), PortError> {
    let keep = |_: &Naive, _: &Bytes, written: Vec<(Cell, Version)>| {
        for (cell, version) in written {
            let Some(doubt) = doubts.get_mut(&cell) else {
                continue;
            };
            // Of two partitions that write a row under one stamp, either may have been first.
            let later = |log: &Version| match log.stamp == version.stamp {
                true => version.is(doubt.stored.as_ref()),
                false => log.stamp < version.stamp,
            };
            if doubt.log.as_ref().is_none_or(later) {
                doubt.log = Some(version);
            }
        }
        ControlFlow::Continue(())
    };
    slice.look(job, mark, wanted, keep).await?;
    match slice.next >= mark {
        true => Ok(()),
        false => Err(PortError::refused(format!(
            "{}/{}: a step cannot be taken that was",
            job.spec.input, slice.partition
        ))),
    }
}

async fn beyond(
    job: &mut Job<'_>,
    slice: &mut Slice,
    end: u64,
    wanted: impl FnMut(&Bytes) -> bool + Send,
    doubts: &mut Doubts,
) -> Result<(), PortError> {
    let aggregates = job.spec.aggregates;
    let settle = |naive: &Naive, key: &Bytes, written: Vec<(Cell, Version)>| {
        for (cell, version) in written {
            if let Some(doubt) = doubts.get_mut(&cell) {
                doubt.settled |= version.is(doubt.stored.as_ref());
            }
        }
        // An aggregate that came up after the marks were taken.
        if let Some(table) = aggregates
            && naive.folded(key).is_some_and(|folded| folded.exists)
            && let Some(doubt) = doubts.get_mut(&(table, key.clone(), Bytes::new()))
        {
            doubt.settled = true;
        }
        ControlFlow::Continue(())
    };
    slice.look_ahead(job, end, wanted, settle).await
}
