//! Decides which photos a person has, and how many they may have.
//!
//! Commands of one person are carried out in one order. A photo comes in two: a place is asked for before its files are
//! stored, and it is there once they are. Places that are kept for files count as photos, so the limit holds however many
//! uploads come at once; and files whose second command never comes (a process died between the two) are known, and are
//! removed when the place has run out. The limit comes with the command, as it was configured then.
//!
//! Every command first gives up the places that have run out. Time is the log time of the command, nothing else. Every
//! command is answered by a row under its id; the same id again changes nothing.
//!
//! What subscribers know of photos (`camera/photo-taken`, `camera/photo-privacy-changed`) is written in their form to
//! `user.actions`; that one was deleted, which they have no event for, to `reel.events`. What places show goes through
//! `reel.places`, since a place is another key.

mod parts;
mod state;
mod step;
mod tell;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Parts, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::reel::Command;
use model::tables::reel as tables;

use self::state::State;

/// See the module.
pub struct Reel;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "reel",
    revision: 1,
    input: "reel.commands",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::IMAGES,
            doc: "photos and whose they are; partition photo id, row empty",
        },
        Table {
            name: tables::METADATA,
            doc: "what clients said of photos; partition photo id, row empty",
        },
        Table {
            name: tables::GALLERIES,
            doc: "photos of a person; partition address, rows by time",
        },
        Table {
            name: tables::PUBLIC,
            doc: "photos of a person that others find; partition address, rows by time",
        },
        Table {
            name: tables::ANSWERS,
            doc: "answers to the last 128 commands; partition address, row command id",
        },
        Table {
            name: tables::PENDING,
            doc: "photos whose files are being stored; partition all, row photo id",
        },
    ],
    emits: &[tell::ACTIONS, tell::EVENTS, tell::PLACES],
    effects: &[step::REMOVE],
    kind: Kind::Decider,
    // A command that cannot be read is the gateway's mistake; the next one of the person is not worse for it.
    poison: Poison::Skip,
};

impl Processor for Reel {
    const SPEC: Spec = SPEC;
    const PARTS: Option<Parts<State>> = Some(parts::PARTS);
    type Event = Command;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Command>, Reject> {
        crate::wire::read_keyed(record, |command: &Command| &command.address)
    }

    fn key(&self, command: &Command) -> Bytes {
        Bytes::copy_from_slice(command.address.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, command, context)
    }
}
