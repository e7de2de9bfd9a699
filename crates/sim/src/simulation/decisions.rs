//! People decide about dead letters at any moment, and a release takes what was refused before.

use std::sync::atomic::Ordering;

use runtime::dead_letters::{Decision, Event, State};

use super::Simulation;
use super::owner::Owner;

impl Simulation {
    /// Something happens to the dead letters of a processor: a decision begins, the ends of the input are read for it, or
    /// it gets its place.
    pub(super) fn decide(&mut self) {
        let begun: Vec<&'static str> = self.world.deciding.keys().copied().collect();
        if let Some(name) = begun.first().filter(|_| self.dice.chance(80)) {
            match self.places.contains_key(name) {
                // Between the look at the ends and the end of the decision the log goes on.
                false => {
                    let ends = self.ends_of(name);
                    self.places.insert(name, ends);
                }
                true => self.end_decision(name),
            }
            return;
        }
        let some: Vec<&'static str> = self.processors.iter().map(|p| p.spec().name).collect();
        let some: Vec<&'static str> = some
            .into_iter()
            .filter(|name| !self.world.deciding.contains_key(name))
            .filter(|name| self.world.end_of_all(&format!("dlq.{name}")) > 0)
            .collect();
        if some.is_empty() {
            return;
        }
        let name = *self.dice.pick(&some);
        let mut waiting = self.waiting(name);
        if waiting.is_empty() {
            return;
        }
        let mut events = Vec::new();
        for _ in 0..=self.dice.below(3) {
            if !waiting.is_empty() {
                let at = self.dice.below(waiting.len());
                events.push(waiting.swap_remove(at));
            }
        }
        let discard = self.dice.chance(40);
        self.note("a decision begins", events.len(), usize::from(discard));
        self.fault("decision begun");
        let decision = Decision {
            processor: name.to_owned(),
            number: self.world.decisions.last(name) + 1,
            discard,
            generation: 1,
            events,
            ..Decision::default()
        };
        self.world.deciding.insert(name, decision);
    }

    /// Events that were rejected, and that nobody has decided about.
    fn waiting(&self, name: &str) -> Vec<Event> {
        let letters = self.world.letters(name);
        let marks = self.world.carried_out(name);
        let all = letters.of(name, 1, &self.world.decisions, &marks);
        let waiting =
            all.filter(|(letter, state)| *state == State::Waiting && letter.behind.is_none());
        let event = |letter: &runtime::dead_letters::Letter| Event {
            partition: letter.partition,
            offset: letter.offset,
            parks: letter.parks,
        };
        waiting.map(|(letter, _)| event(letter)).collect()
    }

    /// Gives what is being decided its place.
    pub(super) fn end_decision(&mut self, name: &'static str) {
        let ends = self.places.remove(name);
        let ends = ends.unwrap_or_else(|| self.ends_of(name));
        if let Some(decision) = self.world.deciding.remove(name) {
            let before = ends;
            self.world.decisions.learn(Decision { before, ..decision });
            self.note("a decision is placed", 0, 0);
            self.fault("decision placed");
        }
    }

    /// A program that takes more comes once the old one has finished what was in hand.
    pub(super) fn release(&mut self) {
        self.settle();
        // What the old program refused after a snapshot was taken, a generation that the new one makes of it would take.
        self.give_up_snapshots();
        for processor in &self.processors {
            let spec = processor.spec();
            let ends = self.ends_of(spec.name);
            let last = self.world.decisions.last(spec.name);
            self.releases.insert(spec.name, (ends, last));
        }
        self.mended.store(true, Ordering::Relaxed);
        self.owners.retain(|owner| !owner.zombie);
        for owner in &mut self.owners {
            let (processor, generation) = (owner.processor.clone(), owner.generation);
            *owner = Owner::start(processor, generation, owner.partition, &self.world);
        }
        self.note("a release", self.owners.len(), 0);
        self.fault("release");
    }
}
