//! Rows in hand: settled side by side, appended in batches, and the place before which everything is settled.
//!
//! The one rule: a place is saved only after every row before it was settled *and* acknowledged by the log. A row
//! that has to wait keeps the place where it is; rows behind it are settled and appended all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use kernel::NewRecord;
use tokio::time::{Instant, sleep_until};

use super::progress::Scope;
use super::reject::Rejection;
use super::row::Row;
use super::seen::{self, Seen};
use super::settle::{Origin, Settled, Settler, Whence};
use super::sink::Sink;
use super::status::{SIGHTED, Status};
use crate::sources::outbound::{Backoff, Jitter};

/// A batch is appended when it has this many bytes,
const BATCH_BYTES: usize = 4 << 20;
/// or when nothing new was settled for this long.
const QUIET: Duration = Duration::from_millis(20);

/// How many rows at a time, and how patiently.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) concurrency: usize,
    /// Longest time for one entity file from one server.
    pub(super) file_timeout: Duration,
    pub(super) pending: usize,
    pub(super) batch_rows: usize,
    pub(super) retry_first: Duration,
    pub(super) retry_max: Duration,
    /// Tries before a row is left where it is; `None`: it is tried for ever.
    pub(super) tries: Option<u32>,
    /// Times that an entity file must be denied by all who should have it before its row is refused.
    pub(super) denials: u32,
}

/// What a funnel works with; one for each reader of a server.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) server: Arc<str>,
    pub(super) settler: Arc<Settler>,
    pub(super) sink: Sink,
    pub(super) status: Status,
    /// Shared by the readers of one server.
    pub(super) seen: Arc<Mutex<Seen>>,
    /// The other servers, which may have a file as well.
    pub(super) others: Arc<[Arc<str>]>,
}

/// A place that can be saved.
pub(super) trait Place: Clone + PartialEq + Send {
    /// The record that saves it.
    fn record(&self, tools: &Tools) -> NewRecord;
    /// Told after it was saved.
    fn saved(&self, tools: &Tools);
}

struct Item {
    row: Arc<Row>,
    advertisers: Arc<[Arc<str>]>,
    backoff: Backoff,
    denials: u32,
}

type Running = FuturesUnordered<BoxFuture<'static, (u64, Settled)>>;

/// The rows of one stream.
pub(super) struct Funnel<P> {
    tools: Tools,
    limits: Limits,
    origin: Origin,
    jitter: Jitter,
    next: u64,
    running: Running,
    /// Rows that are not settled.
    open: BTreeMap<u64, Item>,
    /// When which row is tried again.
    due: BTreeSet<(Instant, u64)>,
    /// Fingerprints of what is in `open` or to be appended.
    in_hand: BTreeSet<u128>,
    /// Settled, to be appended.
    ready: Vec<NewRecord>,
    ready_bytes: usize,
    ready_seen: Vec<u128>,
    /// Rows passed over since the last append.
    passes: usize,
    /// The place after each row that is not yet passed.
    places: BTreeMap<u64, P>,
    saved: Option<P>,
    /// Rows that were tried as often as they may be; they stay in `open` and hold the place.
    stuck: usize,
    /// For whom what is settled here counts.
    scope: Arc<Mutex<Scope>>,
}

impl<P: Place> Funnel<P> {
    pub(super) fn new(tools: Tools, limits: Limits, origin: Origin, saved: Option<P>) -> Self {
        let jitter = Jitter::new(seen::of_entity(&tools.server) as u64);
        Self {
            tools,
            limits,
            origin,
            jitter,
            next: 0,
            running: FuturesUnordered::new(),
            open: BTreeMap::new(),
            due: BTreeSet::new(),
            in_hand: BTreeSet::new(),
            ready: Vec::new(),
            ready_bytes: 0,
            ready_seen: Vec::new(),
            passes: 0,
            places: BTreeMap::new(),
            saved,
            stuck: 0,
            scope: Arc::default(),
        }
    }

    /// The same, noting in `scope` what was decided by a server and not by the rows.
    pub(super) fn noting(self, scope: &Arc<Mutex<Scope>>) -> Self {
        let scope = Arc::clone(scope);
        Self { scope, ..self }
    }

    /// Rows in hand.
    pub(super) fn pending(&self) -> usize {
        self.open.len()
    }

