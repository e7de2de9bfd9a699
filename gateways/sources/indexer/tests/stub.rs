//! An indexer in process that understands the producers' queries, with faults; and producers that read it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use kernel::Record;
use runtime::ports::{Clock as _, SystemClock};
use runtime::settings::{Size, Span};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::settings::{EventsNotifier, Secret};
use crate::sources::catalyst::test_support::{MemoryLog, outbound, until};
use crate::sources::indexer::cursors::{CURSORS, Sink};
use crate::sources::indexer::pages::Place;
use crate::sources::indexer::{Indexers, ProducerStatus};

/// What the path of the stub's URL holds, as a real one holds a key.
pub(super) const KEY: &str = "k3y0fth3path";

/// How the indexer misbehaves when it is asked for one entity.
#[derive(Clone)]
pub(super) enum Fault {
    Hang,
    Status(u16),
    Bytes(Bytes),
    /// So many bytes of white space, then an answer.
    Padded(usize),
    /// An error beside the data.
    Errors,
    /// Gives the rows from the beginning whatever was asked for.
    Repeats,
    /// Gives one row more than was asked for.
    Overfull,
}

#[derive(Default)]
pub(super) struct Facts {
    /// Unix seconds of the newest block.
    pub(super) head: i64,
    /// Rows by entity.
    pub(super) rows: BTreeMap<&'static str, Vec<Value>>,
    pub(super) lands: Vec<Value>,
    pub(super) estates: Vec<Value>,
    pub(super) faults: BTreeMap<&'static str, Fault>,
    /// Rows of one second come in the order of falling ids.
    pub(super) falling: bool,
    pub(super) asked: Vec<Value>,
}

pub(super) struct Stub {
    pub(super) url: String,
    facts: Arc<Mutex<Facts>>,
    _stop: tokio_util::sync::DropGuard,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let facts = Arc::new(Mutex::new(Facts {
            head: now() - 60,
            ..Facts::default()
        }));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&facts));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = listener.await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(stopped);
            served.await.expect("serves");
        });
        Self {
            url: format!("http://{address}/{KEY}/subgraph"),
            facts,
            _stop: stop.drop_guard(),
        }
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn list(&self, entity: &'static str, row: Value) {
        self.facts().rows.entry(entity).or_default().push(row);
    }

    pub(super) fn fault(&self, entity: &'static str, fault: Option<Fault>) {
        match fault {
            Some(fault) => drop(self.facts().faults.insert(entity, fault)),
            None => drop(self.facts().faults.remove(entity)),
        }
    }
}

/// Unix seconds.
pub(super) fn now() -> i64 {
    SystemClock.now_ms() / 1000
}

async fn answer(State(facts): State<Arc<Mutex<Facts>>>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).expect("a query is JSON");
    let query = asked["query"].as_str().expect("a query").to_owned();
    let entity = ["sales", "bids", "items", "collections", "rentals"]
        .into_iter()
        .find(|entity| query.contains(&format!("rows: {entity}(")));
    let (fault, data) = {
        let mut facts = facts.lock().unwrap_or_else(PoisonError::into_inner);
        facts.asked.push(asked.clone());
        let fault = entity.and_then(|entity| facts.faults.get(entity).cloned());
        let data = match entity {
            Some(entity) => {
                json!({"rows": page(&facts, entity, &query, &asked["variables"], fault.as_ref())})
            }
            None if query.contains("_meta") => {
                json!({"_meta": {"block": {"number": 7, "timestamp": facts.head}}})
            }
            None => json!({"lands": facts.lands, "estates": facts.estates}),
        };
        (fault, data)
    };
    match fault {
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::Status(status)) => StatusCode::from_u16(status)
            .expect("a status")
            .into_response(),
        Some(Fault::Bytes(bytes)) => bytes.into_response(),
        Some(Fault::Padded(bytes)) => {
            let text = format!("{}{}", " ".repeat(bytes), json!({"data": data}));
            Body::from(text).into_response()
        }
        Some(Fault::Errors) => {
            let error = json!({"message": "the database is away"});
            axum::Json(json!({"data": data, "errors": [error]})).into_response()
        }
        _ => axum::Json(json!({"data": data})).into_response(),
    }
}

fn page(
    facts: &Facts,
    entity: &str,
    query: &str,
    asked: &Value,
    fault: Option<&Fault>,
) -> Vec<Value> {
    let wanted = query.split("where: {").nth(1).expect("a condition").trim();
    let order = wanted.split(['_', ':']).next().expect("a member");
    let number = |value: &Value| match value {
        Value::String(text) => text.parse::<i64>().ok(),
        value => value.as_i64(),
    };
    let first = asked["first"].as_u64().expect("a count") as usize;
    let time = |row: &Value| number(&row[order]);
    let id = |row: &Value| row["id"].as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<Value> = facts.rows.get(entity).cloned().unwrap_or_default();
    rows.retain(|row| !query.contains("royaltiesCut_not") || row["royaltiesCut"] != "0");
    rows.retain(|row| !query.contains("status: sold") || row["status"] == "sold");
    if matches!(fault, Some(Fault::Repeats)) {
        rows.truncate(first);
        return rows;
    }
    match number(&asked["second"]) {
        Some(second) => {
            let from = asked["id"].as_str().expect("an id").to_owned();
            rows.retain(|row| time(row) == Some(second) && id(row) > from);
            rows.sort_by_key(id);
        }
        None => {
            let after = number(&asked["after"]).expect("a second");
            let up_to = number(&asked["upTo"]).expect("a second");
            // A row without a time is listed wherever it disturbs.
            rows.retain(|row| time(row).is_none_or(|time| time > after && time <= up_to));
            rows.sort_by_key(id);
            if facts.falling {
                rows.reverse();
            }
            rows.sort_by_key(|row| time(row).unwrap_or(after));
        }
    }
    let more = usize::from(matches!(fault, Some(Fault::Overfull)));
    if more == 1 && !rows.is_empty() {
        let row = rows[0].clone();
        rows = vec![row; first + 1];
    }
    rows.truncate(first + more);
    rows
}

