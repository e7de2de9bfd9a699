//! Generations of the forks: built beside the live ones, switched to and back at any moment.

use kernel::Spec;
use runtime::generations::{Generation, ReadModel, State};

use super::oracle::Tables;
use super::owner::{Owner, named};
use super::world::PARTITIONS;
use super::{Simulation, crossroads};

impl Simulation {
    /// Something happens to the generations of a fork: one is built, a switch begins, or one ends.
    pub(super) fn switch(&mut self) {
        let name = *self.dice.pick(&crossroads::FORKS);
        if !self.processors.iter().any(|p| p.spec().name == name) {
            return;
        }
        let model = self.world.models.get(name);
        match model {
            None => self.build(name),
            // Between the look at the ends and the end of the switch the log goes on.
            Some(model) if model.switching.is_some() && !self.ends.contains_key(name) => {
                let ends = self.ends_of(name);
                self.ends.insert(name, ends);
            }
            Some(model) if model.switching.is_some() => self.end_switch(name),
            Some(model) => {
                let to = if model.live == 1 { 2 } else { 1 };
                let model = self.world.models.get_mut(name).expect("it was just there");
                model.begin(to, false).expect("nothing is in its way");
                self.note("a switch begins", to as usize, 0);
                self.fault("switch begun");
            }
        }
    }

    fn build(&mut self, name: &'static str) {
        let mut model = ReadModel::new(1, 0);
        let number = model.build(Generation {
            state: State::Building,
            ..model.generations[&1].clone()
        });
        self.world.models.insert(name, model);
        self.note("built", number as usize, 0);
        let processor = self.processors.iter().find(|p| p.spec().name == name);
        let processor = processor.expect("a fork runs").clone();
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
        let (Some(table), Some(model)) = (spec.aggregates, self.world.models.get(spec.name)) else {
            return;
        };
        for generation in model.generations.keys().filter(|number| **number > 1) {
            let name = named(table, *generation);
            let real = self.world.tables(&[&name]);
            let wanted = expected.iter().filter(|((of, _, _), _)| of == table);
            let wanted: Tables = wanted
                .map(|((_, key, row), doc)| ((name.clone(), key.clone(), row.clone()), doc.clone()))
                .collect();
            if real != wanted {
                let message = format!("{name}: {real:?}, want {wanted:?}");
                self.report.divergences.push(message);
            }
        }
    }
}
