//! What a producer is doing: readable by the process, and as metrics.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::pages::Place;

/// Counter {producer}: events appended.
pub const EVENTS: &str = "indexer_events_total";
/// Counter {producer}: rows that make no event.
pub const REJECTED: &str = "indexer_rejected_total";
/// Gauge {producer}: seconds since the chain time up to which everything was read.
pub const LAG_SECONDS: &str = "indexer_lag_seconds";
/// Gauge {producer, reason}: 1 while a producer cannot go on.
pub const BLOCKED: &str = "indexer_blocked";

/// A producer's state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProducerStatus {
    /// Sub-type of its events.
    pub producer: &'static str,
    /// Chain time of the last row that was read, Unix seconds.
    pub seconds: Option<i64>,
    /// Chain time up to which everything was read, Unix seconds.
    pub covered: Option<i64>,
    /// Polls that ended well since the start.
    pub polls: u64,
    /// Events appended since the start.
    pub events: u64,
    /// Rows that made no event since the start.
    pub rejected: u64,
    /// Why it waits, as in the metric.
    pub blocked: Option<&'static str>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The state of one producer, shared by its task and who looks.
#[derive(Clone, Debug)]
pub(super) struct Status(Arc<Mutex<ProducerStatus>>);

impl Status {
    pub(super) fn new(producer: &'static str) -> Self {
        let status = ProducerStatus {
            producer,
            ..ProducerStatus::default()
        };
        Self(Arc::new(Mutex::new(status)))
    }

    pub(super) fn get(&self) -> ProducerStatus {
        self.lock().clone()
    }

    /// Notes what keeps it from going on.
    pub(super) fn fault(&self, word: &'static str, what: &str) {
        let mut status = self.lock();
        let news = status.last_error.as_deref() != Some(what);
        status.last_error = Some(what.to_owned());
        let before = status.blocked.replace(word);
        let producer = status.producer;
        drop(status);
        if let Some(before) = before.filter(|before| *before != word) {
            blocked(producer, before, 0.0);
        }
        blocked(producer, word, 1.0);
        if news {
            tracing::warn!(
                indexer.producer = producer,
                reason = word,
                "waiting for an indexer: {what}"
            );
        }
    }

    /// Notes a row that makes no event.
    pub(super) fn rejected(&self, row: &str, reason: &str) {
        let mut status = self.lock();
        status.rejected += 1;
        status.last_error = Some(format!("row {row}: {reason}"));
        let producer = status.producer;
        drop(status);
        metrics::counter!(REJECTED, "producer" => producer).increment(1);
        tracing::warn!(
            indexer.producer = producer,
            row,
            "a row makes no event: {reason}"
        );
    }

    /// Notes events that are in the log, and where it stands.
    pub(super) fn appended(&self, events: usize, place: &Place) {
        let mut status = self.lock();
        status.events += events as u64;
        status.seconds = Some(place.seconds);
        metrics::counter!(EVENTS, "producer" => status.producer).increment(events as u64);
    }

    /// A poll ended well: everything up to second `covered` is read; it is `now` (s) by real time.
    pub(super) fn polled(&self, covered: i64, now: i64) {
        let mut status = self.lock();
        status.polls += 1;
        status.covered = Some(covered);
        let before = status.blocked.take();
        let producer = status.producer;
        drop(status);
        if let Some(before) = before {
            blocked(producer, before, 0.0);
        }
        metrics::gauge!(LAG_SECONDS, "producer" => producer).set((now - covered).max(0) as f64);
    }

    fn lock(&self) -> MutexGuard<'_, ProducerStatus> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn blocked(producer: &'static str, reason: &'static str, value: f64) {
    metrics::gauge!(BLOCKED, "producer" => producer, "reason" => reason).set(value);
}
