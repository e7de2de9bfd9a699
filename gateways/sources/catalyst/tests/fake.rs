//! Content servers in process, with faults by path; and a follower of them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use identity::chain::DenyContractWallets;
use identity::hash::hash_v1;
use identity::sign::{Wallet, create_simple_chain};
use model::events::catalyst::{Rejected, Sighting};
use runtime::ports::SystemClock;
use runtime::settings::{Size, Span};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::memory::MemoryLog;
use crate::sources::catalyst::Follower;
use crate::sources::catalyst::settings::{Follow, SettingsError};
use crate::sources::catalyst::sink::Sink;
use crate::sources::catalyst::spool::HEADER;
use crate::sources::outbound::{Client, Outbound};

/// The instant all test entities are near, ms.
pub(crate) const T0: i64 = 1_767_225_600_000;

/// How a path misbehaves.
#[derive(Clone)]
pub(crate) enum Fault {
    Hang,
    Redirect(String),
    Status(u16),
    /// 503 with a `retry-after` of so many seconds.
    Busy(u64),
    /// Answers these bytes in place of the right ones.
    Bytes(Bytes),
    /// A byte now and then.
    Trickle,
    /// Another fault so many times, then none.
    Times(usize, Box<Fault>),
    /// The header of a snapshot, then a line of this many bytes, then the lines.
    LongLine(usize, String),
}

#[derive(Default)]
pub(crate) struct Content {
    pub(crate) files: BTreeMap<String, Bytes>,
    /// Rows of /pointer-changes.
    pub(crate) rows: Vec<Value>,
    pub(crate) snapshots: Vec<Value>,
    pub(crate) faults: BTreeMap<String, Fault>,
    /// Whether `lastId` is known.
    pub(crate) ignores_last_id: bool,
    /// What every page says of `pagination`, in place of the truth.
    pub(crate) pagination: Option<Value>,
    pub(crate) requests: Vec<String>,
}

/// A server; gone when dropped.
pub(crate) struct Fake {
    pub(crate) url: String,
    content: Arc<Mutex<Content>>,
    _stop: tokio_util::sync::DropGuard,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let content = Arc::new(Mutex::new(Content::default()));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&content));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}/content", listener.local_addr().expect("bound"));
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            axum::serve(listener, router)
                .with_graceful_shutdown(stopped)
                .await
                .expect("serves");
        });
        Self {
            url,
            content,
            _stop: stop.drop_guard(),
        }
    }

    pub(crate) fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a deployment: its file and its row.
    pub(crate) fn deploy(&self, made: &Made) {
        let mut content = self.content();
        content.files.insert(made.id.clone(), made.file.clone());
        content.rows.push(made.row.clone());
    }

    /// Lists a snapshot of these rows; gives its hash.
    pub(crate) fn snapshot(&self, range: (i64, i64), rows: &[String], promised: usize) -> String {
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let file = Bytes::from(format!("{HEADER}\n{lines}"));
        let hash = hash_v1(&file);
        let mut content = self.content();
        content.files.insert(hash.clone(), file);
        content.snapshots.push(listed(&hash, range, promised));
        hash
    }

    pub(crate) fn fault(&self, path: &str, fault: Fault) {
        self.content()
            .faults
            .insert(format!("/content{path}"), fault);
    }

    pub(crate) fn heal(&self) {
        self.content().faults.clear();
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        let path = format!("/content{path}");
        self.content()
            .requests
            .iter()
            .filter(|request| request.starts_with(&path))
            .count()
    }
}

pub(crate) fn listed(hash: &str, range: (i64, i64), promised: usize) -> Value {
    json!({"hash": hash, "timeRange": {"initTimestamp": range.0, "endTimestamp": range.1},
        "replacedSnapshotHashes": [], "numberOfEntities": promised, "generationTimestamp": T0})
}

impl Content {
    /// The fault of a path, once.
    fn fault(&mut self, path: &str) -> Option<Fault> {
        let fault = self.faults.get_mut(path)?;
        let Fault::Times(times, inner) = fault else {
            return Some(fault.clone());
        };
        *times = times.checked_sub(1)?;
        Some(Fault::clone(inner))
    }
}

