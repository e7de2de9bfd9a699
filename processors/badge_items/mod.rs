//! What each wearable is, and who wants to know.
//!
//! A definition is a deployed wearable; the newest by (timestamp, entity) stands. A question is answered to the person
//! who wears the item, at once when the item is defined, else when it is. History may arrive in any order, so questions
//! wait; of one item at most [`step::WAITING_MAX`] do, the oldest profiles are given up first.
//!
//! It is a decider: what it answered counted.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::badges::Item;
use model::tables::badge_items::{self as tables, State};

/// See the module.
pub struct BadgeItems;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badge_items",
    revision: 1,
    input: "badges.items",
    aggregates: Some(tables::TABLE),
    projections: &[],
    emits: &[step::FACTS],
    effects: &[],
    kind: Kind::Decider,
    // A question does not depend on the one before.
    poison: Poison::Skip,
};

impl Processor for BadgeItems {
    const SPEC: Spec = SPEC;
    type Event = Item;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Item>, Reject> {
        crate::wire::read_keyed(record, |item: &Item| &item.urn)
    }

    fn key(&self, item: &Item) -> Bytes {
        Bytes::copy_from_slice(item.urn.as_bytes())
    }

    fn step(&self, state: &State, item: &Item, _: &Context) -> Result<Step<State>, Reject> {
        Ok(step::step(state, item))
    }
}