    /// Takes a row; waits while too many are in hand. `place` is the place after it.
    pub(super) async fn push(&mut self, row: Row, advertisers: &Arc<[Arc<str>]>, place: P) {
        let entity = seen::of_entity(row.id.as_str());
        let is_taken = self.knows(entity);
        if is_taken || self.knows(row.fingerprint) {
            if !is_taken {
                // Refused earlier, perhaps because of a file that only this server and its like did not give.
                self.narrow(&[Arc::clone(&self.tools.server)]);
            }
            self.tools.status.change(|s| s.skipped += 1);
            return self.pass(place).await;
        }
        while self.running.len() >= self.limits.concurrency
            || (self.open.len() >= self.limits.pending && self.stuck < self.open.len())
        {
            self.advance(None).await;
        }
        let seq = self.sequence(place);
        self.in_hand.insert(entity);
        let backoff = Backoff::new(self.limits.retry_first, 1.5, self.limits.retry_max);
        let advertisers = Arc::clone(advertisers);
        self.open.insert(
            seq,
            Item {
                row: Arc::new(row),
                advertisers,
                backoff,
                denials: 0,
            },
        );
        self.start(seq);
    }

    /// Takes a row that was refused before it came here.
    pub(super) async fn refuse(&mut self, rejection: Rejection, text: &str, place: P) {
        // With the code: what is wrong with a row here, such as its place in this snapshot, must not hide it elsewhere.
        let fingerprint = seen::of_row(&format!("{}\n{text}", rejection.code.as_str()));
        if self.knows(fingerprint) {
            return self.pass(place).await;
        }
        self.sequence(place);
        self.reject(&rejection, fingerprint);
        self.append_if_full().await;
    }

    /// Passes over a row that needs nothing.
    async fn pass(&mut self, place: P) {
        self.sequence(place);
        self.passes += 1;
        if self.passes >= 4096 {
            self.append().await;
        }
    }

    fn sequence(&mut self, place: P) -> u64 {
        let seq = self.next;
        self.next += 1;
        self.places.insert(seq, place);
        seq
    }

    /// Works until `deadline`.
    pub(super) async fn work_until(&mut self, deadline: Instant) {
        while Instant::now() < deadline {
            self.advance(Some(deadline)).await;
        }
    }

    /// Works until everything in hand is settled and appended, or was tried too often. Whether all is settled.
    pub(super) async fn drain(&mut self) -> bool {
        while self.open.len() > self.stuck {
            self.advance(None).await;
        }
        self.append().await;
        self.open.is_empty()
    }

    /// Whether no more rows can be taken, because too many were tried too often.
    pub(super) fn is_stuck(&self) -> bool {
        self.stuck >= self.limits.pending
    }

    /// Whether a row waits for another try.
    pub(super) fn waits(&self) -> bool {
        !self.due.is_empty()
    }

    /// One thing happens: a row is settled, a try is due, a batch is appended, or the deadline is reached.
    async fn advance(&mut self, deadline: Option<Instant>) {
        let far = Instant::now() + Duration::from_secs(3600);
        let due = self.due.first().map_or(far, |(at, _)| *at);
        let has_room = self.running.len() < self.limits.concurrency;
        let quiet = !self.ready.is_empty() || self.passes > 0;
        tokio::select! {
            biased;
            Some((seq, settled)) = self.running.next(), if !self.running.is_empty() => {
                self.settled(seq, settled);
                self.append_if_full().await;
            }
            () = sleep_until(due), if has_room && !self.due.is_empty() => {
                if let Some((_, seq)) = self.due.pop_first() {
                    self.start(seq);
                }
            }
            () = tokio::time::sleep(QUIET), if quiet => self.append().await,
            () = sleep_until(deadline.unwrap_or(far)) => {}
        }
    }

    fn start(&mut self, seq: u64) {
        let Some(item) = self.open.get(&seq) else {
            return;
        };
        let row = Arc::clone(&item.row);
        let settler = Arc::clone(&self.tools.settler);
        let whence = Whence {
            origin: self.origin,
            advertisers: Arc::clone(&item.advertisers),
            others: Arc::clone(&self.tools.others),
            file_timeout: self.limits.file_timeout,
            now: self.tools.sink.now(),
        };
        let settled = async move { (seq, settler.settle(&row, &whence).await) };
        self.running.push(Box::pin(settled));
    }

