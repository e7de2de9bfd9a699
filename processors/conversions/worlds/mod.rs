//! Scenes of worlds that only their own servers tell of ask for their conversion, too.
//!
//! A `world/deployment` with the id and the chain alone is enough: whoever plans fetches the entity from the servers that it
//! names. One without servers is a scene that nobody can fetch; a catalyst's deployment may still tell of it. It keeps no
//! state.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};

use step::Deployed;

/// See the module.
pub struct Worlds;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "conversions-worlds",
    revision: 1,
    input: "world.events",
    aggregates: None,
    projections: &[],
    emits: &[super::INPUTS],
    effects: &[],
    kind: Kind::Decider,
    // One deployment does not depend on another.
    poison: Poison::Skip,
};

impl Processor for Worlds {
    const SPEC: Spec = SPEC;
    type Event = Deployed;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Deployed>, Reject> {
        step::decode(record)
    }

    fn key(&self, deployed: &Deployed) -> Bytes {
        Bytes::copy_from_slice(deployed.entity_id.as_bytes())
    }

    fn step(&self, (): &(), deployed: &Deployed, context: &Context) -> Result<Step<()>, Reject> {
        Ok(step::step(deployed, context))
    }
}
