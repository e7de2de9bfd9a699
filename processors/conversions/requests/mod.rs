//! Deployments of scenes, wearables and emotes ask for their conversion.
//!
//! One that reaches the platform soon after it was made has somebody waiting for it; the others are history, which is
//! converted beside that. It keeps no state.

pub(super) mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::catalyst::Deployment;
use model::events::registry::BUNDLED;

/// See the module.
pub struct Requests;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "conversions-requests",
    revision: 2,
    input: "deployments",
    aggregates: None,
    projections: &[],
    emits: &[super::INPUTS],
    effects: &[],
    kind: Kind::Decider,
    // One deployment does not depend on another.
    poison: Poison::Skip,
};

impl Processor for Requests {
    const SPEC: Spec = SPEC;
    type Event = Deployment;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Deployment>, Reject> {
        let read = crate::wire::read::<Deployment>(record)?;
        Ok(read.filter(|deployment| BUNDLED.contains(&deployment.entity_type.as_str())))
    }

    fn key(&self, deployment: &Deployment) -> Bytes {
        Bytes::copy_from_slice(deployment.entity_id.as_bytes())
    }

    fn step(
        &self,
        (): &(),
        deployment: &Deployment,
        context: &Context,
    ) -> Result<Step<()>, Reject> {
        step::step(deployment, context)
    }
}
