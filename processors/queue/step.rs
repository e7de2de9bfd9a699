//! From an item to its number.

use kernel::{Context, Reject, RowWrite, Step};
use model::events::catalyst::QueueItem;
use model::tables::number_key;
use model::tables::queue::{self as tables, Item, Place, State, items_partition};

pub(super) fn step(
    state: &State,
    item: &QueueItem,
    context: &Context,
) -> Result<Step<State>, Reject> {
    if item.entity_id.is_empty() || item.entity_type.is_empty() {
        let message = format!(
            "item of {:?} ({:?}) lacks a part",
            item.entity_id, item.entity_type
        );
        return Err(Reject::new("QUEUE_ITEM_INCOMPLETE", message));
    }
    let seq = state.next;
    let row = Item {
        seq,
        entity_id: item.entity_id.clone(),
        entity_timestamp: item.entity_timestamp,
        local_timestamp: item.local_timestamp.unwrap_or(context.timestamp),
        pointers: item.pointers.clone(),
    };
    let partition = items_partition(&item.entity_type, seq);
    let place = Place { seq };
    let (id, kind) = (item.entity_id.clone(), item.entity_type.clone());
    Ok(Step {
        rows: vec![
            RowWrite::put(tables::ITEMS, partition, number_key(seq).to_vec(), &row),
            RowWrite::put(tables::POSITIONS, id, kind, &place),
        ],
        ..Step::state(State {
            next: seq + 1,
            last_at: context.timestamp,
        })
    })
}
