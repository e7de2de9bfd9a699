//! Events that people were told of, as facts for badges: who attends one, from when until when.
//!
//! An event starts soon, and has started, for each attendee; its link says which one it is and at which parcel. The
//! attendee's own moves show whether they were there (`processors/badges`), for which it must be known which scene stands
//! on that parcel: that is asked in `badges.places`, as for a step onto it. An event in a world, or without a parcel,
//! counts for nobody: nothing tells who is there.
//!
//! It keeps no state: a repetition is found by `processors/badges`, by the id of the event.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};

use step::Attendance;

/// See the module.
pub struct BadgeEvents;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_events",
    revision: 1,
    input: "event.events",
    aggregates: None,
    projections: &[],
    emits: &[step::FACTS, step::PLACES],
    effects: &[],
    kind: Kind::Decider,
    // One event does not depend on another.
    poison: Poison::Skip,
};

impl Processor for BadgeEvents {
    const SPEC: Spec = SPEC;
    type Event = Attendance;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Attendance>, Reject> {
        step::decode(record)
    }

    fn key(&self, attendance: &Attendance) -> Bytes {
        Bytes::copy_from_slice(attendance.fact.address.as_bytes())
    }

    fn step(&self, (): &(), attendance: &Attendance, _: &Context) -> Result<Step<()>, Reject> {
        Ok(step::step(attendance))
    }
}
