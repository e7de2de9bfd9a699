//! What each row becomes, and rows that become nothing.

use serde_json::{Value, json};

use super::stub::{Rig, Stub, now, sale};
use crate::sources::catalyst::test_support::until;

const LAND: &str = "0xf87e31492faf9a91b02ee0deaad50d51d56d5d4d";
const ESTATE: &str = "0x959e104E1a4db6317fa58F8295f586e1A978c297";

fn rental(id: &str, contract: &str, token: &str, start: i64, end: i64) -> Value {
    json!({"id": id, "contractAddress": contract, "tokenId": token, "lessor": "0x1E", "tenant": "0x7E",
        "operator": "0x09", "startedAt": start.to_string(), "endsAt": end.to_string()})
}

/// The one event of a sub-type.
async fn only(rig: &Rig, sub_type: &str) -> Value {
    until(sub_type, || !rig.events(sub_type).is_empty()).await;
    let mut events = rig.events(sub_type);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

#[tokio::test]
async fn sales_become_item_sold_and_royalties_earned() {
    let stub = Stub::start().await;
    let at = now() - 5000;
    let mut row = sale("s1", at);
    row["royaltiesCut"] = json!("1234500000000000000000");
    row["royaltiesCollector"] = json!("0x40");
    stub.list("sales", row);
    let rig = Rig::of(&stub);
    rig.begin(at - 1).await;
    let _running = rig.run();
    assert_eq!(
        only(&rig, "item-sold").await,
        json!({"type": "blockchain", "subType": "item-sold", "key": "0xs1", "timestamp": at * 1000,
            "metadata": {"address": "0x5E", "image": "https://img.test/1", "buyer": "0xB0", "seller": "0x5E",
                "category": "wearable", "rarity": "epic", "link": "https://market.test/contracts/0xC0/tokens/7",
                "nftName": "Hat", "tokenId": "7", "network": "polygon", "title": "Item Sold",
                "description": "You just sold this Hat."}})
    );
    assert_eq!(
        only(&rig, "royalties-earned").await,
        json!({"type": "blockchain", "subType": "royalties-earned", "key": "0xs1", "timestamp": at * 1000,
            "metadata": {"address": "0x40", "image": "https://img.test/1", "category": "wearable",
                "rarity": "epic", "link": "https://market.test/contracts/0xC0/tokens/7", "nftName": "Hat",
                "royaltiesCut": "1234500000000000000000", "royaltiesCollector": "0x40", "network": "polygon",
                "title": "Royalties Earned", "description": "You earned 1234.50 MANA for this Hat."}})
    );
    // Keyed by whom it is told.
    let keys = |sub_type: &str| rig.records(sub_type)[0].key.clone();
    assert_eq!(keys("item-sold").as_deref(), Some(&b"0x5e"[..]));
    assert_eq!(keys("royalties-earned").as_deref(), Some(&b"0x40"[..]));
}

#[tokio::test]
async fn a_sale_without_royalties_earns_none_and_one_transaction_may_hold_two() {
    let stub = Stub::start().await;
    let at = now() - 5000;
    for id in ["s1", "s2"] {
        let mut row = sale(id, at);
        row["txHash"] = json!("0xsame");
        stub.list("sales", row);
    }
    let rig = Rig::of(&stub);
    rig.begin(at - 1).await;
    let running = rig.run();
    rig.told("item-sold", &["0xsame", "0xsame"]).await;
    let records = rig.records("item-sold");
    assert_ne!(records[0].headers.id, records[1].headers.id);
    running.polled("royalties-earned", 2).await;
    assert_eq!(rig.events("royalties-earned"), Vec::<Value>::new());
}

#[tokio::test]
async fn bids_become_bid_received_and_when_sold_bid_accepted() {
    let stub = Stub::start().await;
    let at = now() - 5000;
    let mut row = sale("b1", at);
    row["createdAt"] = json!(at.to_string());
    row["updatedAt"] = json!((at + 10).to_string());
    row["status"] = json!("open");
    row["blockchainId"] = json!("0xb1d");
    row["bidder"] = json!("0xB1");
    row["price"] = json!("5000000000000000");
    row["nft"]["category"] = json!("emote");
    row["nft"]["metadata"] =
        json!({"wearable": null, "emote": {"name": "Wave", "rarity": "common"}});
    stub.list("bids", row);
    let rig = Rig::of(&stub);
    rig.begin(at - 1).await;
    let running = rig.run();
    assert_eq!(
        only(&rig, "bid-received").await,
        json!({"type": "marketplace", "subType": "bid-received", "key": "0xb1d", "timestamp": at * 1000,
            "metadata": {"address": "0x5E", "image": "https://img.test/1", "seller": "0x5E",
                "category": "emote", "rarity": "common",
                "link": "https://market.test/account?assetType=nft&section=bids", "nftName": "Wave",
                "price": "5000000000000000", "title": "Bid Received",
                "description": "You received a bid of 0.01 MANA for this Wave.", "network": "polygon"}})
    );
    running.polled("bid-accepted", 2).await;
    assert_eq!(rig.events("bid-accepted"), Vec::<Value>::new());
    stub.facts().rows.get_mut("bids").expect("bids")[0]["status"] = json!("sold");
    let accepted = only(&rig, "bid-accepted").await;
    assert_eq!(accepted["timestamp"], (at + 10) * 1000);
    assert_eq!(accepted["key"], "0xb1d");
    let metadata = &accepted["metadata"];
    assert_eq!(metadata["address"], "0xB1");
    assert_eq!(
        metadata["link"],
        "https://market.test/contracts/0xC0/tokens/7"
    );
    assert_eq!(metadata["title"], "Bid Accepted");
    let told = "Your bid for 0.01 MANA for this Wave was accepted.";
    assert_eq!(metadata["description"], told);
}

#[tokio::test]
async fn items_and_collections_are_told_once_and_not_at_every_change() {
    let stub = Stub::start().await;
    let at = now() - 5000;
    let item = json!({"id": "0xc0-0", "creator": "0xCR", "rarity": "rare", "urn": "urn:x", "createdAt": at,
        "metadata": {"wearable": null, "emote": {"name": "Wave"}}});
    let collection = json!({"id": "0xc0", "creator": "0xCR", "name": "All", "createdAt": at, "updatedAt": at + 2});
    stub.list("items", item);
    stub.list("collections", collection);
    let rig = Rig::of(&stub);
    rig.begin(at - 1).await;
    let running = rig.run();
    assert_eq!(
        only(&rig, "item-published").await,
        json!({"type": "blockchain", "subType": "item-published", "key": "0xc0-0", "timestamp": at * 1000,
            "metadata": {"creator": "0xCR", "category": "emote", "rarity": "rare", "itemId": "0xc0-0",
                "network": "polygon", "urn": "urn:x"}})
    );
    assert_eq!(
        only(&rig, "collection-created").await,
        json!({"type": "blockchain", "subType": "collection-created", "key": "0xc0",
            "timestamp": (at + 2) * 1000, "metadata": {"creator": "0xCR", "name": "All"}})
    );
    stub.facts().rows.get_mut("collections").expect("one")[0]["updatedAt"] = json!(at + 900);
    running.polled("collection-created", 3).await;
    assert_eq!(rig.events("collection-created").len(), 1);
}

#[tokio::test]
async fn rentals_are_told_with_the_place_of_their_land() {
    let stub = Stub::start().await;
    let at = now() - 5000;
    stub.facts().lands = vec![json!({"tokenId": "5", "x": "0", "y": "5"})];
    stub.facts().estates =
        vec![json!({"id": "5", "parcels": [{"x": -1, "y": 2}, {"x": -1, "y": 3}]})];
    stub.list("rentals", rental("r1", LAND, "5", at, at + 100));
    stub.list("rentals", rental("r2", ESTATE, "5", at + 1, now() + 9000));
    stub.list("rentals", rental("r3", LAND, "404", at + 2, now() + 9000));
    let rig = Rig::of(&stub);
    rig.begin(at - 1).await;
    let running = rig.run();
    rig.told("land-rental-started", &["r1", "r2", "r3"]).await;
    let events = rig.events("land-rental-started");
    let link = format!("https://market.test/contracts/{LAND}/tokens/5/manage");
    assert_eq!(
        events[0],
        json!({"type": "blockchain", "subType": "land-rental-started", "key": "r1", "timestamp": at * 1000,
            "metadata": {"address": "0x1E", "contract": LAND, "land": "0,5", "lessor": "0x1E",
                "tenant": "0x7E", "operator": "0x09", "startedAt": at.to_string(),
                "endedAt": (at + 100).to_string(), "tokenId": "5", "link": link, "title": "LAND Rented",
                "description": "Your LAND at 0,5 was rented by 0x7E."}})
    );
    assert_eq!(events[1]["metadata"]["land"], "-1,2");
    let told = "Your ESTATE at -1,2 was rented by 0x7E.";
    assert_eq!(events[1]["metadata"]["description"], told);
    assert_eq!(events[2]["metadata"]["land"], Value::Null);
    assert_eq!(events[2]["metadata"]["description"], Value::Null);
    rig.told("land-rental-ended", &["r1"]).await;
    running.polled("land-rental-ended", 2).await;
    let ended = only(&rig, "land-rental-ended").await;
    assert_eq!(
        ended["timestamp"],
        at * 1000,
        "when it began, as in the original"
    );
    assert_eq!(ended["metadata"]["title"], "Rent Period Ending");
    let told = "The rent of your LAND at 0,5 has ended.";
    assert_eq!(ended["metadata"]["description"], told);
}

#[tokio::test]
async fn a_bad_row_is_counted_and_the_others_flow() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.list("sales", sale("1", start + 1));
    let mut bad = sale("2", start + 2);
    bad["nft"] = Value::Null;
    stub.list("sales", bad);
    let mut bad = sale("3", start + 3);
    bad["seller"] = json!(7);
    stub.list("sales", bad);
    let mut without_time = sale("4", start);
    without_time["timestamp"] = json!("soon");
    stub.list("sales", without_time);
    let mut without_metadata = sale("5", start + 5);
    without_metadata["nft"]["metadata"] = Value::Null;
    stub.list("sales", without_metadata);
    (6..9).for_each(|n| stub.list("sales", sale(&format!("{n}"), start + n)));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    let running = rig.run();
    rig.told("item-sold", &["0x1", "0x5", "0x6", "0x7", "0x8"])
        .await;
    let told = &rig.events("item-sold")[1]["metadata"];
    assert_eq!(told["description"], "You just sold this wearable.");
    assert!(running.status("item-sold").rejected >= 3);
    assert_eq!(running.status("item-sold").blocked, None);
    let mut royalties = sale("9", start + 9);
    royalties["royaltiesCut"] = json!("1.5");
    stub.list("sales", royalties);
    until("refused", || {
        running.status("royalties-earned").rejected > 0
    })
    .await;
    assert_eq!(rig.events("royalties-earned"), Vec::<Value>::new());
}
