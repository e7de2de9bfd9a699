//! Keeps what places show: the public photos that were taken there, and how many they are.
//!
//! An aggregate is a place. `processors/reel` tells it of a photo only when that changes, so what is told is counted.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::reel::Placed;
use model::tables::reel::{self as tables, Place};

/// See the module.
pub struct ReelPlaces;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "reel_places",
    revision: 1,
    input: "reel.places",
    aggregates: Some(tables::PLACES),
    projections: &[Table {
        name: tables::PLACE_IMAGES,
        doc: "public photos of a place; partition place id, rows by time",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // Only what nobody can read is rejected; later photos do not depend on it.
    poison: Poison::Skip,
};

impl Processor for ReelPlaces {
    const SPEC: Spec = SPEC;
    type Event = Placed;
    type State = Place;

    fn decode(&self, record: &Record) -> Result<Option<Placed>, Reject> {
        crate::wire::read_keyed(record, |placed: &Placed| &placed.place)
    }

    fn key(&self, placed: &Placed) -> Bytes {
        Bytes::copy_from_slice(placed.place.as_bytes())
    }

    fn step(&self, state: &Place, placed: &Placed, _: &Context) -> Result<Step<Place>, Reject> {
        step::step(state, placed)
    }
}
