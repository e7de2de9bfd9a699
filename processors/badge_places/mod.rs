//! Which scene stands on each parcel, and who stepped there.
//!
//! The newest scene of a parcel by (timestamp, entity) stands. A question is answered at once, to the person who asks:
//! the title of the scene that was known then, or that there is none. So the order of scenes and steps in the topic
//! decides what counts, once and for every rebuild. Only before the first scene of a parcel is known that order says
//! little, for the scene came by a longer way: the steps that are younger than it are answered again then.
//!
//! It is a decider: what it answered counted.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::badges::Place;
use model::tables::badge_places::{self as tables, State};

/// See the module.
pub struct BadgePlaces;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_places",
    revision: 1,
    input: "badges.places",
    aggregates: Some(tables::TABLE),
    projections: &[],
    emits: &[step::FACTS],
    effects: &[],
    kind: Kind::Decider,
    // A question does not depend on the one before.
    poison: Poison::Skip,
};

impl Processor for BadgePlaces {
    const SPEC: Spec = SPEC;
    type Event = Place;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Place>, Reject> {
        crate::wire::read_keyed(record, |place: &Place| &place.parcel)
    }

    fn key(&self, place: &Place) -> Bytes {
        Bytes::copy_from_slice(place.parcel.as_bytes())
    }

    fn step(&self, state: &State, place: &Place, _: &Context) -> Result<Step<State>, Reject> {
        Ok(step::step(state, place))
    }
}
