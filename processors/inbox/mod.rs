//! The inbox of each person: what they were told, have read, and want to be told.
//!
//! Notices and what people ask meet in one topic under one key, so one inbox is one order. A notification is known by
//! (event key, type, address), from which its id is made: told again it replaces what clients show and when it
//! happened, stays read if it was read, stays at its place and causes no second mail. The newest
//! [`rules::KNOWN_MAX`] notifications are kept and known again; an inbox that was told that many new things since has
//! forgotten the older ones, and only then could one of them be told anew. For ever would let an inbox, one document,
//! grow without bound.
//!
//! Rows are ordered by arrival: log time in ms, never twice the same. A client that asks for what came since it last
//! asked so sees an event that was late, too. What is said to everybody is an inbox of its own, under the key `*`;
//! what of it one person has read is kept with that person.
//!
//! A mail is asked for when a notification is new, its type has a mail, and the person has a confirmed address and
//! wants it. It is rendered here, once. An e-mail address becomes a wallet's own only by the verdict of `emails`, which
//! comes back as a command.
//!
//! It is a decider: mails are sent, and claims made, once.

mod command;
mod email;
mod mail;
mod notice;
mod rules;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::tables::inbox::{self as tables, State};

use step::Event;

/// How the mail of a type of notification looks, with something made up in each place; `None` for a type without one.
pub fn preview(kind: &str) -> Option<model::events::effects::Mail> {
    mail::preview(kind)
}

/// See the module.
pub struct Inbox;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "inbox",
    revision: 1,
    input: "notifications",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::ROWS,
            doc: "notifications; partition address or *, row 8-byte order of arrival",
        },
        Table {
            name: tables::UNREAD,
            doc: "those that are not read; partition address, row 8-byte order of arrival",
        },
        Table {
            name: tables::SEEN,
            doc: "what was read of what is said to everybody; partition address, row notification id",
        },
        Table {
            name: tables::ANSWERS,
            doc: "answers to the last 128 commands; partition address, row command id",
        },
    ],
    emits: &[email::CLAIMS],
    effects: &[mail::EFFECT],
    kind: Kind::Decider,
    // Only a record that means nothing is rejected; later ones do not depend on it.
    poison: Poison::Skip,
};

impl Processor for Inbox {
    const SPEC: Spec = SPEC;
    type Event = Event;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Event>, Reject> {
        step::decode(record)
    }

    fn key(&self, event: &Event) -> Bytes {
        Bytes::copy_from_slice(event.key().as_bytes())
    }

    fn step(&self, state: &State, event: &Event, context: &Context) -> Result<Step<State>, Reject> {
        step::step(state, event, context)
    }
}
