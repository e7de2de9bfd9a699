//! Who a sale, a publication and a collection count for.

use bytes::Bytes;
use kernel::{Headers, Processor as _, Record};
use model::events::badges::{Fact, What};
use serde_json::{Value, json};

use super::BadgeChain;

fn fact(event: &Value) -> Option<Fact> {
    let value = model::encode_event(event).unwrap().bytes;
    let record = Record {
        offset: 0,
        timestamp: 99,
        key: Some(Bytes::from_static(b"0xseller")),
        headers: Headers::new(kernel::event_id(&value), "test", "test"),
        value: Some(value),
    };
    BadgeChain.decode(&record).unwrap()
}

fn sold(buyer: Value, category: &str) -> Value {
    json!({"type": "blockchain", "subType": "item-sold", "key": "0xTx", "timestamp": 7, "metadata": {
        "address": "0xSeller", "image": "", "buyer": buyer, "seller": "0xSeller", "category": category, "link": "",
        "network": "", "title": "", "description": "", "nftName": null, "rarity": null}})
}

#[test]
fn a_sale_counts_for_its_buyer_by_its_transaction() {
    let bought = fact(&sold(json!("0xBuyer"), "wearable")).unwrap();
    let what = What::Purchase {
        category: "wearable".into(),
    };
    assert_eq!(bought, Fact::new("0xbuyer", "0xTx", 7, &what));
    assert_eq!(fact(&sold(json!("0xBuyer"), "parcel")), None);
    let mut nobody = sold(json!(""), "emote");
    assert_eq!(fact(&nobody), None);
    nobody["metadata"].as_object_mut().unwrap().remove("buyer");
    assert_eq!(fact(&nobody), None);
}

#[test]
fn a_publication_counts_by_its_item_and_a_collection_for_its_creator() {
    let published = json!({"type": "blockchain", "subType": "item-published", "key": "other", "timestamp": 7,
        "metadata": {"creator": "0xC", "category": "emote", "itemId": "0xI-1", "network": "", "urn": ""}});
    let what = What::Publication {
        category: "emote".into(),
    };
    assert_eq!(fact(&published), Some(Fact::new("0xc", "0xI-1", 7, &what)));
    let created = json!({"type": "blockchain", "subType": "collection-created",
        "metadata": {"creator": "0xC", "name": "n"}});
    // It may come without a time of its own, and without a key.
    assert_eq!(
        fact(&created),
        Some(Fact::new("0xc", "", 99, &What::Collection))
    );
}

#[test]
fn other_events_are_not_read() {
    let other = json!({"type": "blockchain", "subType": "tip-received", "key": "k", "timestamp": 1,
        "metadata": {"amount": "1", "senderAddress": "0xa", "receiverAddress": "0xb"}});
    assert_eq!(fact(&other), None);
}
