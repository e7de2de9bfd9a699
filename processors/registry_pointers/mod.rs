//! Who claims each pointer of the asset-bundle registry, and what happened to worlds.
//!
//! A pointer of Genesis City, or of a world, is one aggregate: the entities that claim it, the newest first, with the
//! platforms each is complete for. Kept are those that no newer one displaces whatever platforms are required, mostly one
//! or two. A world as a whole is an aggregate, too: when it was last undeployed, and where people arrive.
//!
//! What is kept does not depend on the order of claims.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::registry::Claim;
use model::tables::registry::pointers::{self as tables, State};

/// See the module.
pub struct RegistryPointers;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "registry_pointers",
    revision: 1,
    input: crate::registry::POINTERS,
    aggregates: Some(tables::TABLE),
    projections: &[Table {
        name: tables::WORLDS,
        doc: "who claims each pointer of a world; partition = name of the world, row = pointer",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A claim without an entity claims nothing: others do not depend on it.
    poison: Poison::Skip,
};

impl Processor for RegistryPointers {
    const SPEC: Spec = SPEC;
    type Event = Claim;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Claim>, Reject> {
        crate::wire::read_keyed(record, |claim: &Claim| &claim.key)
    }

    fn key(&self, claim: &Claim) -> Bytes {
        Bytes::copy_from_slice(claim.key.as_bytes())
    }

    fn step(&self, state: &State, claim: &Claim, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, claim)
    }
}
