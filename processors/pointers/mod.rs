//! Decides what stands on each pointer.
//!
//! A deployment claims its pointers, one record each, keyed by the pointer: claims of one pointer are decided in one
//! place, in the order of the log, whatever entity they belong to. Of two claims of one type the newer wins: the
//! greater (entity timestamp, lower-case entity id), as catalysts decide. The loser is written down under its own
//! entity id, so "is this entity active" is one question: was it published and has it lost nowhere? A scene of four
//! parcels that loses one of them is dead as a whole, and its other three parcels are empty: nothing comes back.
//!
//! Claims arrive in any order; the set of losers does not depend on it, because at each pointer exactly the claims
//! below the greatest one lose, whether they come before it (displaced) or after it (too late).

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::catalyst::PointerClaim;
use model::tables::pointers::{self as tables, State};

/// See the module.
pub struct Pointers;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "pointers",
    revision: 1,
    input: "deployments.pointers",
    aggregates: Some(tables::TABLE),
    projections: &[Table {
        name: tables::OVERWRITES,
        doc: "who lost a pointer to whom; partition entity id that lost, row pointer; no row: never lost",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A claim without an entity claims nothing: later claims of the pointer do not depend on it.
    poison: Poison::Skip,
};

impl Processor for Pointers {
    const SPEC: Spec = SPEC;
    type Event = PointerClaim;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<PointerClaim>, Reject> {
        crate::wire::read_keyed(record, |claim: &PointerClaim| &claim.pointer)
    }

    fn key(&self, claim: &PointerClaim) -> Bytes {
        Bytes::copy_from_slice(claim.pointer.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        claim: &PointerClaim,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, claim, context)
    }
}
