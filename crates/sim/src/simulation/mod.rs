//! Seeded simulation of the whole platform: all processors over one log and one store, with two owners of a
//! partition, crashes between any two writes of a step, late and doubled writes, rebatching and poison.
//!
//! The scheduler throws dice for what happens next; nothing else is random and nothing waits. At the end faults
//! stop, everything runs to rest, and the store must equal the [`oracle`]: a naive fold of the log. A seed is a
//! complete bug report.

mod content;
mod crossroads;
mod decisions;
mod dice;
mod oracle;
mod owner;
mod refusing;
mod snapshots;
mod switches;
#[cfg(test)]
mod tests;
mod workload;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use kernel::{ErasedProcessor, Poison};

use content::Content;
use dice::Dice;
use oracle::Under;
use owner::{Owner, Write};
use refusing::Refusing;
use snapshots::Snapshots;
use workload::Workload;
use world::{PARTITIONS, World};

/// Rounds of an end without faults.
const ROUNDS_MAX: usize = 10_000;

/// Owners that another one has replaced and that are still alive, at a time.
const ZOMBIES_MAX: usize = 16;

/// Every kind of fault there is; a long run must have met each.
pub const FAULTS: [&str; 18] = [
    "crash before a mark",
    "crash before a row",
    "crash before an aggregate",
    "crash before an append",
    "crash with nothing to write",
    "copy of a snapshot begun again",
    "copy of a snapshot ended",
    "late write landed",
    "snapshot taken",
    "snapshot refused",
    "two owners of a partition",
    "write by a zombie",
    "write made twice",
    "switch begun",
    "switch ended",
    "decision begun",
    "decision placed",
    "release",
];

/// What one seed did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Hash over everything that happened, in order: equal for two runs of one seed.
    pub trace: u64,
    /// Faults that really happened, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Differences from the oracle; empty when all is well.
    pub divergences: Vec<String>,
}

/// Runs one seed with the platform's own processors. In two of three seeds those with a state refuse some events until a
/// release: with the policy they have, or with the keys of these events parked.
pub fn run(seed: u64, steps: usize) -> Report {
    let mended = Arc::new(AtomicBool::new(false));
    let processors = processors::all().into_iter().map(Arc::from);
    let refusing = |inner: Arc<dyn ErasedProcessor>| match seed % 3 {
        0 => inner,
        _ if inner.spec().poison == Poison::Halt || inner.spec().aggregates.is_none() => inner,
        policy => {
            let poison = match policy {
                1 => Poison::Park,
                _ => inner.spec().poison,
            };
            let inner = kernel::with_poison(inner, poison);
            let mended = Arc::clone(&mended);
            Arc::new(Refusing { inner, mended })
        }
    };
    let mut processors: Vec<Arc<dyn ErasedProcessor>> = processors.map(refusing).collect();
    processors.extend(crossroads::processors(Arc::clone(&mended)));
    Simulation::new(seed, processors, mended).run(steps)
}

struct Simulation {
    dice: Dice,
    world: World,
    workload: Workload,
    processors: Vec<Arc<dyn ErasedProcessor>>,
    owners: Vec<Owner>,
    /// Writes of dead owners that were on their way and land later, if at all before the end.
    late: Vec<Write>,
    trace: DefaultHasher,
    report: Report,
    /// Ends of an input that were read to end a switch with.
    ends: BTreeMap<&'static str, Vec<u64>>,
    /// The same to place a decision with.
    places: BTreeMap<&'static str, Vec<u64>>,
    /// The program is there that takes what was refused.
    mended: Arc<AtomicBool>,
    /// Ends of the inputs when it came, and the last decisions before.
    releases: BTreeMap<&'static str, (Vec<u64>, u64)>,
    snapshots: Snapshots,
}

impl Simulation {
    fn new(seed: u64, processors: Vec<Arc<dyn ErasedProcessor>>, mended: Arc<AtomicBool>) -> Self {
        let mut world = World::default();
        world.now = 1_767_225_600_000;
        Self {
            dice: Dice::new(seed),
            workload: Workload::new(),
            owners: Vec::new(),
            late: Vec::new(),
            trace: DefaultHasher::new(),
            report: Report::default(),
            ends: BTreeMap::new(),
            places: BTreeMap::new(),
            releases: BTreeMap::new(),
            mended,
            snapshots: Snapshots::default(),
            processors,
            world,
        }
    }

