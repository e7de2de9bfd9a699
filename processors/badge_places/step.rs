//! From a scene to the state of a parcel, from a question to its answer.

use kernel::Step;
use model::events::badges::{Fact, Place, What};
use model::tables::badge_places::State;

use crate::wire;

/// Where answers go.
pub(super) const FACTS: &str = "badges.facts";

pub(super) fn step(state: &State, place: &Place) -> Step<State> {
    if let Some(address) = &place.address {
        let what = What::Place {
            title: state.title.clone(),
        };
        let key = place.key.clone().unwrap_or_default();
        let fact = Fact::new(address, key, place.timestamp, &what);
        return Step {
            emits: vec![wire::emit(FACTS, address, &fact)],
            ..Step::nothing()
        };
    }
    let entity_id = place.entity_id.clone().unwrap_or_default();
    if (place.timestamp, &entity_id) <= (state.timestamp, &state.entity_id) {
        return Step::nothing();
    }
    Step::state(State {
        timestamp: place.timestamp,
        entity_id,
        title: place.title.clone(),
    })
}
