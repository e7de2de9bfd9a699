//! A changed rule is built beside the live one, switched to and taken back, at a thousand events a second: every request
//! is answered, every grant goes out once, and each generation's rows are those of its rule over the whole history.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use kernel::ErasedProcessor;
use processors::badges::Badges;
use reqwest::Client;
use runtime::ports::{Log, Store, TableName};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::house::{House, embedded, on_the_cluster};
use super::rules::{Doubled, FACTS, GRANTS, Made, fold, heard, recorded, walked};
use crate::cluster::stand::{Stand, Wants};
use crate::process::Scratch;

const PEOPLE: u64 = 200;
/// People take different strides, so that at any time somebody comes to a next tier.
const STEPS: i64 = 500;
const STRIDES: u64 = 11;
const PER_SECOND: u64 = 1000;
/// What each stage lasts.
const STAGE: Duration = Duration::from_secs(3);

fn address(person: u64) -> String {
    format!("0x{person:040x}")
}

/// People walk, so many a second, until stopped. Gives how many walks there were.
async fn walks(house: &House, from: u64, lasting: Duration) -> u64 {
    let (started, mut walk) = (Instant::now(), from);
    while started.elapsed() < lasting {
        let facts = (walk..walk + PER_SECOND / 20).map(|walk| {
            let at = 1_767_571_200_000 + walk as i64;
            let person = walk % PEOPLE;
            let steps = STEPS * (1 + person % STRIDES) as i64;
            recorded(&walked(&address(person), &format!("w{walk}"), at, steps))
        });
        let facts: Vec<_> = facts.collect();
        walk += facts.len() as u64;
        house.platform.append(facts).await.expect("taken");
        let due = started + Duration::from_millis(50) * ((walk - from) * 20 / PER_SECOND) as u32;
        tokio::time::sleep_until(due).await;
    }
    walk
}

/// Asks for badges of everybody in turn, until stopped. Gives which generations answered how often.
async fn asks(url: String, stop: CancellationToken) -> BTreeMap<String, u64> {
    let client = Client::builder().no_proxy().build().expect("a client");
    let mut answered = BTreeMap::new();
    for person in 0.. {
        if stop.is_cancelled() {
            break;
        }
        let url = format!("{url}/badges/users/{}/badges", address(person % PEOPLE));
        let answer = client.get(&url).send().await.expect("an answer");
        let headers = answer.headers().get_all("x-worldlog-generation").iter();
        let read: Vec<_> = headers.filter_map(|value| value.to_str().ok()).collect();
        let read = read.join(",");
        let (status, body) = (answer.status(), answer.text().await);
        assert!(status.is_success(), "{url}: {status}: {body:?}");
        assert!(body.expect("a body").starts_with('{'), "{url}");
        *answered.entry(read).or_default() += 1;
    }
    answered
}

/// Rows of a generation, all of its tables but that of the aggregates.
async fn rows(house: &House, generation: u32) -> BTreeMap<(String, Vec<u8>, Vec<u8>), Vec<u8>> {
    let mut rows = BTreeMap::new();
    let spec = Doubled::default();
    for table in ErasedProcessor::spec(&spec).projections {
        let name = TableName {
            name: table.name,
            generation,
        };
        let mut from = None;
        loop {
            let page = house.platform.store.page(&name, from, 500).await;
            let page = page.expect("readable");
            rows.extend(page.rows.into_iter().map(|row| {
                let cell = (
                    table.name.to_owned(),
                    row.partition.to_vec(),
                    row.row.to_vec(),
                );
                (cell, row.doc.to_vec())
            }));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    rows
}

fn plain(made: &Made) -> BTreeMap<(String, Vec<u8>, Vec<u8>), Vec<u8>> {
    let rows = made.rows.iter().map(|((table, partition, row), doc)| {
        let cell = (table.clone(), partition.to_vec(), row.to_vec());
        (cell, doc.to_vec())
    });
    rows.collect()
}

async fn switched_and_taken_back(
    scratch: &Scratch,
    ports: (Arc<dyn Log>, Arc<dyn Store>),
    shared: bool,
) {
    let old: Arc<dyn ErasedProcessor> = Arc::new(Badges::default());
    let new: Arc<dyn ErasedProcessor> = Arc::new(Doubled::default());
    let mut house = House::open(scratch, ports, shared, vec![Arc::clone(&old)]).await;
    let stop = CancellationToken::new();
    let asking = tokio::spawn(asks(house.url.clone(), stop.clone()));
    let mut walk = walks(&house, 0, STAGE).await;
    // The program of the next revision starts beside the one that runs, and builds its own.
    house.start(vec![Arc::clone(&new)]).await;
    walk = walks(&house, walk, STAGE).await;
    house.until(2, "ready").await;
    let change = |action: &'static str| {
        let nothing = serde_json::json!({});
        let house = &house;
        async move { house.change(action, &nothing).await }
    };
    let (promoted, walked) = tokio::join!(change("promote"), walks(&house, walk, STAGE));
    assert_eq!(promoted["live"], 2, "{promoted}");
    let (back, walked) = tokio::join!(change("rollback"), walks(&house, walked, STAGE));
    assert_eq!(back["live"], 1, "{back}");
    walks(&house, walked, STAGE / 3).await;
    house.caught_up(1).await;
    house.caught_up(2).await;
    stop.cancel();
    let answered = asking.await.expect("every request was answered");
    let by = |generation: u32| answered.get(&format!("badges={generation}")).copied();
    assert!(by(1) > Some(0) && by(2) > Some(0), "{answered:?}");

    let history = house.records(FACTS).await;
    let made = [(1, fold(&*old, &history)), (2, fold(&*new, &history))];
    for (generation, made) in &made {
        assert_eq!(rows(&house, *generation).await, plain(made), "{generation}");
    }
    let turns = house.platform.views.registry().fresh("badges").await;
    let turns = turns.expect("readable").expect("stored");
    let by_number = made.iter().map(|(number, made)| (*number, made)).collect();
    let wanted = heard(&turns, &by_number);
    let granted: Vec<_> = house.records(GRANTS).await.into_iter().flatten().collect();
    let ids: Vec<_> = granted.iter().map(|record| record.headers.id).collect();
    let distinct: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "nothing goes out twice");
    assert_eq!(distinct, wanted);
    // Each of them spoke, and neither would have said all of it.
    for (number, made) in &made {
        let own = made.said.iter().filter(|((partition, offset), ids)| {
            !ids.is_empty() && turns.speaks(*number, *partition, *offset)
        });
        assert!(own.count() > 0, "generation {number} granted nothing");
        let alone: BTreeSet<_> = made.said.values().flatten().copied().collect();
        assert_ne!(alone, distinct);
    }
    house
        .change("drop", &serde_json::json!({"generation": 2}))
        .await;
    house.until(2, "gone").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_rule_takes_over_and_is_taken_back_on_the_embedded_engine() {
    let scratch = Scratch::new();
    let ports = embedded(&scratch).await;
    switched_and_taken_back(&scratch, ports, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_rule_takes_over_and_is_taken_back_on_kafka_and_cassandra() {
    let Some(stand) = Stand::new(Wants::default()).await else {
        return;
    };
    let ports = on_the_cluster(&stand).await;
    switched_and_taken_back(&stand.scratch, ports, true).await;
    stand.clear().await;
}
