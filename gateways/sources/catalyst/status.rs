//! What a server's reader is doing: readable by gateways, and as metrics.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::reject::Code;

/// Counter {code}: rows that were not taken.
pub const REJECTED: &str = "catalyst_rejected_total";
/// Counter {server, origin}: sightings appended.
pub const SIGHTED: &str = "catalyst_sightings_total";
/// Gauge {server}: seconds since everything the server had listed was settled.
pub const LAG_SECONDS: &str = "catalyst_follower_lag_seconds";
/// Gauge {server, reason}: 1 while something of the server cannot be settled.
pub const BLOCKED: &str = "catalyst_follower_blocked";
/// Gauge {server}: rows in hand.
pub const PENDING: &str = "catalyst_follower_pending_rows";

/// Where a server's reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// Snapshots and the first poll are not yet done.
    #[default]
    Bootstrapping,
    /// Everything old is read; new rows are polled for.
    Syncing,
}

/// A reader's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerStatus {
    /// Base URL.
    pub server: String,
    /// Where it is.
    pub phase: Phase,
    /// Local timestamp of the last row that is settled for good, ms.
    pub cursor: Option<i64>,
    /// Id of that row.
    pub cursor_id: Option<String>,
    /// When its reader started, ms; real time.
    pub started_at: i64,
    /// When the last poll ended well, ms; real time.
    pub polled_at: Option<i64>,
    /// When everything listed was last settled, ms; real time.
    pub settled_at: Option<i64>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Why something waits, as in the metric.
    pub blocked: Option<&'static str>,
    /// Rows in hand.
    pub pending: usize,
    /// Sightings appended since the start.
    pub sighted: u64,
    /// Rows refused since the start.
    pub rejected: u64,
    /// Rows passed over since the start: known already, or too old.
    pub skipped: u64,
    /// Snapshots finished since the start.
    pub snapshots: u64,
    /// Whether this server's snapshots are all read.
    pub snapshots_done: bool,
}

/// The state of one server, shared by its tasks.
#[derive(Clone, Debug)]
pub(super) struct Status(Arc<Mutex<ServerStatus>>);

impl Status {
    pub(super) fn new(server: &str) -> Self {
        let server_name = server.to_owned();
        let started_at = super::real_now_ms();
        let status = ServerStatus {
            server: server_name,
            started_at,
            ..ServerStatus::default()
        };
        metrics::gauge!(LAG_SECONDS, "server" => server.to_owned()).set(0.0);
        Self(Arc::new(Mutex::new(status)))
    }

    pub(super) fn get(&self) -> ServerStatus {
        self.lock().clone()
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut ServerStatus)) {
        change(&mut self.lock());
    }

    /// Notes a fault that goes away by itself.
    pub(super) fn fault(&self, word: &'static str, what: &str) {
        let mut status = self.lock();
        let news = status.last_error.as_deref() != Some(what);
        status.last_error = Some(what.to_owned());
        let before = status.blocked.replace(word);
        let server = status.server.clone();
        drop(status);
        if let Some(before) = before.filter(|before| *before != word) {
            blocked(&server, before, 0.0);
        }
        blocked(&server, word, 1.0);
        if news {
            tracing::warn!(
                catalyst.server = server,
                reason = word,
                "waiting for a catalyst: {what}"
            );
        }
    }

    /// Nothing waits any more.
    pub(super) fn clear(&self) {
        let mut status = self.lock();
        let before = status.blocked.take();
        let server = status.server.clone();
        drop(status);
        if let Some(before) = before {
            blocked(&server, before, 0.0);
        }
    }

    /// Notes a row that is not taken, and says so once.
    pub(super) fn rejected(&self, code: Code, reason: &str) {
        let mut status = self.lock();
        status.rejected += 1;
        status.last_error = Some(reason.to_owned());
        let server = status.server.clone();
        drop(status);
        metrics::counter!(REJECTED, "code" => code.as_str()).increment(1);
        tracing::warn!(
            catalyst.server = server,
            code = code.as_str(),
            "row rejected: {reason}"
        );
    }

    /// Everything old is read once snapshots are done and a poll ended well.
    pub(super) fn progress(&self, change: impl FnOnce(&mut ServerStatus)) {
        let mut status = self.lock();
        change(&mut status);
        if status.snapshots_done && status.polled_at.is_some() && status.phase != Phase::Syncing {
            status.phase = Phase::Syncing;
            let server = status.server.clone();
            drop(status);
            tracing::info!(catalyst.server = server, "catalyst is followed up to now");
        }
    }

    /// Everything listed is settled, at `now` (real time).
    pub(super) fn settled(&self, now: i64) {
        self.lock().settled_at = Some(now);
    }

    /// Publishes the gauges, at `now` (real time).
    pub(super) fn publish(&self, now: i64, pending: usize) {
        let mut status = self.lock();
        status.pending = pending;
        let server = status.server.clone();
        let since = status.settled_at.unwrap_or(status.started_at);
        drop(status);
        let lag = (now.saturating_sub(since)).max(0) as f64 / 1000.0;
        metrics::gauge!(LAG_SECONDS, "server" => server.clone()).set(lag);
        metrics::gauge!(PENDING, "server" => server).set(pending as f64);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, ServerStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn blocked(server: &str, reason: &'static str, value: f64) {
    metrics::gauge!(BLOCKED, "server" => server.to_owned(), "reason" => reason).set(value);
}