    fn settled(&mut self, seq: u64, settled: Settled) {
        let Some(item) = self.open.get_mut(&seq) else {
            return;
        };
        let (word, what, after) = match settled {
            Settled::Later { word, what, after } => (word, what, after),
            Settled::Denied { rejection, word } if item.denials + 1 < self.limits.denials => {
                item.denials += 1;
                (word, rejection.what, None)
            }
            Settled::Denied { rejection, .. } => {
                let asked = Arc::clone(&item.advertisers);
                self.narrow(&asked);
                return self.done(seq, Settled::Refused(rejection));
            }
            done => return self.done(seq, done),
        };
        self.tools.status.fault(word, &what);
        let wait = item.backoff.step(&mut self.jitter, after);
        if self
            .limits
            .tries
            .is_some_and(|tries| item.backoff.failures() >= tries)
        {
            self.stuck += 1;
        } else {
            self.due.insert((Instant::now() + wait, seq));
        }
    }

    fn done(&mut self, seq: u64, settled: Settled) {
        let Some(item) = self.open.remove(&seq) else {
            return;
        };
        let entity = seen::of_entity(item.row.id.as_str());
        self.in_hand.remove(&entity);
        if self.open.is_empty() {
            self.tools.status.clear();
        }
        match settled {
            Settled::Taken(sighting) => {
                let server = Arc::clone(&self.tools.server);
                let record = self.tools.sink.sighting(&server, &sighting);
                self.ready(record, entity);
                let origin = self.origin.as_str();
                metrics::counter!(SIGHTED, "server" => server.to_string(), "origin" => origin)
                    .increment(1);
                self.tools.status.change(|s| s.sighted += 1);
            }
            Settled::Refused(rejection) | Settled::Denied { rejection, .. } => {
                self.reject(&rejection, item.row.fingerprint);
            }
            Settled::Old | Settled::Later { .. } => {
                self.tools.status.change(|s| s.skipped += 1);
                self.passes += 1;
            }
        }
    }

    fn reject(&mut self, rejection: &Rejection, fingerprint: u128) {
        let server = Arc::clone(&self.tools.server);
        self.tools
            .status
            .rejected(rejection.code, &rejection.reason(&server));
        let record = self.tools.sink.rejection(&server, rejection);
        self.ready(record, fingerprint);
    }

    fn ready(&mut self, record: NewRecord, fingerprint: u128) {
        self.ready_bytes += record.size();
        self.ready.push(record);
        self.in_hand.insert(fingerprint);
        self.ready_seen.push(fingerprint);
    }

    async fn append_if_full(&mut self) {
        if self.ready.len() >= self.limits.batch_rows || self.ready_bytes >= BATCH_BYTES {
            self.append().await;
        }
    }

    /// Appends what is settled; then, once that is acknowledged, saves the place that it makes safe.
    async fn append(&mut self) {
        let records = std::mem::take(&mut self.ready);
        self.ready_bytes = 0;
        let Tools { sink, status, .. } = &self.tools;
        if !records.is_empty() {
            sink.append(records, status, &mut self.jitter).await;
        }
        let fingerprints = std::mem::take(&mut self.ready_seen);
        for what in fingerprints {
            self.in_hand.remove(&what);
            self.seen().add(what);
        }
        self.passes = 0;
        let first_open = self.open.keys().next().copied().unwrap_or(self.next);
        let passed = self
            .places
            .range(..first_open)
            .next_back()
            .map(|(_, place)| place.clone());
        self.places = self.places.split_off(&first_open);
        self.forget_places();
        let Some(place) = passed.filter(|place| self.saved.as_ref() != Some(place)) else {
            return;
        };
        let Tools { sink, status, .. } = &self.tools;
        sink.append(vec![place.record(&self.tools)], status, &mut self.jitter)
            .await;
        place.saved(&self.tools);
        self.saved = Some(place);
    }

    /// Behind a row that waits for days, only the places just before rows in hand can still be saved.
    fn forget_places(&mut self) {
        if self.places.len() > 2 * self.open.len() + 64 {
            let (open, next) = (&self.open, self.next);
            self.places.retain(|seq, _| {
                open.contains_key(seq) || open.contains_key(&(seq + 1)) || seq + 1 == next
            });
        }
    }

    /// What is settled here counts for these servers at most.
    fn narrow(&self, servers: &[Arc<str>]) {
        let mut scope = self.scope.lock().unwrap_or_else(PoisonError::into_inner);
        scope.narrow(servers);
    }

    fn knows(&self, what: u128) -> bool {
        self.in_hand.contains(&what) || self.seen().has(what)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.tools
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
