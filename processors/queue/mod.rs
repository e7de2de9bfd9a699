//! Gives every deployment its number.
//!
//! Consumers of the queue work through deployments one by one and must be able to say how far they are. So each entity
//! type has one dense order: `deployments.queue` is keyed by the type, and the item that comes next gets the next
//! number, from 0. `queue_items` holds the order in blocks of 4096 (a partition of a store must not grow without
//! bound), `queue_positions` tells where one entity stands. Numbers are never reused and items never leave: who has
//! done what is the business of `consumers`.
//!
//! The order is that of the log, decided once: a rebuild gives every entity the same number.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::catalyst::QueueItem;
use model::tables::queue::{self as tables, State};

/// See the module.
pub struct Queue;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "queue",
    revision: 1,
    input: "deployments.queue",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::ITEMS,
            doc: "the order of a type; partition <type>/<seq / 4096>, row 8-byte seq",
        },
        Table {
            name: tables::POSITIONS,
            doc: "where an entity stands; partition entity id, row entity type",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // A whole type must not wait for an item that names no entity.
    poison: Poison::Skip,
};

impl Processor for Queue {
    const SPEC: Spec = SPEC;
    type Event = QueueItem;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<QueueItem>, Reject> {
        crate::wire::read_keyed(record, |item: &QueueItem| &item.entity_type)
    }

    fn key(&self, item: &QueueItem) -> Bytes {
        Bytes::copy_from_slice(item.entity_type.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        item: &QueueItem,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, item, context)
    }
}