/// Producers of a stub, and what they wrote.
pub(super) struct Rig {
    pub(super) log: Arc<MemoryLog>,
    pub(super) settings: EventsNotifier,
}

/// Producers that run; aborted when dropped, as by a crash.
pub(super) struct Running {
    pub(super) indexers: Indexers,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    pub(super) fn status(&self, producer: &str) -> ProducerStatus {
        let mut all = self.indexers.status().into_iter();
        all.find(|status| status.producer == producer)
            .expect("it is followed")
    }

    /// Waits until a producer has polled so many times more.
    pub(super) async fn polled(&self, producer: &str, times: u64) {
        let before = self.status(producer).polls;
        until("polls", || self.status(producer).polls >= before + times).await;
    }

    /// Waits until a producer is blocked for this reason.
    pub(super) async fn blocked(&self, producer: &str, reason: &str) {
        until(reason, || self.status(producer).blocked == Some(reason)).await;
    }
}

impl Rig {
    pub(super) fn of(stub: &Stub) -> Self {
        let url = Some(Secret::new(stub.url.clone()));
        let settings = EventsNotifier {
            marketplace_base_url: "https://market.test/".into(),
            collections_l2_subgraph_url: url.clone(),
            rentals_subgraph_url: url.clone(),
            land_manager_subgraph_url: url,
            indexer_poll_interval: Span::millis(20),
            indexer_lag: Span::secs(0),
            indexer_overlap: Span::secs(0),
            indexer_overlap_interval: Span::millis(20),
            indexer_page_size: 4,
            indexer_answer_limit: Size::mib(1),
            indexer_timeout: Span::millis(300),
            indexer_retry_min: Span::millis(10),
            indexer_retry_max: Span::millis(50),
            ..EventsNotifier::default()
        };
        Self {
            log: Arc::default(),
            settings,
        }
    }

    pub(super) fn sink(&self) -> Sink {
        Sink::new(self.log.clone(), Arc::new(SystemClock))
    }

    pub(super) fn build(&self) -> Indexers {
        let built = Indexers::onto(self.sink(), &self.settings, &outbound());
        built.expect("good settings").expect("something to follow")
    }

    /// Has every producer begin at a second, as if it had come there before.
    pub(super) async fn begin(&self, seconds: i64) {
        let sink = self.sink();
        for producer in self.build().status() {
            let place = Place::before(seconds);
            let saved = sink.save(producer.producer, &place);
            saved.await.expect("a cursor");
        }
    }

    pub(super) fn run(&self) -> Running {
        let indexers = self.build();
        let running = indexers.clone();
        let task = tokio::spawn(async move { running.run(CancellationToken::new()).await });
        Running { indexers, task }
    }

    pub(super) fn records(&self, sub_type: &str) -> Vec<Record> {
        let records = self.log.records("events.inbox").into_iter();
        let of = |record: &Record| record.headers.kind.ends_with(&format!("/{sub_type}"));
        records.filter(of).collect()
    }

    /// Events of a sub-type, in order.
    pub(super) fn events(&self, sub_type: &str) -> Vec<Value> {
        let records = self.records(sub_type).into_iter();
        let values = records.filter_map(|record| record.value);
        values
            .map(|value| model::decode_json(&value).expect("our own").value)
            .collect()
    }

    /// Keys of these events, in order.
    pub(super) fn keys(&self, sub_type: &str) -> Vec<String> {
        let events = self.events(sub_type).into_iter();
        events
            .map(|event| event["key"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The newest cursor of a producer: second and row.
    pub(super) fn cursor(&self, producer: &str) -> Option<(i64, String)> {
        let cursors: Vec<model::events::indexer::Cursor> = self.log.values(CURSORS);
        let mut own = cursors.into_iter().filter(|c| c.producer == producer);
        own.next_back().map(|cursor| (cursor.seconds, cursor.row))
    }

    /// Waits until exactly these events of a sub-type are there.
    pub(super) async fn told(&self, sub_type: &str, keys: &[&str]) {
        until(sub_type, || self.keys(sub_type) == keys).await;
    }
}

/// A moment in which nothing should happen.
pub(super) async fn rest() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

/// A sale at a second.
pub(super) fn sale(id: &str, seconds: i64) -> Value {
    json!({"id": id, "timestamp": seconds.to_string(), "txHash": format!("0x{id}"),
        "buyer": "0xB0", "seller": "0x5E", "royaltiesCut": "0", "royaltiesCollector": "0x0",
        "nft": {"category": "wearable", "image": "https://img.test/1", "contractAddress": "0xC0",
            "tokenId": "7", "metadata": {"wearable": {"name": "Hat", "rarity": "epic"}, "emote": null}}})
}
