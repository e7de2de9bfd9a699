//! What moderators do not want shown.
//!
//! Each entity has its own order of denials and pardons. An entry that is denied again keeps who denied it first, and
//! when; an older command than the last one changes nothing. What concerns all entities (jobs that are not waited for
//! any more) lies under the key `*`.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::registry::Command;
use model::tables::registry::moderation::{self as tables, State};

/// See the module.
pub struct RegistryModeration;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "registry_moderation",
    revision: 1,
    input: "registry.commands",
    aggregates: Some(tables::TABLE),
    projections: &[Table {
        name: tables::DENYLIST,
        doc: "entities that are not shown; one partition, row = entity id in lower case",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A command that is none changes nothing.
    poison: Poison::Skip,
};

impl Processor for RegistryModeration {
    const SPEC: Spec = SPEC;
    type Event = Command;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Command>, Reject> {
        crate::wire::read_keyed(record, |command: &Command| &command.key)
    }

    fn key(&self, command: &Command) -> Bytes {
        Bytes::copy_from_slice(command.key.as_bytes())
    }

    fn step(&self, state: &State, command: &Command, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, command)
    }
}
