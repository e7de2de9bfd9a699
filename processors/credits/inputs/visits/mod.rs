//! Steps of goals that count scenes in which somebody spent a minute.
//!
//! `badges.facts` has each move with the scene it led into, joined there once for all. How a minute is found is said in
//! `processors/travel.rs`. A scene counts again in another session, so that it can be a step of another week; a minute is
//! told once, at the time of the move that shows it.

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::badges::{Fact, What, venue_of};
use model::tables::credits as tables;
use model::tables::credits::Visits as State;

use super::{LOG, goal_step, pass};
use crate::travel::{self, Walker};

/// See the module.
pub struct Visits;

/// What it declares.
const SPEC: Spec = Spec {
    name: "credits-inputs-visits",
    revision: 1,
    input: "badges.facts",
    aggregates: Some(tables::VISITS),
    projections: &[],
    emits: &[LOG],
    effects: &[],
    kind: Kind::Decider,
    // One visit does not depend on another.
    poison: Poison::Skip,
};

/// Kinds of facts that tell where somebody is.
const WANTED: [&str; 2] = ["move", "place"];
/// Longest step, bytes; of a longer title its hash is one.
const STEP_BYTES_MAX: usize = 512;

impl Processor for Visits {
    const SPEC: Spec = SPEC;
    type Event = Fact;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Fact>, Reject> {
        let fact = crate::wire::read_keyed(record, |fact: &Fact| &fact.address)?;
        let tells = |fact: &Fact| WANTED.contains(&fact.kind.as_str());
        // Where an event is says nothing of where somebody went.
        Ok(fact.filter(|fact| tells(fact) && venue_of(&fact.key).is_none()))
    }

    fn key(&self, fact: &Fact) -> Bytes {
        Bytes::copy_from_slice(fact.address.as_bytes())
    }

    fn step(&self, state: &State, fact: &Fact, _: &Context) -> Result<Step<State>, Reject> {
        let what = fact
            .what()
            .map_err(|error| Reject::new("RECORD_UNREADABLE", error.to_string()))?;
        let mut state = state.clone();
        let mut walker = Walker {
            travel: &mut state.travel,
            is_counted: &|_| false,
            reached: Vec::new(),
            stayed: Vec::new(),
        };
        match what {
            What::Move {
                session,
                asked: true,
                ..
            } => travel::moved(&mut walker, &fact.key, session, fact.timestamp),
            What::Place { title } => travel::answered(&mut walker, &fact.key, title),
            _ => return Ok(Step::nothing()),
        }
        let mut emits = Vec::new();
        for (title, at) in walker.reached {
            if state.told.insert(&format!("{title}\n{at}"), at) {
                let step = match title.len() {
                    0..=STEP_BYTES_MAX => title,
                    _ => kernel::event_id(title.as_bytes()).to_string(),
                };
                let step = pass(&goal_step(&fact.address, "visit-scene", &step, at));
                emits.extend(step.emits);
            }
        }
        Ok(Step {
            emits,
            ..Step::state(state)
        })
    }
}
