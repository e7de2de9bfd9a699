//! Who is banned from the platform, and who was warned.
//!
//! A ban holds until it is lifted or runs out; a second one while one holds changes nothing. It takes along the device
//! that the person was last seen with: whoever comes with that is not let in either. A ban that has run out stays in the
//! rows until another one or its lifting replaces it, since nothing here knows what time it is; who reads them asks.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::gatekeeper::UserChange;
use model::tables::gatekeeper::users::{self as tables, State};

/// See the module.
pub struct GatekeeperUsers;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "gatekeeper_users",
    revision: 1,
    input: "gatekeeper.users",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::BANNED,
            doc: "bans that were not lifted; one partition, row = address",
        },
        Table {
            name: tables::DEVICES,
            doc: "the same by device; row = address",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A change that is none changes nothing.
    poison: Poison::Skip,
};

impl Processor for GatekeeperUsers {
    const SPEC: Spec = SPEC;
    type Event = UserChange;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<UserChange>, Reject> {
        crate::wire::read_keyed(record, |change: &UserChange| &change.address)
    }

    fn key(&self, change: &UserChange) -> Bytes {
        Bytes::copy_from_slice(change.address.as_bytes())
    }

    fn step(&self, state: &State, change: &UserChange, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, change)
    }
}
