//! What happens to worlds, for the asset-bundle registry.
//!
//! A deployment and an undeployment of a scene are told of the scene's entity; the undeployment of a whole world, and
//! where people arrive in it, are claims of the world itself. A deployment is believed as far as it brings its entity:
//! with the id and the chain alone, as the original sends it, only the deployer is known until its conversion is planned,
//! which fetches it (`conversions-outcomes`), or somebody else tells more. It keeps no state.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};

use step::Happened;

/// See the module.
pub struct RegistryWorlds;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "registry_worlds",
    revision: 1,
    input: "world.events",
    aggregates: None,
    projections: &[],
    emits: &[crate::registry::INPUTS, crate::registry::POINTERS],
    effects: &[],
    kind: Kind::Decider,
    // One event does not depend on another.
    poison: Poison::Skip,
};

impl Processor for RegistryWorlds {
    const SPEC: Spec = SPEC;
    type Event = Happened;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Happened>, Reject> {
        step::decode(record)
    }

    fn key(&self, happened: &Happened) -> Bytes {
        happened.key.clone()
    }

    fn step(&self, (): &(), happened: &Happened, _: &Context) -> Result<Step<()>, Reject> {
        step::step(happened)
    }
}
