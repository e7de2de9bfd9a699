//! What is known of each entity of the asset-bundle registry.
//!
//! An entity is one aggregate: its deployment, the best conversion for each platform, when conversions were asked for
//! and ended, when it was taken out of its world. Each of these only grows, by rules that do not ask what came first (a
//! failure never takes the place of a success, the newer of two successes stays, a tombstone waits for its entity), so
//! every order of inputs ends in the same state.
//!
//! What concerns others is claimed at each of the entity's pointers: that it is there, which platforms it is complete
//! for, that it was undeployed. `registry_pointers` reads the claims. Which platforms are required is no question here:
//! it is configuration, and is answered where the status is asked for.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::registry::Input;
use model::tables::registry::entities::{self as tables, State};

/// See the module.
pub struct RegistryEntities;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "registry_entities",
    revision: 1,
    input: crate::registry::INPUTS,
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::DEPLOYERS,
            doc: "who deployed what; partition = address, row = 8-byte ms, then entity id",
        },
        Table {
            name: tables::JOBS,
            doc: "conversions that are waited for; partition = platform, row = 8-byte ms, then entity id",
        },
        Table {
            name: tables::BODIES,
            doc: "entities that no catalyst has; partition = entity id, row = nothing",
        },
    ],
    emits: &[crate::registry::POINTERS],
    effects: &[],
    kind: Kind::Decider,
    // What is told of an entity does not depend on what was told before.
    poison: Poison::Skip,
};

impl Processor for RegistryEntities {
    const SPEC: Spec = SPEC;
    type Event = Input;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Input>, Reject> {
        crate::wire::read_keyed(record, |input: &Input| &input.entity_id)
    }

    fn key(&self, input: &Input) -> Bytes {
        Bytes::copy_from_slice(input.entity_id.as_bytes())
    }

    fn step(&self, state: &State, input: &Input, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, input)
    }
}
