//! Indexers that lie, stall, repeat, answer garbage or too much: the cursor stays, the others go on, and so does this one
//! once it is well again.

use bytes::Bytes;
use serde_json::json;

use super::stub::{Fault, KEY, Rig, Running, Stub, now, sale};
use crate::settings::Secret;
use crate::sources::catalyst::test_support::outbound;
use crate::sources::indexer::{Indexers, StartError};

/// A bid at a second.
fn bid(id: &str, seconds: i64) -> serde_json::Value {
    let mut row = sale(id, seconds);
    row["createdAt"] = json!(seconds);
    row["updatedAt"] = json!(seconds);
    row["blockchainId"] = json!(format!("0x{id}"));
    row["price"] = json!("1500000000000000000");
    row["bidder"] = json!("0xB1");
    row
}

/// Faults the indexer of sales until its producer is blocked for `reason`; then heals it.
async fn survives(fault: Fault, reason: &str) {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    for n in 1..=5 {
        stub.list("sales", sale(&format!("{n}"), start + n));
        stub.list("bids", bid(&format!("{n}"), start + n));
    }
    stub.fault("sales", Some(fault));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    let running: Running = rig.run();
    running.blocked("item-sold", reason).await;
    let all = ["0x1", "0x2", "0x3", "0x4", "0x5"];
    rig.told("bid-received", &all).await;
    assert_eq!(rig.keys("item-sold"), Vec::<String>::new());
    assert_eq!(rig.cursor("item-sold"), Some((start, String::new())));
    let said = running.status("item-sold").last_error.unwrap_or_default();
    assert!(said.starts_with("collections indexer: "), "{said}");
    assert!(!said.contains(KEY), "a key is in a log line: {said}");
    stub.fault("sales", None);
    rig.told("item-sold", &all).await;
    running.polled("item-sold", 1).await;
    assert_eq!(running.status("item-sold").blocked, None);
}

#[tokio::test]
async fn one_that_hangs() {
    survives(Fault::Hang, "silent").await;
}

#[tokio::test]
async fn one_that_is_in_trouble() {
    survives(Fault::Status(502), "status_5xx").await;
    survives(Fault::Status(429), "status_4xx").await;
}

#[tokio::test]
async fn one_that_points_elsewhere() {
    survives(Fault::Status(302), "redirect").await;
}

#[tokio::test]
async fn one_that_answers_garbage() {
    for bytes in [
        &b"<html>"[..],
        b"",
        b"[]",
        b"{\"data\":null}",
        b"{\"data\":{}}",
        b"{\"data\":{\"rows\":7}}",
        b"\xff\xfe",
    ] {
        survives(Fault::Bytes(Bytes::from_static(bytes)), "unreadable").await;
    }
}

#[tokio::test]
async fn one_whose_answer_has_errors_beside_its_data() {
    survives(Fault::Errors, "unreadable").await;
}

#[tokio::test]
async fn one_that_answers_ten_megabytes() {
    survives(Fault::Padded(10 << 20), "too_large").await;
}

#[tokio::test]
async fn one_that_gives_more_than_was_asked_for() {
    survives(Fault::Overfull, "unreadable").await;
}

#[tokio::test]
async fn one_that_repeats_itself_is_not_read_for_ever() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    (1..=9).for_each(|n| stub.list("sales", sale(&format!("{n}"), start + n)));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    stub.fault("sales", Some(Fault::Repeats));
    let running = rig.run();
    running.blocked("item-sold", "stalled").await;
    stub.fault("sales", None);
    let keys: Vec<String> = (1..=9).map(|n| format!("0x{n}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    rig.told("item-sold", &keys).await;
}

#[tokio::test]
async fn one_that_claims_to_know_the_future_is_believed_up_to_now() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.facts().head = now() + 1_000_000;
    stub.list("sales", sale("now", start + 1));
    stub.list("sales", sale("never", now() + 5000));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    let running = rig.run();
    rig.told("item-sold", &["0xnow"]).await;
    running.polled("item-sold", 3).await;
    rig.told("item-sold", &["0xnow"]).await;
    assert_eq!(rig.cursor("item-sold"), Some((start + 1, "now".into())));
}

#[tokio::test]
async fn one_whose_head_goes_back_is_waited_for() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.list("sales", sale("1", start + 1));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    let running = rig.run();
    rig.told("item-sold", &["0x1"]).await;
    stub.facts().head = start - 5000;
    running.polled("item-sold", 3).await;
    rig.told("item-sold", &["0x1"]).await;
    stub.list("sales", sale("2", start + 2));
    stub.facts().head = now();
    rig.told("item-sold", &["0x1", "0x2"]).await;
}

#[tokio::test]
async fn one_that_does_not_say_how_far_it_is_is_not_read() {
    let stub = Stub::start().await;
    stub.facts().head = 0;
    stub.list("sales", sale("1", now() - 5000));
    let rig = Rig::of(&stub);
    rig.begin(now() - 10_000).await;
    let running = rig.run();
    running.blocked("item-sold", "unreadable").await;
    assert_eq!(rig.keys("item-sold"), Vec::<String>::new());
}

#[tokio::test]
async fn a_url_that_may_not_be_asked_stops_the_start_without_being_repeated() {
    let stub = Stub::start().await;
    let mut rig = Rig::of(&stub);
    for url in [
        format!("http://192.0.2.1/{KEY}"),
        format!("file:///{KEY}"),
        KEY.to_owned(),
    ] {
        rig.settings.rentals_subgraph_url = Some(Secret::new(url));
        let error = Indexers::onto(rig.sink(), &rig.settings, &outbound()).err();
        let error = error.expect("refused");
        let wanted = StartError::Url("events_notifier.rentals_subgraph_url");
        assert_eq!(error, wanted);
        assert!(!error.to_string().contains(KEY));
    }
}
