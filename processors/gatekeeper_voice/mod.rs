//! Who is in which call.
//!
//! People are invited, come in, are lost, leave; a call ends, and with it all rows of it. What the LiveKit server tells of
//! an earlier session changes nothing for a later one: a departure names the session it belongs to, and where that is not
//! known one that is older than the newest change by more than a second comes too late.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::gatekeeper::VoiceChange;
use model::tables::gatekeeper::voice::{self as tables, State};

/// See the module.
pub struct GatekeeperVoice;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "gatekeeper_voice",
    revision: 1,
    input: "gatekeeper.voice",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::CALLS,
            doc: "calls that are there; partition = private/ or community/, row = id of the call",
        },
        Table {
            name: tables::OF_USERS,
            doc: "calls of a person; partition = address, row = key of the call",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A change that is none changes nothing.
    poison: Poison::Skip,
};

impl Processor for GatekeeperVoice {
    const SPEC: Spec = SPEC;
    type Event = VoiceChange;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<VoiceChange>, Reject> {
        crate::wire::read_keyed(record, |change: &VoiceChange| &change.call)
    }

    fn key(&self, change: &VoiceChange) -> Bytes {
        Bytes::copy_from_slice(change.call.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        change: &VoiceChange,
        _: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, change)
    }
}
