//! Purchases, publications and collections, as facts for badges.
//!
//! A sale is told to its seller and lies under the seller's key; what counts for a badge is the purchase, so here it is
//! put under the buyer's. It keeps no state: a repetition is found by `processors/badges`, which keeps transactions and
//! items for ever.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::badges::Fact;

/// See the module.
pub struct BadgeChain;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_chain",
    revision: 1,
    input: "blockchain.events",
    aggregates: None,
    projections: &[],
    emits: &[step::FACTS],
    effects: &[],
    kind: Kind::Decider,
    // One event does not depend on another.
    poison: Poison::Skip,
};

impl Processor for BadgeChain {
    const SPEC: Spec = SPEC;
    type Event = Fact;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Fact>, Reject> {
        step::decode(record)
    }

    fn key(&self, fact: &Fact) -> Bytes {
        Bytes::copy_from_slice(fact.address.as_bytes())
    }

    fn step(&self, (): &(), fact: &Fact, _: &Context) -> Result<Step<()>, Reject> {
        Ok(step::step(fact))
    }
}
