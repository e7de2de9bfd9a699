//! One owner of one partition: a fold, and the writes it has not yet made. Two owners of one partition may be alive
//! at once; the older one is a zombie and does not know it.

use std::collections::VecDeque;
use std::sync::Arc;

use kernel::{ErasedProcessor, NewRecord};
use runtime::engine::{Fold, FoldOutput};
use runtime::ports::{AggregateWrite, Mark, StampedRow};

use super::dice::Dice;
use super::world::World;

/// One write of a flush, the unit at which an owner may die.
#[derive(Clone)]
pub(super) enum Write {
    Append(NewRecord),
    Row(StampedRow),
    Aggregate(&'static str, AggregateWrite),
    Mark(&'static str, Mark),
}

impl Write {
    pub(super) fn apply(&self, world: &mut World) {
        match self {
            Self::Append(record) => world.append(record.clone()),
            Self::Row(row) => world.write_row(row),
            Self::Aggregate(table, write) => world.write_aggregate(table, write),
            Self::Mark(processor, mark) => world.write_mark(processor, mark),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Append(_) => "append",
            Self::Row(_) => "row",
            Self::Aggregate(..) => "aggregate",
            Self::Mark(..) => "mark",
        }
    }
}

/// An owner of one partition.
pub(super) struct Owner {
    pub(super) processor: Arc<dyn ErasedProcessor>,
    pub(super) partition: u32,
    fold: Fold,
    next: u64,
    pub(super) writes: VecDeque<Write>,
    /// Still alive though another owner took over.
    pub(super) zombie: bool,
}

impl Owner {
    /// Takes over a partition at the store's mark.
    pub(super) fn start(
        processor: Arc<dyn ErasedProcessor>,
        partition: u32,
        world: &World,
    ) -> Self {
        let next = world.mark(processor.spec().name, partition);
        // A tiny cache, so that eviction and reloading happen all the time.
        let fold = Fold::new(processor.clone(), 1, partition, 2, 1);
        Self {
            processor,
            partition,
            fold,
            next,
            writes: VecDeque::new(),
            zombie: false,
        }
    }

    /// Fetches and folds one batch of a random size. Says whether there was anything.
    pub(super) fn fetch(&mut self, world: &World, dice: &mut Dice) -> Result<bool, String> {
        let spec = self.processor.spec();
        let records = world.read(spec.input, self.partition, self.next, 1 + dice.below(5));
        if records.is_empty() {
            return Ok(false);
        }
        let decoded: Vec<_> = records.iter().map(|r| self.fold.decode(r)).collect();
        let missing = self.fold.missing(&decoded);
        let table = spec.aggregates.unwrap_or(spec.name);
        let loaded = missing.iter().map(|key| world.load(table, key)).collect();
        self.fold
            .admit(missing, loaded)
            .map_err(|halt| halt.message)?;
        for (record, decoded) in records.iter().zip(decoded) {
            self.fold
                .apply(record, decoded)
                .map_err(|halt| halt.message)?;
            self.next = record.offset + 1;
        }
        Ok(true)
    }

    /// Turns what was folded into writes still to be made, in the engine's order.
    pub(super) fn flush(&mut self) {
        if !self.fold.mark_moved() {
            return;
        }
        let FoldOutput { appends, flush } = self.fold.take();
        self.writes.extend(appends.into_iter().map(Write::Append));
        self.writes.extend(flush.rows.into_iter().map(Write::Row));
        let table = flush.aggregates_table;
        self.writes.extend(
            flush
                .aggregates
                .into_iter()
                .map(|w| Write::Aggregate(table, w)),
        );
        self.writes
            .extend(flush.mark.map(|m| Write::Mark(flush.processor, m)));
    }

    /// Whether it has folded, written and read everything there is.
    pub(super) fn at_rest(&self, world: &World) -> bool {
        let end = world.end(self.processor.spec().input, self.partition);
        self.writes.is_empty() && self.next >= end && !self.fold.mark_moved()
    }
}
