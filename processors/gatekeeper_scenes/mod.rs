//! Who administrates a place, who is banned from it, who may stream into it.
//!
//! The gateway has asked who may do that; here the order of a place is kept: who is an admin, or banned, already stays
//! so with the id, the time and the author of the first time, and who is not is not taken away. Of a stream's key only
//! the hash comes here.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::gatekeeper::SceneChange;
use model::tables::gatekeeper::scenes::{self as tables, State};

/// See the module.
pub struct GatekeeperScenes;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "gatekeeper_scenes",
    revision: 1,
    input: "gatekeeper.scenes",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::STREAMS,
            doc: "open streams; one partition, row = id of the place",
        },
        Table {
            name: tables::STREAM_KEYS,
            doc: "open streams by the hash of their key; row = id of the place",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A change that is none changes nothing.
    poison: Poison::Skip,
};

impl Processor for GatekeeperScenes {
    const SPEC: Spec = SPEC;
    type Event = SceneChange;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<SceneChange>, Reject> {
        crate::wire::read_keyed(record, |change: &SceneChange| &change.place)
    }

    fn key(&self, change: &SceneChange) -> Bytes {
        Bytes::copy_from_slice(change.place.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        change: &SceneChange,
        _: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, change)
    }
}
