//! Two revisions of badges, and what each makes of a history.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, NewRecord, Position, Processor, Record, Reject, Spec, Step,
    emit_id,
};
use model::Recorded as _;
use model::events::badges::{Fact, What};
use processors::badges::Badges;
use runtime::generations::ReadModel;
use uuid::Uuid;

/// Topic of the facts.
pub(super) const FACTS: &str = <Badges as Processor>::SPEC.input;
/// Topic of the grants.
pub(super) const GRANTS: &str = "badge.events";

/// The next revision: steps count double.
#[derive(Default)]
pub(super) struct Doubled(Badges);

impl Processor for Doubled {
    const SPEC: Spec = Spec {
        revision: 2,
        ..Badges::SPEC
    };
    type Event = Fact;
    type State = <Badges as Processor>::State;

    fn decode(&self, record: &Record) -> Result<Option<Fact>, Reject> {
        let fact = Processor::decode(&self.0, record)?;
        Ok(fact.map(|fact| match fact.what() {
            Ok(What::Walk { steps }) => walked(&fact.address, &fact.key, fact.timestamp, steps * 2),
            _ => fact,
        }))
    }

    fn key(&self, fact: &Fact) -> Bytes {
        self.0.key(fact)
    }

    fn step(
        &self,
        state: &Self::State,
        fact: &Fact,
        context: &Context,
    ) -> Result<Step<Self::State>, Reject> {
        Processor::step(&self.0, state, fact, context)
    }
}

/// Somebody walked.
pub(super) fn walked(address: &str, key: &str, timestamp: i64, steps: i64) -> Fact {
    Fact::new(address, key, timestamp, &What::Walk { steps })
}

/// The record of a fact.
pub(super) fn recorded(fact: &Fact) -> NewRecord {
    let headers = kernel::Headers::new(Uuid::now_v7(), Fact::SCHEMA, "tests");
    let key = Bytes::copy_from_slice(fact.address.as_bytes());
    NewRecord::keyed(FACTS.into(), key, headers, model::encode(fact))
}

/// What one revision makes of a whole history.
pub(super) struct Made {
    /// Rows by (table, partition, row).
    pub(super) rows: BTreeMap<(String, Bytes, Bytes), Bytes>,
    /// Ids of what it emits because of the event at (partition, offset).
    pub(super) said: BTreeMap<(u32, u64), Vec<Uuid>>,
}

/// Folds a history, once and in order.
pub(super) fn fold(processor: &dyn ErasedProcessor, partitions: &[Vec<Record>]) -> Made {
    let spec = processor.spec();
    let mut states: BTreeMap<Bytes, AnyState> = BTreeMap::new();
    let (mut rows, mut said) = (BTreeMap::new(), BTreeMap::new());
    for (partition, records) in (0..).zip(partitions) {
        for record in records {
            let Ok(Some(keyed)) = processor.decode(record) else {
                panic!("a fact that cannot be read: {record:?}");
            };
            let position = Position::new(spec.input, partition, record.offset);
            let context = Context {
                position: position.clone(),
                timestamp: record.timestamp,
                generation: 1,
            };
            let fresh = || processor.load(None, &[]).expect("a default state");
            let state = states.entry(keyed.key.clone()).or_insert_with(fresh);
            let step = processor.step(state, &keyed.event, &context);
            let step = step.expect("a fact that counts");
            if let Some(new) = step.state {
                *state = new;
            }
            for row in step.rows {
                let cell = (row.table.to_owned(), row.partition, row.row);
                match row.doc {
                    Some(doc) => rows.insert(cell, doc),
                    None => rows.remove(&cell),
                };
            }
            let ids = (0..).zip(&step.emits);
            let ids = ids.map(|(index, _)| emit_id(spec.name, &position.at(index)));
            said.insert((partition, record.offset), ids.collect());
        }
    }
    Made { rows, said }
}

/// Ids of what goes out, each event's by the generation whose turn it is; `made` by generation.
pub(super) fn heard(turns: &ReadModel, made: &BTreeMap<u32, &Made>) -> BTreeSet<Uuid> {
    let mut heard = BTreeSet::new();
    for (generation, made) in made {
        for ((partition, offset), ids) in &made.said {
            if turns.speaks(*generation, *partition, *offset) {
                heard.extend(ids);
            }
        }
    }
    heard
}
