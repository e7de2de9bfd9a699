//! Brings what became of renders to the avatars that wait for it.
//!
//! Outcomes are keyed by their effects; here they are told to the avatars. It keeps no state: an outcome that comes again
//! tells the same.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::effects::Outcome;

use super::RENDERS;

/// See the module.
pub struct Outcomes;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "portraits-outcomes",
    revision: 1,
    input: "effects.outcomes",
    aggregates: None,
    projections: &[],
    emits: &[super::INPUTS],
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
        Ok(outcome.filter(|outcome| RENDERS.contains(&outcome.kind.as_str())))
    }

    fn key(&self, outcome: &Outcome) -> Bytes {
        Bytes::copy_from_slice(outcome.key.as_bytes())
    }

    fn step(&self, (): &(), outcome: &Outcome, _: &Context) -> Result<Step<()>, Reject> {
        step::step(outcome)
    }
}
