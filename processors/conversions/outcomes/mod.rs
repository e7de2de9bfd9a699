//! Brings what became of plans and conversions to the entities and tasks that wait for it.
//!
//! Outcomes are keyed by their effects; here they are told to whom they concern. A scene of a world that was fetched for its
//! plan is told to the registry, too: its own server may have told the id alone. It keeps no state: an outcome that comes again
//! tells the same.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::effects::Outcome;

use super::{CONVERSIONS, PLANS};

/// See the module.
pub struct Outcomes;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "conversions-outcomes",
    revision: 2,
    input: "effects.outcomes",
    aggregates: None,
    projections: &[],
    emits: &[super::INPUTS, super::TASKS, crate::registry::INPUTS],
    effects: &[],
    kind: Kind::Decider,
    // One outcome does not depend on another.
    poison: Poison::Skip,
};

impl Processor for Outcomes {
    const SPEC: Spec = SPEC;
    type Event = Outcome;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Outcome>, Reject> {
        let outcome: Option<Outcome> = crate::wire::read(record)?;
        let kinds = PLANS.into_iter().chain(CONVERSIONS);
        let ours: Vec<&str> = kinds.collect();
        Ok(outcome.filter(|outcome| ours.contains(&outcome.kind.as_str())))
    }

    fn key(&self, outcome: &Outcome) -> Bytes {
        Bytes::copy_from_slice(outcome.key.as_bytes())
    }

    fn step(&self, (): &(), outcome: &Outcome, context: &Context) -> Result<Step<()>, Reject> {
        step::step(outcome, context)
    }
}
