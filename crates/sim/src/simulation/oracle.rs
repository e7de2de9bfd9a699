//! The naive fold: every record of a topic once, in order, one map of states, nothing clever. What the engine
//! leaves in the store after any history of faults must equal this.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{Context, ErasedProcessor, Poison, Position, Record, Spec, Topic};

/// Live rows by (table, partition key, row key); an aggregate's row key is empty.
pub(super) type Tables = BTreeMap<(String, Bytes, Bytes), Bytes>;

/// What one processor makes of its input.
#[derive(Default)]
pub(super) struct Expected {
    pub(super) tables: Tables,
    /// Ids of everything it appends, by topic; dead letters included.
    pub(super) emitted: BTreeMap<String, BTreeSet<uuid::Uuid>>,
    /// Keys parked at the end.
    pub(super) parked: BTreeSet<Bytes>,
}

/// Folds all partitions of a processor's input.
pub(super) fn fold(processor: &dyn ErasedProcessor, partitions: &[Vec<Record>]) -> Expected {
    let spec = processor.spec();
    let topic: Topic = spec.input.into();
    let mut expected = Expected::default();
    for (partition, records) in (0..).zip(partitions) {
        let mut states: BTreeMap<Bytes, (kernel::AnyState, bool)> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for record in records {
            // A derived record may stand in the log many times; its cause and producer say it is the same.
            let origin = record
                .headers
                .cause
                .as_ref()
                .map(|c| (record.headers.source.clone(), c.clone()));
            if let Some(origin) = origin
                && !seen.insert(origin)
            {
                continue;
            }
            let position = record.position(&topic, partition);
            let context = Context {
                position: position.clone(),
                timestamp: record.timestamp,
                generation: 1,
            };
            let decoded = match processor.decode(record) {
                Ok(None) => continue,
                Ok(Some(keyed)) => keyed,
                Err(_) => {
                    expected.letter(processor, &position);
                    continue;
                }
            };
            if expected.parked.contains(&decoded.key) {
                expected.letter(processor, &position);
                continue;
            }
            let (state, exists) = states
                .entry(decoded.key.clone())
                .or_insert_with(|| (processor.load(None).expect("a default state"), false));
            match processor.step(state, &decoded.event, &context) {
                Err(_) => {
                    if spec.poison == Poison::Park {
                        expected.parked.insert(decoded.key);
                    }
                    expected.letter(processor, &position);
                }
                Ok(step) => {
                    for (index, emit) in (0..).zip(&step.emits) {
                        let id = emit
                            .id
                            .unwrap_or_else(|| output_id(spec, record, &position.at(index)));
                        expected
                            .emitted
                            .entry(emit.topic.to_owned())
                            .or_default()
                            .insert(id);
                    }
                    let first = step.emits.len() as u32;
                    for (index, effect) in (first..).zip(&step.effects) {
                        let id = output_id(spec, record, &position.at(index));
                        let topic = format!("effects.{}", effect.kind);
                        expected.emitted.entry(topic).or_default().insert(id);
                    }
                    for row in step.rows {
                        let cell = (row.table.to_owned(), row.partition, row.row);
                        match row.doc {
                            Some(doc) => expected.tables.insert(cell, doc),
                            None => expected.tables.remove(&cell),
                        };
                    }
                    if let Some(new) = step.state {
                        *state = new;
                        *exists = true;
                    }
                }
            }
        }
        if let Some(table) = spec.aggregates {
            for (key, (state, exists)) in states {
                if exists {
                    expected.tables.insert(
                        (table.to_owned(), key, Bytes::new()),
                        processor.save(&state),
                    );
                }
            }
        }
    }
    expected
}

fn output_id(spec: &Spec, record: &Record, cause: &Position) -> uuid::Uuid {
    match spec.aggregates {
        Some(_) => kernel::emit_id(spec.name, cause),
        None => kernel::derived_id(spec.name, record.headers.id, cause.index),
    }
}

impl Expected {
    fn letter(&mut self, processor: &dyn ErasedProcessor, position: &Position) {
        let topic = processor.spec().dead_letters();
        let id = kernel::emit_id(&topic, position);
        self.emitted.entry(topic).or_default().insert(id);
    }
}
