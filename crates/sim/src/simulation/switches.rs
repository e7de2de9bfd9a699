//! Generations: built beside the live ones, switched to and back at any moment.

use bytes::Bytes;
use kernel::Spec;
use runtime::generations::{Generation, ReadModel};

use super::oracle::Tables;
use super::owner::{Owner, named};
use super::world::PARTITIONS;
use super::{Simulation, crossroads};

impl Simulation {
    /// Something happens to the generations of a read model: one is built, a switch begins, or one ends.
    pub(super) fn switch(&mut self) {
        let name = *self.dice.pick(&crossroads::SWITCHED);
        if !self.processors.iter().any(|p| p.spec().name == name) {
            return;
        }
        match self.world.models.get(name) {
            // The others get one from a snapshot.
            None if crossroads::COPIED.contains(&name) => {}
            None => self.build(name),
            Some(model) if model.generations.len() == 1 => {}
            // Between the look at the ends and the end of the switch the log goes on.
            Some(model) if model.switching.is_some() && !self.ends.contains_key(name) => {
                let ends = self.ends_of(name);
                self.ends.insert(name, ends);
            }
            Some(model) if model.switching.is_some() => self.end_switch(name),
            Some(model) => {
                let live = model.live;
                let mut others = model.generations.keys().filter(|g| **g != live);
                let to = others.nth(self.dice.below(model.generations.len() - 1));
                let to = *to.expect("one of the others");
                let model = self.world.models.get_mut(name).expect("it was just there");
                model.begin(to, false).expect("nothing is in its way");
                self.note("a switch begins", to as usize, 0);
                self.fault("switch begun");
            }
        }
    }

    fn build(&mut self, name: &'static str) {
        let mut model = ReadModel::new(1, 0);
        let number = model.build(Generation::building(1, 0));
        self.world.models.insert(name, model);
        self.note("built", number as usize, 0);
        self.own(name, number);
    }

    /// Owners of a new generation.
    pub(super) fn own(&mut self, name: &'static str, number: u32) {
        let processor = self.processors.iter().find(|p| p.spec().name == name);
        let processor = processor.expect("it runs").clone();
        for partition in 0..PARTITIONS {
            let owner = Owner::start(processor.clone(), number, partition, &self.world);
            self.owners.push(owner);
        }
    }

    /// Ends a switch of a read model, if one has begun: the new generation speaks of what is appended from now on.
    pub(super) fn end_switch(&mut self, name: &'static str) {
        let ends = self.ends.remove(name);
        let ends = ends.unwrap_or_else(|| self.ends_of(name));
        let now = self.world.now;
        let Some(model) = self.world.models.get_mut(name) else {
            return;
        };
        if model.switching.is_some() {
            model.finish(model.turns.len(), ends, now);
            self.note("a switch ends", 0, 0);
            self.fault("switch ended");
        }
    }

    /// Ends of the input of a processor.
    pub(super) fn ends_of(&self, name: &str) -> Vec<u64> {
        let mut specs = self.processors.iter().map(|p| p.spec());
        let input = specs.find(|spec| spec.name == name).map(|spec| spec.input);
        let ends = (0..PARTITIONS).map(|p| input.map_or(0, |input| self.world.end(input, p)));
        ends.collect()
    }

    /// Every generation of a read model is what the oracle makes of its log.
    pub(super) fn compare_generations(&mut self, spec: &Spec, expected: &Tables) {
        let Some(model) = self.world.models.get(spec.name) else {
            return;
        };
        for generation in model.generations.keys().filter(|number| **number > 1) {
            for table in spec.tables() {
                let name = named(table, *generation);
                let real = self.world.tables(&[&name]);
                let wanted = expected.iter().filter(|((of, _, _), _)| of == table);
                let at =
                    |(_, key, row): &(_, Bytes, Bytes)| (name.clone(), key.clone(), row.clone());
                let wanted: Tables = wanted.map(|(cell, doc)| (at(cell), doc.clone())).collect();
                if real != wanted {
                    let message = format!("{name}: {real:?}, want {wanted:?}");
                    self.report.divergences.push(message);
                }
                let parked = |table: &str| self.world.parked(table).cloned().collect::<Vec<_>>();
                if parked(&name) != parked(table) {
                    let message = format!("{name}: other keys are parked than in {table}");
                    self.report.divergences.push(message);
                }
            }
        }
    }
}
