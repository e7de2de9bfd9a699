//! Takes a snapshot of a generation while it goes on.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use kernel::{ErasedProcessor, Spec, Stamp};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::manifest::{FORMAT, Manifest, Piece, Place};
use super::order::{Cut, ORDER, Stage};
use super::pieces::Filling;
use super::shelf::Shelf;
use crate::dead_letters::{Decisions, Letters};
use crate::platform::Platform;
use crate::ports::{MarkAt, PortError, StoredAggregate, StoredCell, TableName};

/// Rows read at once.
const PAGE_ROWS: usize = 1000;
const TELL_EVERY: Duration = Duration::from_millis(200);
/// How often marks are looked at while they are waited for, and for how long if none of them moves.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const STANDS_FOR: Duration = Duration::from_secs(60);

/// What is told while a snapshot is taken.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Telling {
    /// How far it is.
    Progress {
        /// What is counted.
        what: &'static str,
        /// So many are done.
        done: u64,
        /// Of so many; 0 where that is not known.
        total: u64,
    },
}

/// What a snapshot is to be of.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The generation.
    pub generation: u32,
    /// It, and those that it came of by snapshots.
    pub lineage: Vec<u32>,
    /// Its revision.
    pub revision: u32,
    /// Version of this program.
    pub program: String,
}

/// Takes a snapshot. One that cannot be ended is removed.
///
/// # Errors
/// The faults of store, log and blobs; a partition that stands still; nobody listens any more.
pub async fn take(
    platform: &Platform,
    processor: &dyn ErasedProcessor,
    of: Taken,
    tell: mpsc::Sender<Telling>,
) -> Result<Manifest, PortError> {
    let spec = processor.spec();
    let shelf = Shelf::new(platform.blobs.clone(), spec.name);
    let begun_at = platform.clock.now_ms();
    let number = shelf.begin(of.generation, begun_at).await?;
    let mut taking = Taking {
        platform,
        processor,
        spec,
        generation: of.generation,
        shelf: &shelf,
        number,
        filling: Filling::default(),
        pieces: Vec::new(),
        cells: 0,
        tell,
        told_at: Instant::now(),
    };
    let taken = match taking.all().await {
        Ok(places) => {
            let pieces = std::mem::take(&mut taking.pieces);
            let manifest = Manifest {
                format: FORMAT,
                read_model: spec.name.to_owned(),
                number,
                generation: of.generation,
                lineage: of.lineage,
                revision: of.revision,
                tables: spec.stored().map(str::to_owned).collect(),
                input: spec.input.to_owned(),
                places,
                begun_at,
                taken_at: platform.clock.now_ms(),
                program: of.program,
                cells: pieces.iter().map(|piece| piece.cells).sum(),
                bytes: pieces.iter().map(|piece| piece.bytes).sum(),
                pieces,
            };
            shelf.finish(&manifest).await.map(|()| manifest)
        }
        Err(error) => Err(error),
    };
    if taken.is_err()
        && let Err(error) = shelf.drop_one(number).await
    {
        tracing::warn!(%error, processor.name = spec.name, number, "a snapshot that was cut short is left");
    }
    taken
}

struct Taking<'a> {
    platform: &'a Platform,
    processor: &'a dyn ErasedProcessor,
    spec: &'static Spec,
    generation: u32,
    shelf: &'a Shelf,
    number: u64,
    filling: Filling,
    pieces: Vec<Piece>,
    cells: u64,
    tell: mpsc::Sender<Telling>,
    told_at: Instant,
}