    fn run(mut self, steps: usize) -> Report {
        for processor in self.processors.clone() {
            for partition in 0..PARTITIONS {
                self.owners
                    .push(Owner::start(processor.clone(), 1, partition, &self.world));
            }
        }
        let before = steps * 2 / 3;
        for _ in 0..before {
            self.happen();
        }
        self.release();
        for _ in before..steps {
            self.happen();
        }
        self.settle();
        self.compare();
        self.report.trace = self.trace.finish();
        self.report
    }

    fn note(&mut self, what: &str, a: usize, b: usize) {
        (what, a, b, self.world.now).hash(&mut self.trace);
    }

    fn fault(&mut self, kind: &'static str) {
        *self.report.faults.entry(kind).or_default() += 1;
    }

    /// One thing happens. Mostly it happens to an owner that has something to do: idle ones need no luck.
    fn happen(&mut self) {
        self.world.now += self.dice.below(2_000) as i64;
        if self.dice.chance(1) {
            self.switch();
        }
        if self.dice.chance(4) {
            self.decide();
        }
        if self.dice.chance(25) {
            self.snapshot();
        }
        match self.dice.below(100) {
            0..=11 => {
                let record = self.workload.next(&mut self.dice);
                self.note("input", record.size(), 0);
                self.world.append(record);
            }
            12..=36 => {
                let owner = self.one(|owner, world| !owner.at_rest(world));
                self.fetch(owner);
            }
            37..=50 => {
                let owner = self.one(|owner, world| !owner.at_rest(world));
                self.owners[owner].flush();
                self.note("flush", owner, self.owners[owner].writes.len());
            }
            51..=90 => {
                let owner = self.one(|owner, _| !owner.writes.is_empty());
                self.write(owner);
            }
            91..=93 => {
                let owner = self.one(|owner, _| !owner.writes.is_empty());
                self.crash(owner);
            }
            94 => {
                let owner = self.dice.below(self.owners.len());
                self.crash(owner);
            }
            95..=96 => {
                let owner = self.one(|owner, world| !owner.at_rest(world));
                self.usurp(owner);
            }
            97 => self.land_late(),
            _ => {
                let owner = self.one(|owner, _| !owner.writes.is_empty());
                self.double(owner);
            }
        }
    }

    /// One of the owners for which something holds; any if it holds for none.
    fn one(&mut self, holds: impl Fn(&Owner, &World) -> bool) -> usize {
        let some: Vec<usize> = (0..self.owners.len())
            .filter(|i| holds(&self.owners[*i], &self.world))
            .collect();
        if some.is_empty() {
            self.dice.below(self.owners.len())
        } else {
            *self.dice.pick(&some)
        }
    }

    fn fetch(&mut self, owner: usize) {
        // An owner folds on only when its writes are made, as the engine does.
        if !self.owners[owner].writes.is_empty() {
            return self.write(owner);
        }
        match self.owners[owner].fetch(&self.world, &mut self.dice) {
            Ok(some) => self.note("fetch", owner, usize::from(some)),
            Err(message) => self.report.divergences.push(format!("halted: {message}")),
        }
    }

    fn write(&mut self, owner: usize) {
        let Some(write) = self.owners[owner].writes.pop_front() else {
            return;
        };
        self.note(write.name(), owner, 0);
        if self.owners[owner].zombie {
            self.fault("write by a zombie");
        }
        write.apply(&mut self.world);
    }

    /// An owner dies between two of its writes; the one on its way may land later. Another takes over.
    fn crash(&mut self, owner: usize) {
        let dead = self.owners.swap_remove(owner);
        let kind = match dead.writes.front() {
            None => "crash with nothing to write",
            Some(Write::Append(_)) => "crash before an append",
            Some(Write::Row(..)) => "crash before a row",
            Some(Write::Aggregate(..)) => "crash before an aggregate",
            Some(Write::Mark(..)) => "crash before a mark",
        };
        self.fault(kind);
        self.note("crash", owner, dead.writes.len());
        if let Some(write) = dead.writes.front()
            && self.dice.chance(50)
        {
            self.late.push(write.clone());
        }
        if !dead.zombie {
            let heir = Owner::start(dead.processor, dead.generation, dead.partition, &self.world);
            self.owners.push(heir);
        }
    }

    /// A second owner takes over while the first is still alive.
    fn usurp(&mut self, owner: usize) {
        let zombies = self.owners.iter().filter(|owner| owner.zombie).count();
        if self.owners[owner].zombie || zombies >= ZOMBIES_MAX {
            return;
        }
        self.fault("two owners of a partition");
        self.note("usurp", owner, 0);
        self.owners[owner].zombie = true;
        let old = &self.owners[owner];
        let (processor, generation) = (old.processor.clone(), old.generation);
        let heir = Owner::start(processor, generation, old.partition, &self.world);
        self.owners.push(heir);
    }

