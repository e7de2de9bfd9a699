//! The naive fold: every record of a topic once, in order, one map of states, nothing clever. What the engine
//! leaves in the store after any history of faults must equal this.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, Keyed, Poison, Position, Record, Spec, Step, Topic,
};
use uuid::Uuid;

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
pub(super) type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;

/// What one processor makes of its input.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) tables: Tables,
    /// Ids of everything it appends, by topic; dead letters included.
    pub(super) emitted: BTreeMap<String, BTreeSet<Uuid>>,
    /// Keys parked at the end.
    pub(super) parked: BTreeSet<Bytes>,
}

/// Folds all partitions of a processor's input.
pub(super) fn fold(processor: &dyn ErasedProcessor, partitions: &[Vec<Record>]) -> Expected {
    let mut expected = Expected::default();
    for (partition, records) in (0..).zip(partitions) {
        let mut naive = Naive {
            processor,
            spec: processor.spec(),
            expected: &mut expected,
            states: BTreeMap::new(),
            seen: BTreeSet::new(),
        };
        let topic: Topic = naive.spec.input.into();
        for record in records {
            naive.take(record, record.position(&topic, partition));
        }
        naive.end();
    }
    expected
}

/// The fold of one partition.
struct Naive<'a> {
    processor: &'a dyn ErasedProcessor,
    spec: &'static Spec,
    expected: &'a mut Expected,
    /// State, and whether there ever was one.
    states: BTreeMap<Bytes, (AnyState, bool)>,
    seen: BTreeSet<(Arc<str>, Position)>,
}

impl Naive<'_> {
    fn take(&mut self, record: &Record, position: Position) {
        // A derived record may stand in the log many times; its cause and producer say it is the same.
        if let Some(cause) = &record.headers.cause
            && !self
                .seen
                .insert((record.headers.source.clone(), cause.clone()))
        {
            return;
        }
        match self.processor.decode(record) {
            Ok(None) => {}
            Ok(Some(keyed)) if self.expected.parked.contains(&keyed.key) => self.letter(&position),
            Ok(Some(keyed)) => self.step(record, &keyed, &position),
            Err(_) => self.letter(&position),
        }
    }

    fn step(&mut self, record: &Record, keyed: &Keyed, position: &Position) {
        let timestamp = record.timestamp;
        let context = Context {
            position: position.clone(),
            timestamp,
            generation: 1,
        };
        let fresh = || (self.processor.load(None).expect("a default state"), false);
        let (state, exists) = self.states.entry(keyed.key.clone()).or_insert_with(fresh);
        match self.processor.step(state, &keyed.event, &context) {
            Ok(mut step) => {
                if let Some(new) = step.state.take() {
                    *state = new;
                    *exists = true;
                }
                self.outputs(record, position, step);
            }
            Err(_) => {
                if self.spec.poison == Poison::Park {
                    self.expected.parked.insert(keyed.key.clone());
                }
                self.letter(position);
            }
        }
    }

    fn outputs(&mut self, record: &Record, position: &Position, step: Step<AnyState>) {
        let emits = step.emits.iter().map(|e| (e.topic.to_owned(), e.id));
        let effects = step
            .effects
            .iter()
            .map(|e| (format!("effects.{}", e.kind), None));
        for (index, (topic, id)) in (0..).zip(emits.chain(effects)) {
            let id = id.unwrap_or_else(|| self.output_id(record, &position.at(index)));
            self.expected.emitted.entry(topic).or_default().insert(id);
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            match row.doc {
                Some(doc) => self.expected.tables.insert(cell, doc),
                None => self.expected.tables.remove(&cell),
            };
        }
    }

    fn output_id(&self, record: &Record, cause: &Position) -> Uuid {
        match self.spec.aggregates {
            Some(_) => kernel::emit_id(self.spec.name, cause),
            None => kernel::derived_id(self.spec.name, record.headers.id, cause.index),
        }
    }

    fn letter(&mut self, position: &Position) {
        let topic = self.spec.dead_letters();
        let id = kernel::emit_id(&topic, position);
        self.expected.emitted.entry(topic).or_default().insert(id);
    }

    fn end(self) {
        let Some(table) = self.spec.aggregates else {
            return;
        };
        for (key, (state, _)) in self.states.into_iter().filter(|(_, (_, exists))| *exists) {
            let cell = (table.to_owned(), key, Bytes::new());
            self.expected
                .tables
                .insert(cell, self.processor.save(&state));
        }
    }
}