async fn answer(State(content): State<Arc<Mutex<Content>>>, uri: Uri) -> Response {
    let fault = {
        let mut content = content.lock().unwrap_or_else(PoisonError::into_inner);
        content.requests.push(uri.to_string());
        content.fault(uri.path())
    };
    match fault {
        None | Some(Fault::Times(..)) => {}
        Some(Fault::Hang) => return std::future::pending().await,
        Some(Fault::Redirect(to)) => {
            return (StatusCode::FOUND, [("location", to)]).into_response();
        }
        Some(Fault::Status(status)) => {
            return StatusCode::from_u16(status)
                .expect("a status")
                .into_response();
        }
        Some(Fault::Busy(seconds)) => {
            let headers = [("retry-after", seconds.to_string())];
            return (StatusCode::SERVICE_UNAVAILABLE, headers).into_response();
        }
        Some(Fault::Bytes(bytes)) => return bytes.into_response(),
        Some(Fault::Trickle) => return trickle(),
        Some(Fault::LongLine(bytes, lines)) => return long_line(bytes, lines),
    }
    let content = content.lock().unwrap_or_else(PoisonError::into_inner);
    match uri.path() {
        "/content/snapshots" => axum::Json(&content.snapshots).into_response(),
        "/content/pointer-changes" => page(&content, uri.query().unwrap_or_default()),
        path => {
            let file = path
                .strip_prefix("/content/contents/")
                .and_then(|h| content.files.get(h));
            file.map_or(StatusCode::NOT_FOUND.into_response(), |f| {
                f.clone().into_response()
            })
        }
    }
}

fn trickle() -> Response {
    let pieces = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
    });
    Body::from_stream(pieces).into_response()
}

fn long_line(bytes: usize, lines: String) -> Response {
    let head = stream::iter([Bytes::from(format!("{HEADER}\n"))]);
    let piece = Bytes::from(vec![b'x'; 1 << 16]);
    let middle = stream::iter(std::iter::repeat_n(piece, bytes >> 16));
    let tail = stream::iter([Bytes::from(format!("\n{lines}"))]);
    let all = futures::StreamExt::chain(futures::StreamExt::chain(head, middle), tail);
    Body::from_stream(futures::StreamExt::map(all, Ok::<_, Infallible>)).into_response()
}

/// The hash of what [`Fault::LongLine`] answers.
pub(crate) fn long_line_hash(bytes: usize, lines: &str) -> String {
    let mut hash = identity::hash::HashV1::new();
    hash.update(format!("{HEADER}\n"));
    let piece = vec![b'x'; 1 << 16];
    (0..bytes >> 16).for_each(|_| hash.update(&piece));
    hash.update(format!("\n{lines}"));
    hash.finish()
}

fn page(content: &Content, query: &str) -> Response {
    let get = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.to_owned())
    };
    let number = |name: &str| get(name).and_then(|text| text.parse::<i64>().ok());
    let (from, limit) = (
        number("from").unwrap_or(0),
        number("limit").unwrap_or(500) as usize,
    );
    let offset = number("offset").unwrap_or(0) as usize;
    let last = get("lastId")
        .filter(|_| !content.ignores_last_id)
        .unwrap_or_default();
    let key = |row: &Value| {
        let time = row["localTimestamp"].as_i64().unwrap_or(i64::MAX);
        (
            time,
            row["entityId"].as_str().unwrap_or_default().to_lowercase(),
        )
    };
    let mut rows: Vec<&Value> = content.rows.iter().collect();
    rows.sort_by_key(|row| key(row));
    rows.retain(|row| {
        if last.is_empty() {
            key(row).0 >= from
        } else {
            key(row) > (from, last.clone())
        }
    });
    let deltas: Vec<&Value> = rows.iter().skip(offset).take(limit).copied().collect();
    let more = rows.len() > offset + limit;
    // As the original does, `next` of an ascending page leads astray.
    let truth =
        json!({"offset": offset, "limit": limit, "moreData": more, "next": "?to=1&lastId=x"});
    let pagination = content.pagination.clone().unwrap_or(truth);
    axum::Json(json!({"deltas": deltas, "filters": {}, "pagination": pagination})).into_response()
}

/// A deployment, ready to be served.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) file: Bytes,
    pub(crate) row: Value,
}

