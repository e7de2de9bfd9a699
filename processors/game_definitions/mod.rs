//! Keeps what there is to play: the newest definition of every game, mission and challenge, as one row each.
//!
//! A definition says all of a thing, so it keeps no state; definitions of one id are told apart by their order in the log.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::games::Definition;
use model::tables::games as tables;

/// See the module.
pub struct GameDefinitions;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "game_definitions",
    revision: 1,
    input: "games.definitions",
    aggregates: None,
    projections: &[Table {
        name: tables::DEFINITIONS,
        doc: "what there is to play; partition game, mission or challenge, row id",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // One definition does not depend on another.
    poison: Poison::Skip,
};

impl Processor for GameDefinitions {
    const SPEC: Spec = SPEC;
    type Event = Definition;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Definition>, Reject> {
        crate::wire::read_keyed(record, |definition: &Definition| &definition.id)
    }

    fn key(&self, definition: &Definition) -> Bytes {
        Bytes::copy_from_slice(definition.id.as_bytes())
    }

    fn step(&self, (): &(), definition: &Definition, _: &Context) -> Result<Step<()>, Reject> {
        step::step(definition)
    }
}
