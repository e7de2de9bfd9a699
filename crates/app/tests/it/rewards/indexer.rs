//! An indexer that lies, stalls, repeats itself and changes its mind, beside a platform that is killed: who is to be told of
//! a sale is told once, and what is wrong is counted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::bad_input::{counted, told};
use super::people::{Person, now};
use super::platform;
use crate::http::{get, post, records, send, settle};
use crate::process::{Program, Scratch};

const HANDLE: &str = "signing-key-of-the-tests";
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Default)]
struct Indexer(Arc<Mutex<Facts>>);

#[derive(Default)]
struct Facts {
    sales: Vec<Value>,
    hangs: bool,
    /// Gives its first rows whatever it is asked for.
    repeats: bool,
}

impl Indexer {
    async fn start(&self) -> String {
        let router = Router::new().fallback(answer).with_state(self.clone());
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/k3y", socket.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(socket, router).await });
        url
    }

    fn with<T>(&self, change: impl FnOnce(&mut Facts) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// As much GraphQL as the producers ask.
async fn answer(State(indexer): State<Indexer>, Json(asked): Json<Value>) -> Json<Value> {
    if indexer.with(|facts| facts.hangs) {
        std::future::pending::<()>().await;
    }
    let query = asked["query"].as_str().expect("a query");
    let data = if query.contains("_meta") {
        json!({ "_meta": { "block": { "number": 7, "timestamp": now() / 1000 } } })
    } else if query.contains("rows: sales(") && !query.contains("royaltiesCut_not") {
        json!({ "rows": indexer.with(|facts| page(facts, &asked["variables"])) })
    } else {
        json!({ "rows": [], "lands": [], "estates": [] })
    };
    Json(json!({ "data": data }))
}

fn page(facts: &Facts, asked: &Value) -> Vec<Value> {
    let number = |value: &Value| match value {
        Value::String(text) => text.parse::<i64>().ok(),
        value => value.as_i64(),
    };
    let first = asked["first"].as_u64().expect("a count") as usize;
    let mut rows = facts.sales.clone();
    let time = |row: &Value| number(&row["timestamp"]).unwrap_or_default();
    let id = |row: &Value| row["id"].as_str().unwrap_or_default().to_owned();
    rows.sort_by_key(|row| (time(row), id(row)));
    if !facts.repeats {
        match number(&asked["second"]) {
            Some(second) => {
                let from = asked["id"].as_str().expect("an id").to_owned();
                rows.retain(|row| time(row) == second && id(row) > from);
            }
            None => {
                let bounds = ["after", "upTo"].map(|name| number(&asked[name]).expect("a second"));
                rows.retain(|row| time(row) > bounds[0] && time(row) <= bounds[1]);
            }
        }
    }
    rows.truncate(first);
    rows
}

fn sale(id: &str, seller: &str, ago: i64) -> Value {
    json!({ "id": id, "timestamp": (now() / 1000 - ago).to_string(), "txHash": format!("0x{id}"),
        "buyer": format!("0x{}", "b".repeat(40)), "seller": seller, "royaltiesCut": "0", "royaltiesCollector": "0x0",
        "nft": { "category": "wearable", "image": "https://i.example/1", "contractAddress": "0xC0", "tokenId": "7",
            "metadata": { "wearable": { "name": id, "rarity": "epic" }, "emote": null } } })
}

/// Names of what somebody was told to have sold, in order.
async fn sold(program: &Program, person: &Person) -> Vec<String> {
    let rows = told(program, person, "nftName").await;
    let mut names: Vec<String> = rows
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect();
    names.sort();
    names
}

async fn eventually_sold(program: &Program, person: &Person, names: &[&str]) {
    let end = std::time::Instant::now() + PATIENCE;
    loop {
        let sold = sold(program, person).await;
        if sold == names {
            return;
        }
        assert!(std::time::Instant::now() < end, "{sold:?}, not {names:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until a gauge or a counter of the sales' producer is at least this.
async fn reaches(program: &Program, name: &str, labels: &[&str], least: u64) {
    let labels = [&["producer=\"item-sold\""], labels].concat();
    let end = std::time::Instant::now() + PATIENCE;
    while counted(program, name, &labels).await < least {
        assert!(
            std::time::Instant::now() < end,
            "{name} {labels:?} stays under {least}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_indexer_that_misbehaves_holds_up_nobody_and_is_counted() {
    let indexer = Indexer::default();
    let url = indexer.start().await;
    let scratch = Scratch::new();
    let quick = [
        "POLL_INTERVAL",
        "OVERLAP_INTERVAL",
        "RETRY_MIN",
        "RETRY_MAX",
    ];
    let up = quick
        .into_iter()
        .fold(platform(&scratch, "up"), |up, name| {
            up.environment(
                &format!("WORLDLOG__EVENTS_NOTIFIER__INDEXER_{name}"),
                "50ms",
            )
        });
    let up = up
        .environment(
            "WORLDLOG__EVENTS_NOTIFIER__COLLECTIONS_L2_SUBGRAPH_URL",
            &url,
        )
        .environment("WORLDLOG__EVENTS_NOTIFIER__SIGNING_KEY", HANDLE)
        .environment("WORLDLOG__EVENTS_NOTIFIER__INDEXER_LAG", "0s")
        .environment("WORLDLOG__EVENTS_NOTIFIER__INDEXER_OVERLAP", "2h")
        .environment("WORLDLOG__EVENTS_NOTIFIER__INDEXER_TIMEOUT", "500ms")
        .environment("WORLDLOG__EVENTS_NOTIFIER__INDEXER_PAGE_SIZE", "4");
    let program = up.start().await;
    let alice = Person::new(1);
    // It lies: of a sale without its thing, and of a seller whose address only looks like one.
    let looks = alice.address.replacen('a', "\u{430}", 1);
    let mut lie = sale("lie", &alice.address, 3000);
    lie["nft"] = Value::Null;
    indexer.with(|facts| {
        facts.sales = vec![
            sale("one", &alice.address, 3100),
            lie,
            sale("odd", &looks, 2900),
            sale("two", &alice.address, 2800),
        ];
    });
    let since = json!({ "since": model::dates::iso(now() - 3_500_000) });
    let url = program.at("/events-notifier/producers/item-sold/set-since");
    send(post(&url, &since).bearer_auth(HANDLE))
        .await
        .expect(204);
    eventually_sold(&program, &alice, &["one", "two"]).await;
    reaches(&program, "indexer_rejected_total", &[], 1).await;
    settle(&program).await;
    let letters = records(&program, "dlq.notices-blockchain").await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].to_string().contains("u{430}"), "{}", letters[0]);

    // It stalls, and the platform dies meanwhile; then it is well again.
    indexer.with(|facts| facts.hangs = true);
    reaches(&program, "indexer_blocked", &["reason=\"silent\""], 1).await;
    program.kill();
    let program = up.start().await;
    reaches(&program, "indexer_blocked", &["reason=\"silent\""], 1).await;
    indexer.with(|facts| {
        facts.hangs = false;
        facts.sales.push(sale("three", &alice.address, 60));
    });
    eventually_sold(&program, &alice, &["one", "three", "two"]).await;
    // The poll that told of it ends a moment later.
    let end = std::time::Instant::now() + PATIENCE;
    let blocked = ["reason=\"silent\"", "producer=\"item-sold\""];
    while counted(&program, "indexer_blocked", &blocked).await > 0 {
        assert!(std::time::Instant::now() < end, "it stays blocked");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    // It repeats itself, then changes its mind: a sale stands in another block, another appears where all was read.
    indexer.with(|facts| facts.repeats = true);
    reaches(&program, "indexer_blocked", &["reason=\"stalled\""], 1).await;
    indexer.with(|facts| {
        facts.repeats = false;
        facts.sales.retain(|sale| sale["id"] != "two");
        facts.sales.push(sale("two", &alice.address, 2795));
        facts.sales.push(sale("late", &alice.address, 2700));
    });
    eventually_sold(&program, &alice, &["late", "one", "three", "two"]).await;
    program.kill();
    let program = up.start().await;
    let polls = counted(&program, "indexer_events_total", &["item-sold"]).await;
    indexer.with(|facts| facts.sales.push(sale("last", &alice.address, 1)));
    reaches(&program, "indexer_events_total", &[], polls + 1).await;
    eventually_sold(&program, &alice, &["last", "late", "one", "three", "two"]).await;
    let scrape = send(get(&program.at("/metrics"))).await.expect(200).text();
    assert!(
        !scrape.contains("k3y"),
        "what an indexer's address holds is nobody's to read"
    );
    assert!(!program.log().contains("k3y"), "nor in the log");
    assert!(program.terminate().await.success());
}
