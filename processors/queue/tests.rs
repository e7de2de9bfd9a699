//! The order of a type.

use model::events::catalyst::QueueItem;
use model::tables::number_key;
use model::tables::queue::{BLOCK_ITEMS, ITEMS, POSITIONS};
use serde_json::json;

use super::Queue;
use crate::testing::Run;

fn item(kind: &str, i: i64) -> QueueItem {
    QueueItem {
        entity_id: format!("Qm{i}"),
        entity_type: kind.into(),
        entity_timestamp: 1000 + i,
        local_timestamp: Some(2000 + i),
        pointers: vec![format!("{i},0")],
    }
}

#[test]
fn numbers_are_dense_per_type_and_blocks_are_full() {
    let mut run = Run::new(Queue);
    for i in 0..=BLOCK_ITEMS {
        run.apply(&item("scene", i), i).unwrap();
    }
    run.apply(&item("emote", 7), 9).unwrap();
    let last = run
        .row(ITEMS, "scene/0", &number_key(BLOCK_ITEMS - 1))
        .unwrap();
    assert_eq!(last["seq"], BLOCK_ITEMS - 1);
    assert_eq!(
        run.row(ITEMS, "scene/1", &number_key(BLOCK_ITEMS)),
        Some(
            &json!({"seq": BLOCK_ITEMS, "entityId": format!("Qm{BLOCK_ITEMS}"), "entityTimestamp": 1000 + BLOCK_ITEMS,
            "localTimestamp": 2000 + BLOCK_ITEMS, "pointers": [format!("{BLOCK_ITEMS},0")]})
        )
    );
    assert_eq!(
        run.row(POSITIONS, "Qm7", b"emote"),
        Some(&json!({"seq": 0}))
    );
    assert_eq!(
        run.row(POSITIONS, "Qm7", b"scene"),
        Some(&json!({"seq": 7}))
    );
    assert_eq!(run.states[&b"scene"[..]].next, BLOCK_ITEMS + 1);
}

#[test]
fn an_item_without_an_entity_takes_no_number() {
    let mut run = Run::new(Queue);
    let bad = QueueItem {
        entity_id: String::new(),
        ..item("scene", 0)
    };
    assert_eq!(
        run.apply(&bad, 0).unwrap_err().code,
        "QUEUE_ITEM_INCOMPLETE"
    );
    run.apply(&item("scene", 0), 0).unwrap();
    assert_eq!(
        run.row(POSITIONS, "Qm0", b"scene"),
        Some(&json!({"seq": 0}))
    );
}
