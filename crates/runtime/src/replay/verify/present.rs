//! The rows that are there: how many bytes they take, and which of them no event wrote.

use std::collections::HashSet;

use bytes::Bytes;

use super::job::Job;
use super::slice::{Cell, Slice, hash};
use crate::ports::{PortError, Row};

const PAGE_ROWS: usize = 1000;
/// A state in memory takes about so many times the bytes of its document.
const LIVE_FACTOR: u64 = 4;
/// Bytes of a row in memory beside its document and keys.
const ROW_BYTES: u64 = 200;
/// Rows that nothing explains and that are looked at again, at most.
pub(super) const ASIDE_MAX: usize = 10_000;
const ROWS: u64 = 2;

/// See the module. Of each row only a hash is kept; that two rows of ten million share one has odds of one to a hundred
/// thousand, and it would hide one of them.
pub(super) struct Present {
    rows: HashSet<u64>,
    bytes: u64,
}

impl Present {
    /// Looks at every row of the processor's tables.
    pub(super) async fn look(job: &mut Job<'_>) -> Result<Self, PortError> {
        let mut present = Self {
            rows: HashSet::new(),
            bytes: 0,
        };
        job.begin("rows", 0);
        for name in job.own_tables() {
            let mut pages = Pages::of(name);
            while let Some(rows) = pages.next(job).await? {
                for row in rows {
                    let size = row.partition.len() + row.row.len() + row.doc.len();
                    present.bytes += size as u64 * LIVE_FACTOR + ROW_BYTES;
                    present.rows.insert(hash(ROWS, &cell(job, name, &row)));
                }
            }
        }
        Ok(present)
    }

    /// How often the log must be read so that no slice of the keys takes more than `memory` bytes.
    pub(super) fn passes(&self, memory: u64) -> u64 {
        self.bytes.div_ceil(memory.max(1)).max(1)
    }

    /// Takes note of what a slice has written.
    pub(super) fn explain(&mut self, job: &Job<'_>, slice: &Slice) {
        for cell in slice.cells.keys() {
            self.rows.remove(&hash(ROWS, cell));
        }
        let Some(table) = job.spec.aggregates else {
            return;
        };
        for key in slice.naive.keys() {
            let cell: Cell = (table, key.clone(), Bytes::new());
            self.rows.remove(&hash(ROWS, &cell));
        }
    }

    /// The rows that no slice has written and that are still there.
    pub(super) async fn unexplained(
        &self,
        job: &mut Job<'_>,
    ) -> Result<Vec<(Cell, Option<Row>)>, PortError> {
        let mut found = Vec::new();
        if self.rows.is_empty() {
            return Ok(found);
        }
        for name in job.own_tables() {
            let mut pages = Pages::of(name);
            while let Some(rows) = pages.next(job).await? {
                for row in rows {
                    if !self.rows.contains(&hash(ROWS, &cell(job, name, &row))) {
                        continue;
                    }
                    if found.len() == ASIDE_MAX {
                        let more = "there are more rows that nothing explains than are looked at";
                        job.report.notes.push(format!("{more}: {ASIDE_MAX}"));
                        return Ok(found);
                    }
                    let cell = (name, row.partition.clone(), row.row.clone());
                    found.push((cell, Some(row)));
                }
            }
        }
        Ok(found)
    }
}

/// What a row is known by: all parts of an aggregate are one, for they are compared with it.
fn cell(job: &Job<'_>, table: &'static str, row: &Row) -> Cell {
    let part = job.spec.aggregates == Some(table) && job.processor.parted();
    let own = match part {
        true => Bytes::new(),
        false => row.row.clone(),
    };
    (table, row.partition.clone(), own)
}

/// The pages of one table.
struct Pages {
    table: &'static str,
    from: Option<Bytes>,
    ended: bool,
}

impl Pages {
    fn of(table: &'static str) -> Self {
        Self {
            table,
            from: None,
            ended: false,
        }
    }

    async fn next(&mut self, job: &mut Job<'_>) -> Result<Option<Vec<Row>>, PortError> {
        if self.ended {
            return Ok(None);
        }
        let table = job.table(self.table);
        let page = job.store().page(&table, self.from.take(), PAGE_ROWS);
        let page = page.await?;
        job.did(page.rows.len() as u64).await?;
        self.ended = page.next.is_none();
        self.from = page.next;
        Ok(Some(page.rows))
    }
}
