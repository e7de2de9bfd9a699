//! Reading on: pages, cursors, crashes, the head, the overlap, other beginnings.

use std::time::Duration;

use runtime::settings::Span;

use super::stub::{Rig, Stub, now, rest, sale};
use crate::events_notifier::{ProducerError, Producers as _};
use crate::sources::catalyst::test_support::until;
use crate::sources::indexer::cursors::CURSORS;

#[tokio::test]
async fn every_row_comes_once_and_in_order_however_many_share_a_second() {
    for falling in [false, true] {
        let stub = Stub::start().await;
        let start = now() - 10_000;
        // Nine in one second, with a page of four; and some around.
        let mut wanted = Vec::new();
        for (second, rows) in [(0, 1), (3, 9), (4, 2), (5, 4), (6, 8), (7, 1)] {
            for row in 0..rows {
                let id = format!("{second}-{row}");
                stub.list("sales", sale(&id, start + second));
                wanted.push(format!("0x{id}"));
            }
        }
        stub.facts().falling = falling;
        let rig = Rig::of(&stub);
        rig.begin(start).await;
        let running = rig.run();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        rig.told("item-sold", &wanted).await;
        running.polled("item-sold", 3).await;
        rig.told("item-sold", &wanted).await;
        let cursor = (start + 7, "7-0".to_owned());
        assert_eq!(rig.cursor("item-sold"), Some(cursor));
    }
}

#[tokio::test]
async fn without_a_cursor_it_begins_now_and_says_so() {
    let stub = Stub::start().await;
    stub.list("sales", sale("old", now() - 1000));
    let rig = Rig::of(&stub);
    let before = now();
    let running = rig.run();
    running.polled("item-sold", 2).await;
    assert_eq!(rig.keys("item-sold"), Vec::<String>::new());
    let (seconds, row) = rig.cursor("item-sold").expect("saved at once");
    assert!((before..=now()).contains(&seconds) && row.is_empty());
}

#[tokio::test]
async fn a_restart_goes_on_where_it_stood() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    (0..6).for_each(|n| stub.list("sales", sale(&format!("{n}"), start + n)));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    let running = rig.run();
    let six = ["0x0", "0x1", "0x2", "0x3", "0x4", "0x5"];
    rig.told("item-sold", &six).await;
    running.polled("item-sold", 1).await;
    drop(running);
    stub.list("sales", sale("6", start + 6));
    let _running = rig.run();
    until("the new one", || {
        rig.keys("item-sold").contains(&"0x6".to_owned())
    })
    .await;
    // The last second is read again: what it has is known by its id where repetitions are dropped.
    let records = rig.records("item-sold");
    let mut ids: Vec<_> = records.iter().map(|record| record.headers.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    assert!(records.len() <= 8, "{}", records.len());
}

#[tokio::test]
async fn nothing_is_read_beyond_the_lag_behind_the_head() {
    let stub = Stub::start().await;
    let head = now() - 5000;
    stub.facts().head = head;
    stub.list("sales", sale("old", head - 101));
    stub.list("sales", sale("new", head - 99));
    let mut rig = Rig::of(&stub);
    rig.settings.indexer_lag = Span::secs(100);
    rig.begin(head - 1000).await;
    let running = rig.run();
    rig.told("item-sold", &["0xold"]).await;
    running.polled("item-sold", 3).await;
    rig.told("item-sold", &["0xold"]).await;
    stub.facts().head = head + 1;
    rig.told("item-sold", &["0xold", "0xnew"]).await;
}

#[tokio::test]
async fn the_cursor_waits_for_the_log_and_a_crash_leaves_no_gap() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.list("sales", sale("1", start + 1));
    let rig = Rig::of(&stub);
    rig.begin(start).await;
    rig.log.refuse(Some("events.inbox"));
    let running = rig.run();
    running.blocked("item-sold", "log").await;
    assert_eq!(rig.cursor("item-sold"), Some((start, String::new())));
    drop(running);
    rig.log.refuse(Some(CURSORS));
    let running = rig.run();
    rig.told("item-sold", &["0x1"]).await;
    running.blocked("item-sold", "log").await;
    drop(running);
    rig.log.refuse(None);
    let _running = rig.run();
    until("cursor", || {
        rig.cursor("item-sold") == Some((start + 1, "1".into()))
    })
    .await;
    // Told twice, under one id: once where repetitions are dropped.
    let records = rig.records("item-sold");
    assert!(records.len() >= 2);
    assert!(
        records
            .iter()
            .all(|r| r.headers.id == records[0].headers.id)
    );
}

