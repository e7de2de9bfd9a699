//! One owner of one partition: a fold, and the writes it has not yet made. Two owners of one partition may be alive
//! at once; the older one is a zombie and does not know it.

use std::collections::VecDeque;
use std::sync::Arc;

use kernel::{ErasedProcessor, NewRecord, Record};
use runtime::engine::{Fold, FoldOutput};
use runtime::ports::{AggregateWrite, Mark, StampedRow};

use super::dice::Dice;
use super::world::World;

/// One write of a flush, the unit at which an owner may die.
#[derive(Clone)]
pub(super) enum Write {
    Append(NewRecord),
    Row(String, StampedRow),
    Aggregate(String, AggregateWrite),
    Mark(String, Mark),
}

impl Write {
    pub(super) fn apply(&self, world: &mut World) {
        match self {
            Self::Append(record) => world.append(record.clone()),
            Self::Row(table, row) => world.write_row(table, row),
            Self::Aggregate(table, write) => world.write_aggregate(table, write),
            Self::Mark(processor, mark) => world.write_mark(processor, mark),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Append(_) => "append",
            Self::Row(..) => "row",
            Self::Aggregate(..) => "aggregate",
            Self::Mark(..) => "mark",
        }
    }
}

/// The name of a generation's table, or of its marks.
pub(super) fn named(name: &str, generation: u32) -> String {
    match generation {
        1 => name.to_owned(),
        generation => format!("{name}_g{generation}"),
    }
}

/// An owner of one partition.
pub(super) struct Owner {
    pub(super) processor: Arc<dyn ErasedProcessor>,
    pub(super) generation: u32,
    pub(super) partition: u32,
    fold: Fold,
    next: u64,
    /// Records that were fetched and not yet folded: the world goes on in between.
    fetched: VecDeque<Record>,
    /// First offset of the last turn for which whoever spoke before was waited for.
    heard: u64,
    pub(super) writes: VecDeque<Write>,
    /// Still alive though another owner took over.
    pub(super) zombie: bool,
}

impl Owner {
    /// Takes over a partition at the store's mark.
    pub(super) fn start(
        processor: Arc<dyn ErasedProcessor>,
        generation: u32,
        partition: u32,
        world: &World,
    ) -> Self {
        let next = world.mark(&named(processor.spec().name, generation), partition);
        // A tiny cache, so that eviction and reloading happen all the time.
        let mut fold = Fold::new(processor.clone(), generation, partition, 2, 1);
        let model = world.models.get(processor.spec().name);
        let generations = model.and_then(|model| model.generations.get(&generation));
        fold.rows_from(generations.map_or(0, |of| of.rows_from(partition)));
        Self {
            processor,
            generation,
            partition,
            fold,
            next,
            fetched: VecDeque::new(),
            heard: 0,
            writes: VecDeque::new(),
            zombie: false,
        }
    }

    /// Fetches one batch of a random size, and folds what was fetched, at once or the next time. Says whether there was
    /// anything.
    pub(super) fn fetch(&mut self, world: &World, dice: &mut Dice) -> Result<bool, String> {
        let spec = self.processor.spec();
        if self.fetched.is_empty() {
            let records = world.read(spec.input, self.partition, self.next, 1 + dice.below(5));
            self.fetched.extend(records);
            // Only who speaks in turns has anything to miss in between.
            if world.models.contains_key(spec.name) && dice.chance(30) {
                return Ok(true);
            }
        }
        let records = self.in_turn(world);
        if records.is_empty() {
            return Ok(false);
        }
        let decoded: Vec<_> = records.iter().map(|r| self.fold.decode(r)).collect();
        let missing = self.fold.missing(&decoded);
        let table = named(spec.aggregates.unwrap_or(spec.name), self.generation);
        let loaded = missing.iter().map(|key| world.load(&table, key)).collect();
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

    /// Takes what may be folded now of what was fetched: nothing while a switch is under way or whoever spoke before is
    /// not there yet, and nothing beyond the beginning of a turn.
    fn in_turn(&mut self, world: &World) -> Vec<Record> {
        let name = self.processor.spec().name;
        let (Some(model), Some(first)) = (world.models.get(name), self.fetched.front()) else {
            return self.fetched.drain(..).collect();
        };
        if model.switching.is_some() {
            return Vec::new();
        }
        let turns = model.turns.iter().map(|turn| turn.first(self.partition));
        let end = turns.filter(|turn| *turn > first.offset).min();
        let count = |end| self.fetched.partition_point(|record| record.offset < end);
        let count = end.map_or(self.fetched.len(), count);
        let last = self.fetched[count - 1].offset;
        if model.speaks(self.generation, self.partition, last)
            && let Some((before, first)) = model.before(self.partition, last)
            && before != self.generation
            && first > self.heard
        {
            if world.mark(&named(name, before), self.partition) < first {
                return Vec::new();
            }
            self.heard = first;
        }
        self.fold.speak(Arc::new(model.clone()));
        self.fetched.drain(..count).collect()
    }

    /// Turns what was folded into writes still to be made, in the engine's order.
    pub(super) fn flush(&mut self) {
        if !self.fold.mark_moved() {
            return;
        }
        let FoldOutput { appends, flush } = self.fold.take();
        self.writes.extend(appends.into_iter().map(Write::Append));
        let rows = flush.rows.into_iter();
        let rows = rows.map(|row| Write::Row(named(row.table, self.generation), row));
        self.writes.extend(rows);
        let table = named(flush.aggregates_table, self.generation);
        let aggregates = flush.aggregates.into_iter();
        let aggregates = aggregates.map(|write| Write::Aggregate(table.clone(), write));
        self.writes.extend(aggregates);
        let processor = named(flush.processor, self.generation);
        self.writes
            .extend(flush.mark.map(|mark| Write::Mark(processor, mark)));
    }

    /// Whether it has folded, written and read everything there is.
    pub(super) fn at_rest(&self, world: &World) -> bool {
        let end = world.end(self.processor.spec().input, self.partition);
        self.writes.is_empty() && self.next >= end && !self.fold.mark_moved()
    }
}
