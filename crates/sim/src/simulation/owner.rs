//! One owner of one partition: a fold, and the writes it has not yet made. Two owners of one partition may be alive
//! at once; the older one is a zombie and does not know it.

use std::collections::VecDeque;
use std::sync::Arc;

use kernel::{ErasedProcessor, Keyed, NewRecord, Record, Reject};
use runtime::dead_letters::{Late, TOPIC};
use runtime::engine::{Fold, FoldOutput};
use runtime::generations::ReadModel;
use runtime::ports::{AggregateWrite, Mark, MarkAt, StampedRow};

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
    /// Where the input ended when they were fetched.
    end: u64,
    /// The read model as it was looked at the last time; it need not be looked at again before this offset.
    model: Option<ReadModel>,
    look_at: u64,
    /// Decisions that were looked at, and those that are left; those before a number were carried out.
    seen: u64,
    done: u64,
    to_do: Vec<Late>,
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
        let spec = processor.spec();
        let name = named(spec.name, generation);
        let next = world.mark(&name, spec.input, partition);
        let done = world.mark(&name, TOPIC, partition);
        // A tiny cache, so that eviction and reloading happen all the time.
        let mut fold = Fold::new(processor.clone(), generation, partition, 2, 1);
        fold.start_at(MarkAt { next, last: None });
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
            end: 0,
            model: None,
            look_at: 0,
            seen: 0,
            done,
            to_do: Vec::new(),
            heard: 0,
            writes: VecDeque::new(),
            zombie: false,
        }
    }

    /// Fetches one batch of a random size, and folds what was fetched, at once or the next time; or carries out what was
    /// decided. Says whether there was anything.
    pub(super) fn fetch(&mut self, world: &World, dice: &mut Dice) -> Result<bool, String> {
        let spec = self.processor.spec();
        if self.fetched.is_empty() {
            let records = world.read(spec.input, self.partition, self.next, 1 + dice.below(5));
            self.fetched.extend(records);
            self.end = world.end(spec.input, self.partition);
            if dice.chance(30) {
                return Ok(true);
            }
        }
        if !self.look(world, dice) {
            return Ok(false);
        }
        if self.carry_out(world)? {
            return Ok(true);
        }
        let records = self.in_turn(world);
        if records.is_empty() {
            return Ok(false);
        }
        let decoded: Vec<_> = records.iter().map(|r| self.fold.decode(r)).collect();
        self.load(world, &decoded)?;
        for (record, decoded) in records.iter().zip(decoded) {
            self.fold
                .apply(record, decoded)
                .map_err(|halt| halt.message)?;
            self.next = record.offset + 1;
        }
        Ok(true)
    }

    fn load(
        &mut self,
        world: &World,
        decoded: &[Result<Option<Keyed>, Reject>],
    ) -> Result<(), String> {
        let missing = self.fold.missing(decoded);
        let table = self.table();
        let loaded = missing.iter().map(|key| world.load(&table, key)).collect();
        let admitted = self.fold.admit(missing, loaded);
        admitted.map_err(|halt| halt.message)
    }

    fn table(&self) -> String {
        let spec = self.processor.spec();
        named(spec.heads(), self.generation)
    }

    /// Looks at the read model, unless what was seen of it still holds for what was fetched. Not while a switch, or a
    /// decision, is under way.
    fn look(&mut self, world: &World, dice: &mut Dice) -> bool {
        let name = self.processor.spec().name;
        let last = self.fetched.back().map(|record| record.offset);
        if last.is_some_and(|last| last < self.look_at) && dice.chance(50) {
            return true;
        }
        let model = world.models.get(name);
        let switching = model.is_some_and(|model| model.switching.is_some());
        if switching || world.deciding.contains_key(name) {
            return false;
        }
        self.model = model.cloned();
        self.look_at = self.end;
        self.learn(world);
        true
    }

    /// Takes up decisions that are new to it.
    fn learn(&mut self, world: &World) {
        let name = self.processor.spec().name;
        let last = world.decisions.last(name);
        if last == self.seen {
            return;
        }
        let decisions = &world.decisions;
        let model = world.models.get(name);
        let generation = model.and_then(|model| model.generations.get(&self.generation));
        let lineage = generation.map_or(vec![self.generation], |g| g.lineage(self.generation));
        let all = decisions.late(name, &lineage, self.partition, None);
        self.fold.decided(&all);
        let (next, done) = (self.next, self.done);
        let left = all.into_iter();
        let left = left.filter(|late| late.before >= next && late.number >= done);
        self.to_do = left.collect();
        self.seen = last;
    }

    /// Carries out the next decision if its place has come; what is in hand is written first.
    fn carry_out(&mut self, world: &World) -> Result<bool, String> {
        let due = |late: &&Late| late.before <= self.next;
        let Some(late) = self.to_do.first().filter(due).cloned() else {
            return Ok(false);
        };
        if !self.fold.is_clean() || self.fold.mark_moved() {
            self.flush();
            return Ok(true);
        }
        let (input, partition) = (self.processor.spec().input, self.partition);
        self.fold.redrive(late.clone());
        for record in world.read(input, partition, 0, late.before as usize) {
            let decoded = self.fold.decode(&record);
            if self.fold.is_touched(&record, &decoded) {
                self.load(world, std::slice::from_ref(&decoded))?;
                let again = self.fold.again(&record, decoded);
                again.map_err(|halt| halt.message)?;
            }
        }
        self.fold.redriven();
        self.flush();
        self.done = late.number + 1;
        self.to_do.remove(0);
        let mark = Mark {
            topic: TOPIC.to_owned(),
            partition,
            next: self.done,
            last: None,
        };
        let name = named(self.processor.spec().name, self.generation);
        self.writes.push_back(Write::Mark(name, mark));
        Ok(true)
    }

    /// Takes what may be folded now of what was fetched: nothing while whoever spoke before is not there yet, and nothing
    /// beyond the beginning of a turn or the place of a decision.
    fn in_turn(&mut self, world: &World) -> Vec<Record> {
        let spec = self.processor.spec();
        let Some(first) = self.fetched.front().map(|first| first.offset) else {
            return Vec::new();
        };
        let turns = self.model.iter().flat_map(|model| &model.turns);
        let turns = turns.map(|turn| turn.first(self.partition));
        let places = self.to_do.iter().map(|late| late.before);
        let end = turns.chain(places).filter(|place| *place > first).min();
        let count = |end| self.fetched.partition_point(|record| record.offset < end);
        let count = end.map_or(self.fetched.len(), count);
        let last = self.fetched[count - 1].offset;
        if let Some(model) = &self.model {
            if model.speaks(self.generation, self.partition, last)
                && let Some((before, first)) = model.before(self.partition, last)
                && before != self.generation
                && first > self.heard
            {
                let name = named(spec.name, before);
                if world.mark(&name, spec.input, self.partition) < first {
                    return Vec::new();
                }
                self.heard = first;
            }
            self.fold.speak(Arc::new(model.clone()));
        }
        self.fetched.drain(..count).collect()
    }

    /// Turns what was folded into writes still to be made, in the engine's order.
    pub(super) fn flush(&mut self) {
        if self.fold.is_clean() && !self.fold.mark_moved() {
            return;
        }
        let FoldOutput { appends, flush } = self.fold.take();
        self.writes.extend(appends.into_iter().map(Write::Append));
        let rows = flush.rows.into_iter();
        let rows = rows.map(|row| Write::Row(named(row.table, self.generation), row));
        self.writes.extend(rows);
        let table = self.table();
        let aggregates = flush.aggregates.into_iter();
        let aggregates = aggregates.map(|write| Write::Aggregate(table.clone(), write));
        self.writes.extend(aggregates);
        let processor = named(flush.processor, self.generation);
        self.writes
            .extend(flush.mark.map(|mark| Write::Mark(processor, mark)));
    }

    /// Whether it has folded, written and read everything there is.
    pub(super) fn at_rest(&self, world: &World) -> bool {
        let spec = self.processor.spec();
        let end = world.end(spec.input, self.partition);
        let decided = self.to_do.is_empty() && world.decisions.last(spec.name) == self.seen;
        let written = self.writes.is_empty() && !self.fold.mark_moved();
        written && decided && self.next >= end
    }
}