impl Taking<'_> {
    async fn all(&mut self) -> Result<Vec<Place>, PortError> {
        let log = self.platform.log.clone();
        let mut cut = Cut::new(log.starts(self.spec.input).await?);
        for stage in ORDER {
            match stage {
                Stage::Marks => cut.begin(&self.marks().await?),
                Stage::Aggregates => self.table(0, self.spec.heads()).await?,
                Stage::Ends => cut.must_pass(&log.ends(self.spec.input).await?),
                Stage::Passed => {
                    self.pass(&mut cut).await?;
                    self.nothing_waits(&cut).await?;
                }
                Stage::Rows => self.rows().await?,
                Stage::Last => self.put().await?,
            }
        }
        let ends = log.ends(self.spec.input).await?;
        Ok(cut.end(&ends))
    }

    /// Marks of the input, by partition.
    async fn marks(&self) -> Result<BTreeMap<u32, MarkAt>, PortError> {
        let marks = self.platform.store.marks(self.spec.name, self.generation);
        let marks = marks.await?.into_iter();
        let of_input = marks.filter(|((topic, _), _)| topic == self.spec.input);
        Ok(of_input
            .map(|((_, partition), mark)| (partition, mark))
            .collect())
    }

    async fn rows(&mut self) -> Result<(), PortError> {
        for (table, projection) in (1..).zip(self.spec.projections) {
            self.table(table, projection.name).await?;
        }
        Ok(())
    }

    async fn table(&mut self, index: u8, name: &'static str) -> Result<(), PortError> {
        let table = TableName {
            name,
            generation: self.generation,
        };
        let parted = self.processor.parted() && self.spec.aggregates == Some(name);
        let mut from = None;
        loop {
            let scanned = self.platform.store.scan(&table, from, PAGE_ROWS).await?;
            for cell in scanned.cells {
                match parted {
                    false => self.add(index, &cell).await?,
                    // Its parts are read with it, as one write left them.
                    true if cell.head.is_none() => {}
                    true => self.whole(index, &table, &cell).await?,
                }
            }
            from = scanned.next;
            if from.is_none() {
                return Ok(());
            }
        }
    }

    /// An aggregate with its parts. Under one stamp, which is not above that of its last write: whoever writes to it later
    /// has read a later event.
    async fn whole(
        &mut self,
        index: u8,
        table: &TableName,
        seen: &StoredCell,
    ) -> Result<(), PortError> {
        let store = &self.platform.store;
        let StoredAggregate { head, doc, parts } = store.load_whole(table, &seen.partition).await?;
        let last = head.pos.max(head.parked.as_ref().map(|parked| parked.last));
        let stamp = last.map_or(seen.stamp, |last| Stamp::write(last).max(seen.stamp));
        let cell = |row: Bytes, doc, head| StoredCell {
            partition: seen.partition.clone(),
            row,
            doc,
            head,
            stamp,
        };
        for part in parts {
            self.add(index, &cell(part.name, part.doc, None)).await?;
        }
        self.add(index, &cell(Bytes::new(), doc, Some(head))).await
    }

    async fn add(&mut self, table: u8, cell: &StoredCell) -> Result<(), PortError> {
        self.filling.add(table, cell);
        self.cells += 1;
        if self.filling.is_full() {
            self.put().await?;
        }
        match self.told_at.elapsed() >= TELL_EVERY {
            true => self.say("rows", self.cells, 0).await,
            false => Ok(()),
        }
    }

    /// Writes the piece that is being filled.
    async fn put(&mut self) -> Result<(), PortError> {
        if let Some((piece, bytes)) = self.filling.take() {
            let place = self.pieces.len();
            self.shelf.put_piece(self.number, place, bytes).await?;
            self.pieces.push(piece);
        }
        Ok(())
    }

    /// Waits for the marks.
    async fn pass(&mut self, cut: &mut Cut) -> Result<(), PortError> {
        let (mut seen, mut since) = (BTreeMap::new(), Instant::now());
        loop {
            let marks = self.marks().await?;
            let Err((partition, next, end)) = cut.pass(&marks) else {
                return Ok(());
            };
            if marks != seen {
                (seen, since) = (marks, Instant::now());
            } else if since.elapsed() >= STANDS_FOR {
                return Err(PortError::refused(format!(
                    "generation {} of {} stands at offset {next} of {}/{partition} and must come to {end} first: is it \
                     paused, or its partition blocked?",
                    self.generation, self.spec.name, self.spec.input
                )));
            }
            self.say("events", next, end).await?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Refuses where an event whose rows are copied may be applied later: whoever took over the snapshot would leave these
    /// rows out, or write them where a deletion that is not copied has to win.
    async fn nothing_waits(&self, cut: &Cut) -> Result<(), PortError> {
        let (log, spec) = (&*self.platform.log, self.spec);
        let (mut letters, decisions) = (Letters::default(), Decisions::default());
        letters.refresh(log, &spec.dead_letters()).await?;
        decisions.refresh(log).await?;
        let store = &self.platform.store;
        let marks = store.marks(spec.name, self.generation).await?;
        let open = letters.open(spec.name, &decisions, &marks);
        let open: Vec<_> = open.filter(|l| cut.copies(l.partition, l.offset)).collect();
        let Some(first) = open.first() else {
            return match letters.more {
                0 => Ok(()),
                more => Err(PortError::refused(format!(
                    "{} has {more} dead letters more than can be kept in mind: it is not known whether some of them wait",
                    spec.name
                ))),
            };
        };
        Err(PortError::refused(format!(
            "{} dead letters of {} wait, the first about offset {} of {}/{}: redrive or discard them first \
             (`worldlog dlq list {}`), what is applied later has no place in a snapshot",
            open.len(),
            spec.name,
            first.offset,
            spec.input,
            first.partition,
            spec.name
        )))
    }

    async fn say(&mut self, what: &'static str, done: u64, total: u64) -> Result<(), PortError> {
        self.told_at = Instant::now();
        let progress = Telling::Progress { what, done, total };
        let said = self.tell.send(progress).await;
        said.map_err(|_| PortError::retry("nobody listens any more"))
    }
}
