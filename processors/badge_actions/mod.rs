//! What people do in the world, as facts for their badges.
//!
//! Each action that some badge counts becomes a fact of the person. A step onto a parcel of Genesis City is also asked
//! about in `badges.places`: `processors/badge_places` answers to the person which scene stands there.
//!
//! It keeps no state: a repetition of an action is found by `processors/badges`, by the event's key.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};

use step::Action;

/// See the module.
pub struct BadgeActions;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_actions",
    revision: 1,
    input: "user.actions",
    aggregates: None,
    projections: &[],
    emits: &[step::FACTS, step::PLACES],
    effects: &[],
    kind: Kind::Decider,
    // One action does not depend on another.
    poison: Poison::Skip,
};

impl Processor for BadgeActions {
    const SPEC: Spec = SPEC;
    type Event = Action;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Action>, Reject> {
        step::decode(record)
    }

    fn key(&self, action: &Action) -> Bytes {
        Bytes::copy_from_slice(action.fact.address.as_bytes())
    }

    fn step(&self, (): &(), action: &Action, _: &Context) -> Result<Step<()>, Reject> {
        Ok(step::step(action))
    }
}