/// A valid scene, number `n`: deployed at `T0 + n` s, taken half a second later.
pub(crate) fn scene(n: i64) -> Made {
    let timestamp = T0 + n * 1000;
    let file = json!({"version": "v3", "type": "scene", "pointers": [format!("{n},0")],
        "timestamp": timestamp, "content": [], "metadata": {"n": n}});
    made(&file, timestamp + 500)
}

/// A deployment of any entity file.
pub(crate) fn made(file: &Value, local_timestamp: i64) -> Made {
    let bytes = Bytes::from(file.to_string());
    let id = hash_v1(&bytes);
    let wallet = Wallet::from_private_key([7; 32]).expect("a key");
    let chain = create_simple_chain(&wallet, &id).expect("short");
    let row = json!({"entityType": file["type"], "entityId": id, "pointers": file["pointers"],
        "entityTimestamp": file["timestamp"], "metadata": file["metadata"], "authChain": chain,
        "version": "v3", "deployerAddress": wallet.address(), "localTimestamp": local_timestamp});
    Made {
        id,
        file: bytes,
        row,
    }
}

impl Made {
    /// The row as a line of a snapshot.
    pub(crate) fn line(&self) -> String {
        let mut row = self.row.clone();
        let members = row.as_object_mut().expect("a row");
        for name in ["localTimestamp", "metadata", "deployerAddress", "version"] {
            members.remove(name);
        }
        row.to_string()
    }
}

/// Limits that make tests quick.
pub(crate) fn outbound() -> Outbound {
    Outbound {
        inactivity_timeout: Span::millis(400),
        slow_after: Span::millis(200),
        line_limit: Size::mib(1),
        ..Outbound::default()
    }
}

/// A follower of fakes, and what it wrote.
pub(crate) struct Rig {
    pub(super) log: Arc<MemoryLog>,
    pub(crate) follow: Follow,
    pub(crate) outbound: Outbound,
}

/// A follower that runs; aborted when dropped, as by a crash.
pub(crate) struct Running {
    pub(crate) follower: Follower,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Rig {
    pub(crate) fn of(fakes: &[&Fake]) -> Self {
        let follow = Follow {
            urls: fakes.iter().map(|fake| format!("{}/", fake.url)).collect(),
            poll_interval: Span::millis(20),
            overlap_interval: Span::millis(200),
            wait_time_between_retries: Span::millis(10),
            backoff_max: Span::millis(100),
            snapshots_gather: Span::millis(200),
            snapshots_reread_first: Span::millis(300),
            snapshots_reread: Span::millis(300),
            max_retries: 3,
            ..Follow::default()
        };
        Self {
            log: Arc::default(),
            follow,
            outbound: outbound(),
        }
    }

    pub(crate) fn build(&self) -> Result<Follower, SettingsError> {
        let urls = self.follow.urls.iter().filter(|url| url.contains("://"));
        let client = Client::new(&self.outbound, urls).expect("URLs");
        let max = self.follow.backoff_max.0;
        let sink = Sink::new(self.log.clone(), Arc::new(SystemClock), max);
        Follower::onto(sink, &self.follow, client, Arc::new(DenyContractWallets))
    }

    pub(crate) fn run(&self) -> Running {
        let follower = self.build().expect("good settings");
        let running = follower.clone();
        let task = tokio::spawn(async move { running.run(CancellationToken::new()).await });
        Running { follower, task }
    }

    pub(crate) fn sightings(&self) -> Vec<Sighting> {
        self.log.values("catalyst.sightings")
    }

    /// Ids that were sighted, sorted, each once.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.sightings().into_iter().map(|s| s.entity_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    pub(crate) fn rejected(&self) -> Vec<Rejected> {
        self.log.values("catalyst.rejected")
    }

    /// The one rejection with this code.
    pub(crate) async fn rejection(&self, code: &str) -> Rejected {
        let found = || {
            self.rejected()
                .into_iter()
                .find(|rejected| rejected.code == code)
        };
        until(code, || found().is_some()).await;
        found().expect("it was there")
    }

    /// Waits until exactly these were sighted.
    pub(crate) async fn sighted(&self, all: &[&Made]) {
        let mut ids: Vec<_> = all.iter().map(|made| made.id.clone()).collect();
        ids.sort_unstable();
        until("sightings", || self.ids() == ids).await;
    }
}

/// Waits for a condition, but not for ever.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), wait).await;
    assert!(waited.is_ok(), "never: {what}");
}
