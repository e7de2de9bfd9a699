//! Two producers, one funnel, one aggregate: the crossing that no processor of the platform has yet, and that a
//! head has to survive. Two forks pass the same inbox on to one topic; the crossing folds both, and an event may
//! lead to nothing now and to something after the other producer's.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Context, Emit, ErasedProcessor, Kind, Poison, Processor, Record, Reject, Spec, Step};
use serde::{Deserialize, Serialize};

pub(super) fn processors() -> Vec<Arc<dyn ErasedProcessor>> {
    vec![Arc::new(Left), Arc::new(Right), Arc::new(Crossing)]
}

/// What both forks hold: how many events of a key they passed on.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Passed {
    n: u64,
}

const fn fork(name: &'static str) -> Spec {
    Spec {
        name,
        revision: 1,
        input: "events.inbox",
        aggregates: Some(name),
        projections: &[],
        emits: &["sim.crossing"],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Skip,
    }
}

fn pass(state: &Passed, record: &Record, mark: &'static str) -> Step<Passed> {
    let emit = Emit {
        topic: "sim.crossing",
        key: record.key.clone().unwrap_or_default(),
        id: None,
        kind: mark.into(),
        value: Bytes::from_static(mark.as_bytes()),
        headers: vec![],
    };
    Step {
        emits: vec![emit],
        ..Step::state(Passed { n: state.n + 1 })
    }
}

macro_rules! fork {
    ($name:ident, $table:literal) => {
        struct $name;

        impl Processor for $name {
            const SPEC: Spec = fork($table);
            type Event = Record;
            type State = Passed;

            fn decode(&self, record: &Record) -> Result<Option<Record>, Reject> {
                Ok(Some(record.clone()))
            }

            fn key(&self, record: &Record) -> Bytes {
                record.key.clone().unwrap_or_default()
            }

            fn step(
                &self,
                state: &Passed,
                record: &Record,
                _: &Context,
            ) -> Result<Step<Passed>, Reject> {
                Ok(pass(state, record, $table))
            }
        }
    };
}
fork!(Left, "sim_left");
fork!(Right, "sim_right");

/// Counts left events that come after at least one right event.
struct Crossing;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Crossed {
    rights: u64,
    lefts_after_a_right: u64,
}

impl Processor for Crossing {
    const SPEC: Spec = Spec {
        name: "sim_crossing",
        revision: 1,
        input: "sim.crossing",
        aggregates: Some("sim_crossing"),
        projections: &[],
        emits: &[],
        effects: &[],
        kind: Kind::Projector,
        poison: Poison::Park,
    };
    type Event = (Bytes, bool);
    type State = Crossed;

    fn decode(&self, record: &Record) -> Result<Option<Self::Event>, Reject> {
        let key = record.key.clone().unwrap_or_default();
        Ok(Some((key, record.value.as_deref() == Some(b"sim_left"))))
    }

    fn key(&self, event: &Self::Event) -> Bytes {
        event.0.clone()
    }

    fn step(
        &self,
        state: &Crossed,
        event: &Self::Event,
        _: &Context,
    ) -> Result<Step<Crossed>, Reject> {
        let mut next = state.clone();
        match event.1 {
            true if state.rights == 0 => return Ok(Step::nothing()),
            true => next.lefts_after_a_right += 1,
            false if state.rights >= 3 => {
                // Three rights are enough: the fourth is refused and parks the key.
                return Err(Reject::new("SIM_ENOUGH", "a fourth right"));
            }
            false => next.rights += 1,
        }
        Ok(Step::state(next))
    }
}
