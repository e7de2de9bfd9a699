//! What became of the bots.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

/// Times that are kept for the summary.
const TIMES_MAX: usize = 100_000;

/// Counts while they walk.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) inside: AtomicUsize,
    pub(super) welcomed: AtomicU64,
    pub(super) heartbeats: AtomicU64,
    pub(super) islands: AtomicU64,
    pub(super) kicked: AtomicU64,
    pub(super) failed: AtomicU64,
    /// From a session's first heartbeat to its first island.
    waited: Mutex<Vec<Duration>>,
}

/// What is told at the end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    url: String,
    bots: usize,
    pub(super) welcomed: u64,
    heartbeats: u64,
    island_changes: u64,
    kicked: u64,
    /// Handshakes that led nowhere, and sessions that broke.
    failed: u64,
    /// From a first heartbeat to the first island, half of them at most.
    first_island_p50_ms: Option<u64>,
    /// And all but one of a hundred.
    first_island_p99_ms: Option<u64>,
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Tally {
    pub(super) fn waited(&self, time: Duration) {
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        if waited.len() < TIMES_MAX {
            waited.push(time);
        }
    }

    /// How it goes.
    pub(super) fn line(&self, bots: usize) -> String {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        format!(
            "{} of {bots} inside, {} heartbeats, {} islands told, {} failures",
            self.inside.load(Ordering::Relaxed),
            of(&self.heartbeats),
            of(&self.islands),
            of(&self.failed),
        )
    }

    pub(super) fn summary(&self, bots: usize, url: &str) -> Summary {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        waited.sort_unstable();
        let at = |percent: usize| {
            let place = (waited.len() * percent).div_ceil(100).checked_sub(1)?;
            u64::try_from(waited.get(place)?.as_millis()).ok()
        };
        Summary {
            url: url.to_owned(),
            bots,
            welcomed: of(&self.welcomed),
            heartbeats: of(&self.heartbeats),
            island_changes: of(&self.islands),
            kicked: of(&self.kicked),
            failed: of(&self.failed),
            first_island_p50_ms: at(50),
            first_island_p99_ms: at(99),
        }
    }
}

/// The summary for people.
pub(super) fn text(summary: &Summary) -> String {
    let times = match (summary.first_island_p50_ms, summary.first_island_p99_ms) {
        (Some(half), Some(most)) => {
            format!("first island after {half} ms (median), {most} ms (99 %)\n")
        }
        _ => "nobody was told an island\n".to_owned(),
    };
    format!(
        "{} bots at {}: {} welcomes, {} heartbeats, {} islands told, {} kicked, {} failures\n{times}",
        summary.bots,
        summary.url,
        summary.welcomed,
        summary.heartbeats,
        summary.island_changes,
        summary.kicked,
        summary.failed,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were() {
        let tally = Tally::default();
        assert_eq!(tally.summary(1, "").first_island_p99_ms, None);
        for ms in 1..=200 {
            tally.waited(Duration::from_millis(ms));
        }
        let summary = tally.summary(1, "");
        assert_eq!(summary.first_island_p50_ms, Some(100));
        assert_eq!(summary.first_island_p99_ms, Some(198));
    }
}