    fn land_late(&mut self) {
        if self.late.is_empty() {
            return;
        }
        let index = self.dice.below(self.late.len());
        let write = self.late.swap_remove(index);
        self.fault("late write landed");
        self.note("late", index, 0);
        write.apply(&mut self.world);
    }

    /// A write whose acknowledgement was lost is made again.
    fn double(&mut self, owner: usize) {
        let Some(write) = self.owners[owner].writes.front().cloned() else {
            return;
        };
        self.fault("write made twice");
        self.note("double", owner, 0);
        write.apply(&mut self.world);
    }

    /// No more faults: late writes land, zombies finish and leave, everyone reads to the end.
    fn settle(&mut self) {
        for name in crossroads::SWITCHED {
            self.end_switch(name);
        }
        let deciding: Vec<&'static str> = self.world.deciding.keys().copied().collect();
        for name in deciding {
            self.end_decision(name);
        }
        // Far more rounds than there are records: who still waits then waits for ever.
        for _ in 0..ROUNDS_MAX {
            while !self.late.is_empty() {
                self.land_late();
            }
            let mut moved = false;
            for owner in 0..self.owners.len() {
                while let Some(write) = self.owners[owner].writes.pop_front() {
                    write.apply(&mut self.world);
                    moved = true;
                }
                if !self.owners[owner].at_rest(&self.world) {
                    self.fetch(owner);
                    self.owners[owner].flush();
                    moved = true;
                }
            }
            if !self.report.divergences.is_empty() || !moved {
                return;
            }
        }
        let stuck = "owners that wait for each other".to_owned();
        self.report.divergences.push(stuck);
    }

    fn compare(&mut self) {
        self.report.divergences.append(&mut self.world.torn);
        let mut emitted: BTreeMap<String, BTreeSet<Content>> = BTreeMap::new();
        for processor in self.processors.clone() {
            let spec = processor.spec();
            let under = Under {
                turns: self.world.models.get(spec.name),
                decisions: &self.world.decisions,
                release: self.releases.get(spec.name),
                mended: &self.mended,
            };
            let expected = oracle::fold(&processor, &self.world.partitions(spec.input), &under);
            let names: Vec<_> = spec.tables().collect();
            let real = self.world.tables(&names);
            for (cell, doc) in &expected.tables {
                if real.get(cell) != Some(doc) {
                    let found = real.get(cell);
                    self.report
                        .divergences
                        .push(format!("{cell:?}: want {doc:?}, found {found:?}"));
                }
            }
            for cell in real.keys().filter(|c| !expected.tables.contains_key(*c)) {
                self.report
                    .divergences
                    .push(format!("{cell:?}: should not be there"));
            }
            self.compare_generations(spec, &expected.tables);
            if let Some(table) = spec.aggregates {
                let parked: BTreeSet<_> = self.world.parked(table).cloned().collect();
                let wanted: BTreeSet<_> = expected.parked.into_keys().collect();
                if parked != wanted {
                    let message = format!("{table}: parked {parked:?}, want {wanted:?}");
                    self.report.divergences.push(message);
                }
            }
            for (topic, contents) in expected.emitted {
                emitted.entry(topic).or_default().extend(contents);
            }
        }
        self.compare_appended(emitted);
    }

    /// Every record that was derived must be one that the oracle wants, byte for byte, and none may be missing.
    fn compare_appended(&mut self, mut wanted: BTreeMap<String, BTreeSet<Content>>) {
        for (topic, partitions) in self.world.topics() {
            let derived = partitions
                .iter()
                .flatten()
                .filter(|r| r.headers.cause.is_some());
            let real: BTreeSet<_> = derived.map(Content::of).collect();
            let want = wanted.remove(topic).unwrap_or_default();
            let missing: Vec<_> = want.difference(&real).collect();
            let extra: Vec<_> = real.difference(&want).collect();
            if let Some(first) = missing.first().or(extra.first()) {
                self.report.divergences.push(format!(
                    "topic {topic}: {} events missing, {} too many, the first of them {first:?}",
                    missing.len(),
                    extra.len()
                ));
            }
        }
        for (topic, contents) in wanted.into_iter().filter(|(_, all)| !all.is_empty()) {
            let count = contents.len();
            let message = format!("topic {topic}: all {count} events missing");
            self.report.divergences.push(message);
        }
    }
}
