//! Speaks the old queue's language.
//!
//! Subscribers of the original deployments queue know two messages: DEPLOYMENT (scenes, wearables and emotes only) and
//! EVENTS (every type). Both carry the entity as the queue streamed it (`entityId`, `entityType`, `entityTimestamp`),
//! while the published schema of the event wants the content server's form (`id`, `type`, `timestamp`, `content`), a
//! key and a timestamp; consumers exist for both and tell them apart by `entity.entityType`. So each message here
//! carries the members of both forms: whoever reads one form finds it whole. What the source sent besides is kept in
//! the entity, but never overrides a member that is known.
//!
//! The headers have the names and texts of the original's message attributes, for subscriptions that filter by them.
//!
//! It keeps no state. It is a decider because what it appends is subscribed to: a rebuild must not send it twice.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::catalyst::Deployment;

/// See the module.
pub struct Compat;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "compat",
    revision: 1,
    input: "deployments",
    aggregates: None,
    projections: &[],
    emits: &["compat.deployment", "compat.events"],
    effects: &[],
    kind: Kind::Decider,
    // One deployment does not depend on another.
    poison: Poison::Skip,
};

impl Processor for Compat {
    const SPEC: Spec = SPEC;
    type Event = Deployment;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Deployment>, Reject> {
        crate::wire::read(record)
    }

    fn key(&self, deployment: &Deployment) -> Bytes {
        Bytes::copy_from_slice(deployment.entity_id.as_bytes())
    }

    fn step(&self, (): &(), deployment: &Deployment, _: &Context) -> Result<Step<()>, Reject> {
        step::step(deployment)
    }
}
