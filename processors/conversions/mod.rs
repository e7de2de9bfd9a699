//! Converts entities: an entity's conversion is asked for, planned, and over when all its tasks are.
//!
//! An aggregate is an entity. A wish begins a round and asks a runner for the plan: which files there are to convert, for
//! which platforms (the configuration's, recorded in the plan). Each file is a task of its own, named by its content and
//! shared with every other entity (`conversions-tasks`). With the last answer for a platform the manifest is a row, and the
//! end an event in the catalogue's form. Then come a scene's levels of detail, which end in the same way, apart. What is told
//! of an earlier round changes nothing. The plan of a large scene is stored once and each answer beside it (`state`).

mod lods;
pub mod outcomes;
pub mod requests;
mod state;
mod step;
pub mod tasks;
#[cfg(test)]
mod tests;
pub mod worlds;

use bytes::Bytes;
use kernel::{Context, Kind, Parts, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::conversion::{Input, Told};
use model::tables::conversions as tables;

use state::State;

/// Where entities are told of.
pub(crate) const INPUTS: &str = "conversion.inputs";
/// Where tasks are told of.
pub(crate) const TASKS: &str = "conversion.tasks";
/// Plans that somebody waits for, and those of history that is caught up with.
pub(crate) const PLANS: [&str; 2] = ["plan", "plan-backlog"];
/// Conversions, likewise.
pub(crate) const CONVERSIONS: [&str; 2] = ["convert", "convert-backlog"];

/// Of two kinds the one for what is live, or not.
pub(crate) fn lane(kinds: [&'static str; 2], live: bool) -> &'static str {
    kinds[usize::from(!live)]
}

/// See the module.
pub struct Conversions;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "conversions",
    revision: 3,
    input: INPUTS,
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::MANIFESTS,
            doc: "what clients are told of an entity's bundles; partition entity id, row platform",
        },
        Table {
            name: tables::LODS,
            doc: "what clients are told of a scene's levels of detail; partition entity id, row platform",
        },
        Table {
            name: tables::IDS,
            doc: "ids that have capitals; partition the id in lower case, row empty",
        },
    ],
    emits: &[TASKS, step::CONVERTED, step::CATALOGUED],
    effects: &PLANS,
    kind: Kind::Decider,
    // The next wish begins anew, whatever became of this one.
    poison: Poison::Skip,
};

/// What an entity is told.
pub struct Event {
    entity_id: String,
    told: Told,
}

impl Processor for Conversions {
    const SPEC: Spec = SPEC;
    const PARTS: Option<Parts<State>> = Some(state::PARTS);
    type Event = Event;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Event>, Reject> {
        let Some(input) = crate::wire::read_keyed(record, |input: &Input| &input.entity_id)? else {
            return Ok(None);
        };
        let told = input.told().map_err(|e| {
            let id = &input.entity_id;
            Reject::new("CONVERSION_INPUT", format!("conversion of {id}: {e}"))
        })?;
        Ok(Some(Event {
            entity_id: input.entity_id,
            told,
        }))
    }

    fn key(&self, event: &Event) -> Bytes {
        Bytes::copy_from_slice(event.entity_id.as_bytes())
    }

    fn step(&self, state: &State, event: &Event, context: &Context) -> Result<Step<State>, Reject> {
        Ok(step::step(state, &event.entity_id, &event.told, context))
    }
}
