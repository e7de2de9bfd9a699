//! Makes the rows of a new generation from a snapshot, before anybody folds into it.
//!
//! Every row comes with the stamp it had, so that a second restore, or one that goes on though another has taken over,
//! changes nothing: what is folded in the meantime has higher stamps. The marks come last.

use kernel::Spec;
use tokio::sync::watch;

use super::manifest::Manifest;
use super::pieces;
use super::shelf::Shelf;
use crate::platform::Platform;
use crate::ports::{
    AggregateWrite, Flush, Mark, PortError, StampedRow, StoredAggregate, StoredCell,
};

/// Bytes written at once.
const FLUSH_BYTES: usize = 1 << 20;
/// What a row takes beside its document.
const ROW_COST: usize = 96;

/// Cells that are written, of so many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// Copies a snapshot into the tables of a generation, which are there, and sets its marks.
///
/// # Errors
/// `Refused`: the snapshot is not what was written, or not there any more. The faults of store and blobs.
pub(crate) async fn restore(
    platform: &Platform,
    spec: &'static Spec,
    generation: u32,
    number: u64,
    told: &watch::Sender<Progress>,
) -> Result<(), PortError> {
    let shelf = Shelf::new(platform.blobs.clone(), spec.name);
    let Some(manifest) = shelf.manifest(number).await? else {
        return Err(PortError::refused(format!(
            "snapshot {number} of {} is gone",
            spec.name
        )));
    };
    let mut progress = Progress {
        done: 0,
        total: manifest.cells,
    };
    told.send_replace(progress);
    for piece in 0..manifest.pieces.len() {
        let bytes = shelf.piece(&manifest, piece).await?;
        let cells = pieces::cells(bytes, manifest.tables.len())
            .map_err(|e| PortError::refused(format!("piece {piece} of snapshot {number} {e}")))?;
        let mut writing = Writing::new(spec, generation);
        for (table, cell) in cells {
            writing.add(table, cell);
            progress.done += 1;
            if writing.bytes >= FLUSH_BYTES {
                platform.store.flush(writing.take()).await?;
                told.send_replace(progress);
            }
        }
        platform.store.flush(writing.take()).await?;
        told.send_replace(progress);
    }
    mark(platform, spec, generation, &manifest).await
}

/// From here on the generation reads on.
async fn mark(
    platform: &Platform,
    spec: &'static Spec,
    generation: u32,
    manifest: &Manifest,
) -> Result<(), PortError> {
    for (partition, place) in (0..).zip(&manifest.places) {
        let Some(at) = place.mark() else { continue };
        let mark = Mark {
            topic: spec.input.to_owned(),
            partition,
            next: at.next,
            last: at.last,
        };
        let flush = Flush {
            mark: Some(mark),
            ..Writing::new(spec, generation).flush
        };
        platform.store.flush(flush).await?;
    }
    Ok(())
}

struct Writing {
    tables: Vec<&'static str>,
    flush: Flush,
    bytes: usize,
}

impl Writing {
    fn new(spec: &'static Spec, generation: u32) -> Self {
        Self {
            tables: spec.stored().collect(),
            flush: Flush {
                processor: spec.name,
                generation,
                aggregates_table: spec.heads(),
                ..Flush::default()
            },
            bytes: 0,
        }
    }

    fn add(&mut self, table: u8, cell: StoredCell) {
        let doc = cell.doc.as_ref().map_or(0, bytes::Bytes::len);
        self.bytes += ROW_COST + cell.partition.len() + cell.row.len() + doc;
        match cell.head {
            Some(head) => self.flush.aggregates.push(AggregateWrite {
                key: cell.partition,
                aggregate: StoredAggregate {
                    head,
                    doc: cell.doc,
                    parts: Vec::new(),
                },
                stamp: cell.stamp,
            }),
            None => self.flush.rows.push(StampedRow {
                table: self.tables[usize::from(table)],
                partition: cell.partition,
                row: cell.row,
                doc: cell.doc,
                stamp: cell.stamp,
            }),
        }
    }

    fn take(&mut self) -> Flush {
        self.bytes = 0;
        let empty = Flush {
            processor: self.flush.processor,
            generation: self.flush.generation,
            aggregates_table: self.flush.aggregates_table,
            ..Flush::default()
        };
        std::mem::replace(&mut self.flush, empty)
    }
}