#[tokio::test]
async fn what_is_listed_late_is_found_in_the_overlap() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.list("sales", sale("b", start + 500));
    let mut rig = Rig::of(&stub);
    rig.settings.indexer_overlap = Span::secs(300);
    rig.begin(start).await;
    let running = rig.run();
    rig.told("item-sold", &["0xb"]).await;
    stub.list("sales", sale("late", start + 300));
    stub.list("sales", sale("too late", start + 100));
    rig.told("item-sold", &["0xb", "0xlate"]).await;
    running.polled("item-sold", 3).await;
    rig.told("item-sold", &["0xb", "0xlate"]).await;
    assert_eq!(rig.cursor("item-sold"), Some((start + 500, "b".into())));
}

#[tokio::test]
async fn a_reorganised_row_is_the_same_event_and_a_new_one_is_told() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    stub.list("sales", sale("a", start + 100));
    let mut rig = Rig::of(&stub);
    rig.settings.indexer_overlap = Span::secs(300);
    rig.begin(start).await;
    let running = rig.run();
    rig.told("item-sold", &["0xa"]).await;
    // Another chain: the sale is in a later block, and there is one more before it.
    let rows = vec![sale("c", start + 90), sale("a", start + 130)];
    stub.facts().rows.insert("sales", rows);
    rig.told("item-sold", &["0xa", "0xc"]).await;
    running.polled("item-sold", 3).await;
    rig.told("item-sold", &["0xa", "0xc"]).await;
    // A process that does not remember tells it again under the same id.
    drop(running);
    stub.list("sales", sale("d", start + 200));
    let _running = rig.run();
    until("d", || rig.keys("item-sold").contains(&"0xd".to_owned())).await;
    let ids = |key: &str| -> Vec<_> {
        let records = rig.records("item-sold");
        let keys = rig.keys("item-sold");
        let own = keys.iter().zip(&records).filter(|(k, _)| *k == key);
        own.map(|(_, record)| record.headers.id).collect()
    };
    assert!(ids("0xa").windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn set_since_reads_at_once_from_there_and_keeps_the_cursor() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    (1..=6).for_each(|n| stub.list("sales", sale(&format!("{n}"), start + n)));
    let rig = Rig::of(&stub);
    rig.begin(start + 5).await;
    // Nobody follows: the call itself does it.
    let indexers = rig.build();
    let since = (start + 3) * 1000 + 999;
    indexers
        .run_since("item-sold", since)
        .await
        .expect("it runs");
    rig.told("item-sold", &["0x3", "0x4", "0x5", "0x6"]).await;
    assert_eq!(rig.cursor("item-sold"), Some((start + 6, "6".into())));
    let unknown = indexers.run_since("item-lost", since).await;
    assert_eq!(unknown, Err(ProducerError::Unknown("item-lost".into())));
    // In the future there is nothing to read, and nothing is until then.
    let later = (now() + 1000) * 1000;
    indexers
        .run_since("item-sold", later)
        .await
        .expect("it runs");
    let cursor = rig.cursor("item-sold").expect("kept");
    assert_eq!(cursor, (later / 1000, String::new()));
}

#[tokio::test]
async fn a_cursor_that_another_process_sets_is_taken_up() {
    let stub = Stub::start().await;
    let start = now() - 10_000;
    (1..=3).for_each(|n| stub.list("sales", sale(&format!("{n}"), start + n)));
    let rig = Rig::of(&stub);
    rig.begin(start + 3).await;
    let running = rig.run();
    rig.told("item-sold", &["0x3"]).await;
    let other = rig.build();
    other
        .run_since("item-sold", (start + 2) * 1000)
        .await
        .expect("it runs");
    rig.told("item-sold", &["0x3", "0x2", "0x3"]).await;
    stub.list("sales", sale("4", start + 4));
    running.polled("item-sold", 1).await;
    rig.told("item-sold", &["0x3", "0x2", "0x3", "0x4"]).await;
}

#[tokio::test]
async fn without_its_indexer_a_producer_says_which_key_is_missing() {
    let stub = Stub::start().await;
    let mut rig = Rig::of(&stub);
    rig.settings.rentals_subgraph_url = None;
    let indexers = rig.build();
    assert_eq!(indexers.status().len(), 6);
    assert_eq!(
        indexers.run_since("land-rental-ended", 0).await,
        Err(ProducerError::NotConfigured(
            "events_notifier.rentals_subgraph_url"
        ))
    );
    tokio::time::timeout(Duration::from_secs(5), rest())
        .await
        .expect("a moment passes");
    assert!(stub.facts().asked.is_empty(), "nobody was asked");
}
