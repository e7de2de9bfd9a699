//! What deployments say for badges.
//!
//! A profile tells of its owner (a fact) and wears items: each item that can have a rarity becomes a question in
//! `badges.items`, under the item's key, since the rarity stands in another deployment that may come earlier or later.
//! Stores and scenes are facts of who signed them. A wearable answers questions about it, a scene those about its
//! parcels.
//!
//! It keeps no state; the readers of its topics know a repetition.

mod step;
#[cfg(test)]
mod tests;
mod urn;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::catalyst::Deployment;

/// See the module.
pub struct BadgeDeployments;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_deployments",
    revision: 1,
    input: "deployments",
    aggregates: None,
    projections: &[],
    emits: &[step::FACTS, step::ITEMS, step::PLACES],
    effects: &[],
    kind: Kind::Decider,
    // One deployment does not depend on another.
    poison: Poison::Skip,
};

impl Processor for BadgeDeployments {
    const SPEC: Spec = SPEC;
    type Event = Deployment;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Deployment>, Reject> {
        let read = crate::wire::read::<Deployment>(record)?;
        Ok(read.filter(|deployment| step::KINDS.contains(&deployment.entity_type.as_str())))
    }

    fn key(&self, deployment: &Deployment) -> Bytes {
        Bytes::copy_from_slice(deployment.entity_id.as_bytes())
    }

    fn step(&self, (): &(), deployment: &Deployment, _: &Context) -> Result<Step<()>, Reject> {
        step::step(deployment)
    }
}
