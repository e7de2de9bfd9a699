//! Decides what a player's progress completes, which missions they run, and when a reward is due.
//!
//! Commands of one player are carried out in one order. What progress may complete comes with the command, as it was
//! defined when it was submitted: so a changed challenge changes no past. Of the challenges of a submission the first one
//! that is open, belongs to a mission in progress and whose conditions hold is completed, at most one; when it was the
//! mission's last one the run ends, once, and asks for its reward under the run's id, which is all that keeps a reward from
//! being given twice.
//!
//! Every command first notes the runs whose 24 hours are over: what they completed is open again. Time is the log time of
//! the command, nothing else. Every command is answered by a row under its id; the same id again changes nothing.

mod conditions;
mod rules;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::games::Command;
use model::tables::games::{self as tables, Player};

/// See the module.
pub struct Games;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "games",
    revision: 1,
    input: "games.commands",
    aggregates: Some(tables::PLAYERS),
    projections: &[
        Table {
            name: tables::ANSWERS,
            doc: "answers to the last 128 commands; partition address, row command id",
        },
        Table {
            name: tables::OPEN_RUNS,
            doc: "runs that are going on; partition all, row run id",
        },
    ],
    emits: &["games.events"],
    effects: &["reward"],
    kind: Kind::Decider,
    // A command that cannot be read is the gateway's mistake; the next one of the player is not worse for it.
    poison: Poison::Skip,
};

impl Processor for Games {
    const SPEC: Spec = SPEC;
    type Event = Command;
    type State = Player;

    fn decode(&self, record: &Record) -> Result<Option<Command>, Reject> {
        crate::wire::read_keyed(record, |command: &Command| &command.address)
    }

    fn key(&self, command: &Command) -> Bytes {
        Bytes::copy_from_slice(command.address.as_bytes())
    }

    fn step(
        &self,
        state: &Player,
        command: &Command,
        context: &Context,
    ) -> Result<Step<Player>, Reject> {
        step::step(state, command, context)
    }
}
