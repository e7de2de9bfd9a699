//! From a definition or a question to answers.

use kernel::{Emit, Step};
use model::events::badges::{Fact, Item, What};
use model::tables::badge_items::{Asked, Definition, State};

use crate::wire;

/// Where answers go.
pub(super) const FACTS: &str = "badges.facts";
/// Questions of one item that wait for its definition.
pub(super) const WAITING_MAX: usize = 2048;

pub(super) fn step(state: &State, item: &Item) -> Step<State> {
    match &item.address {
        Some(address) => {
            let asked = Asked {
                address: address.clone(),
                timestamp: item.timestamp,
                worn: item.worn,
            };
            question(state, &item.entity_id, asked, &item.urn)
        }
        None => define(state, item),
    }
}

fn question(state: &State, entity_id: &str, asked: Asked, urn: &str) -> Step<State> {
    if let Some(definition) = &state.definition {
        return Step {
            emits: vec![answer(definition, urn, entity_id, &asked)],
            ..Step::nothing()
        };
    }
    if state.waiting.get(entity_id) == Some(&asked) {
        return Step::nothing();
    }
    let mut state = state.clone();
    state.waiting.insert(entity_id.to_owned(), asked);
    if state.waiting.len() > WAITING_MAX {
        let ages = state
            .waiting
            .iter()
            .map(|(id, asked)| (asked.timestamp, id));
        if let Some((_, oldest)) = ages.min() {
            let oldest = oldest.clone();
            state.waiting.remove(&oldest);
        }
    }
    Step::state(state)
}

/// Takes a newer definition, and answers those who wait for the first one.
fn define(state: &State, item: &Item) -> Step<State> {
    let new = (item.timestamp, &item.entity_id);
    let stands = state.definition.as_ref();
    if stands.is_some_and(|old| (old.timestamp, &old.entity_id) >= new) {
        return Step::nothing();
    }
    let definition = Definition {
        timestamp: item.timestamp,
        entity_id: item.entity_id.clone(),
        rarity: item.rarity.clone(),
        item_id: item.item_id.clone().unwrap_or_else(|| item.urn.clone()),
    };
    let waiting = state.waiting.iter();
    let emits = waiting.map(|(entity_id, asked)| answer(&definition, &item.urn, entity_id, asked));
    Step {
        emits: emits.collect(),
        ..Step::state(State {
            definition: Some(definition),
            ..State::default()
        })
    }
}

fn answer(definition: &Definition, urn: &str, entity_id: &str, asked: &Asked) -> Emit {
    let what = What::Wearable {
        urn: urn.to_owned(),
        id: definition.item_id.clone(),
        rarity: definition.rarity.clone(),
        worn: asked.worn,
    };
    let address = &asked.address;
    let fact = Fact::new(address, entity_id, asked.timestamp, &what);
    wire::emit(FACTS, address, &fact)
}
