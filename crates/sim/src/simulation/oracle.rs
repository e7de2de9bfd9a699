//! The naive fold: every record of a topic once, in order, one map of states, nothing clever. What the engine
//! leaves in the store after any history of faults must equal this.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, Keyed, Poison, Position, Record, Reject, Spec, Step, Topic,
};

use super::content::Content;

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
pub(super) type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;

/// What one processor makes of its input.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) tables: Tables,
    /// Everything it appends, by topic; dead letters included.
    pub(super) emitted: BTreeMap<String, BTreeSet<Content>>,
    /// Keys parked at the end, and the offset of the event that was rejected.
    pub(super) parked: BTreeMap<Bytes, u64>,
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
            Ok(Some(keyed)) => match self.expected.parked.get(&keyed.key) {
                Some(first) => {
                    let behind = format!("behind the parked event at {first}");
                    self.letter(record, &position, &Reject::new("PARKED", behind));
                }
                None => self.step(record, &keyed, &position),
            },
            Err(reject) => self.letter(record, &position, &reject),
        }
    }

    fn step(&mut self, record: &Record, keyed: &Keyed, position: &Position) {
        let timestamp = record.timestamp;
        let context = Context {
            position: position.clone(),
            timestamp,
            generation: 1,
        };
        let fresh = || {
            (
                self.processor.load(None, &[]).expect("a default state"),
                false,
            )
        };
        let (state, exists) = self.states.entry(keyed.key.clone()).or_insert_with(fresh);
        match self.processor.step(state, &keyed.event, &context) {
            Ok(mut step) => {
                if let Some(new) = step.state.take() {
                    *state = new;
                    *exists = true;
                }
                self.outputs(record, position, step);
            }
            Err(reject) => {
                if self.spec.poison == Poison::Park {
                    let key = keyed.key.clone();
                    self.expected.parked.insert(key, record.offset);
                }
                self.letter(record, position, &reject);
            }
        }
    }

    fn outputs(&mut self, record: &Record, position: &Position, step: Step<AnyState>) {
        let mut causes = (0..).map(|index| position.at(index));
        for (emit, cause) in step.emits.iter().zip(&mut causes) {
            let content = Content::emitted(self.spec, record, &cause, emit);
            self.appended(emit.topic.to_owned(), content);
        }
        for (effect, cause) in step.effects.iter().zip(&mut causes) {
            let content = Content::asked(self.spec, record, &cause, effect);
            self.appended(format!("effects.{}", effect.kind), content);
        }
        for row in step.rows {
            let cell = (row.table.to_owned(), row.partition, row.row);
            match row.doc {
                Some(doc) => self.expected.tables.insert(cell, doc),
                None => self.expected.tables.remove(&cell),
            };
        }
    }

    fn letter(&mut self, record: &Record, position: &Position, reject: &Reject) {
        let content = Content::letter(self.spec, record, position, reject);
        self.appended(self.spec.dead_letters(), content);
    }

    fn appended(&mut self, topic: String, content: Content) {
        let of_topic = self.expected.emitted.entry(topic).or_default();
        of_topic.insert(content);
    }

    fn end(self) {
        let Some(table) = self.spec.aggregates else {
            return;
        };
        for (key, (state, _)) in self.states.into_iter().filter(|(_, (_, exists))| *exists) {
            let saved = self.processor.save(&state, None);
            let parts = saved
                .parts
                .into_iter()
                .filter_map(|part| Some((part.name, part.doc?)));
            for (row, doc) in parts.chain([(Bytes::new(), saved.doc)]) {
                let cell = (table.to_owned(), key.clone(), row);
                self.expected.tables.insert(cell, doc);
            }
        }
    }
}
