//! Portraits of profiles: each avatar is drawn once, whichever profiles have it.
//!
//! An aggregate is an avatar, named by its hash. A profile that is deployed wants the portrait of its avatar
//! (`portraits-requests`); the first wish asks a runner, the others find what there is. What a runner says
//! (`portraits-outcomes`) is kept: a picture; that there never will be one; or that it could not be made now, and then
//! the next profile with that avatar asks again. A picture that lacks something worn which could not be had is asked for
//! again by itself, a few times, later and later. A wish of somebody who waits overtakes one of history.

pub mod outcomes;
pub mod requests;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::portrait::{Input, Told};
use model::tables::portraits::{self as tables, State};

/// Where avatars are told of.
pub(crate) const INPUTS: &str = "portrait.inputs";
/// Where portraits are told of.
pub(crate) const EVENTS: &str = "portrait.events";
/// Portraits that somebody waits for, and those that nobody does.
pub(crate) const RENDERS: [&str; 2] = ["render", "render-backlog"];

/// See the module.
pub struct Portraits;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "portraits",
    revision: 1,
    input: INPUTS,
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::ENTITIES,
            doc: "the avatar of each profile; partition entity id, row empty",
        },
        Table {
            name: tables::ADDRESSES,
            doc: "profiles of an address; partition address, row 8-byte ms + entity id",
        },
        Table {
            name: tables::NEWEST,
            doc: "portraits by when they were drawn; partition day, row 8-byte ms + avatar hash",
        },
    ],
    emits: &[EVENTS],
    effects: &RENDERS,
    kind: Kind::Decider,
    // The next wish begins anew, whatever became of this one.
    poison: Poison::Skip,
};

/// What an avatar is told.
pub struct Event {
    avatar: String,
    told: Told,
}

impl Processor for Portraits {
    const SPEC: Spec = SPEC;
    type Event = Event;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Event>, Reject> {
        let Some(input) = crate::wire::read_keyed(record, |input: &Input| &input.avatar)? else {
            return Ok(None);
        };
        let told = input.told().map_err(|e| {
            let avatar = &input.avatar;
            Reject::new("PORTRAIT_INPUT", format!("avatar {avatar}: {e}"))
        })?;
        Ok(Some(Event {
            avatar: input.avatar,
            told,
        }))
    }

    fn key(&self, event: &Event) -> Bytes {
        Bytes::copy_from_slice(event.avatar.as_bytes())
    }

    fn step(&self, state: &State, event: &Event, context: &Context) -> Result<Step<State>, Reject> {
        Ok(step::step(state, &event.avatar, &event.told, context))
    }
}
