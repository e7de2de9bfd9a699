//! From a scene to the state of a parcel, from a question to its answer.

use kernel::{Emit, Step};
use model::events::badges::{Fact, Place, What};
use model::tables::badge_places::{Asked, State};

use crate::wire;

/// Where answers go.
pub(super) const FACTS: &str = "badges.facts";
/// Steps onto one parcel that are answered again when its first scene becomes known.
pub(super) const WAITING_MAX: usize = 64;

pub(super) fn step(state: &State, place: &Place) -> Step<State> {
    match &place.address {
        Some(address) => {
            let asked = Asked {
                address: address.clone(),
                key: place.key.clone().unwrap_or_default(),
                timestamp: place.timestamp,
            };
            question(state, asked)
        }
        None => stand(state, place),
    }
}

fn question(state: &State, asked: Asked) -> Step<State> {
    let emits = vec![answer(&asked, state.title.clone())];
    let known = !state.entity_id.is_empty() || state.waiting.contains(&asked);
    let state = (!known).then(|| {
        let mut state = state.clone();
        state.waiting.push(asked);
        let old = state.waiting.len().saturating_sub(WAITING_MAX);
        state.waiting.drain(..old);
        state
    });
    Step {
        state,
        emits,
        ..Step::nothing()
    }
}

/// Takes a newer scene. The first one is told to those who stepped onto it before it was known.
fn stand(state: &State, place: &Place) -> Step<State> {
    let entity_id = place.entity_id.clone().unwrap_or_default();
    if (place.timestamp, &entity_id) <= (state.timestamp, &state.entity_id) {
        return Step::nothing();
    }
    let stood = |asked: &&Asked| place.title.is_some() && place.timestamp <= asked.timestamp;
    let told = state.waiting.iter().filter(stood);
    Step {
        emits: told
            .map(|asked| answer(asked, place.title.clone()))
            .collect(),
        ..Step::state(State {
            timestamp: place.timestamp,
            entity_id,
            title: place.title.clone(),
            waiting: Vec::new(),
        })
    }
}

fn answer(asked: &Asked, title: Option<String>) -> Emit {
    let what = What::Place { title };
    let fact = Fact::new(&asked.address, &asked.key, asked.timestamp, &what);
    wire::emit(FACTS, &asked.address, &fact)
}
