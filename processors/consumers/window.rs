//! What can happen to one number of a window. Each function leaves the window consistent: a number is in at most one of
//! `leases`, `delayed`, `requeued` and `failed`; `requeued` and `failed` hold only numbers that were passed.

use model::tables::consumers::{Delayed, Failed, Lease, Window};

use super::rules::{ATTEMPTS_MAX, FAILED_MAX, GAPS_MAX, IN_FLIGHT_MAX, REQUEUED_MAX};

/// How often `seq` was handed out since it was last done or requeued.
pub(super) fn attempts(window: &Window, seq: i64) -> i64 {
    let lease = window.leases.get(&seq).map(|lease| lease.attempts);
    let delayed = window.delayed.get(&seq).map(|delayed| delayed.attempts);
    lease.or(delayed).unwrap_or(0)
}

/// Which bound keeps a free `seq` from being handed out. Numbers that are in hand already cost nothing new.
pub(super) fn bound(window: &Window, seq: i64) -> Option<&'static str> {
    if window.leases.contains_key(&seq) || window.delayed.contains_key(&seq) {
        return None;
    }
    if window.leases.len() + window.delayed.len() >= IN_FLIGHT_MAX {
        return Some("in-flight");
    }
    // Each lease may end as a range of its own; the first number that is not done never does.
    let ranges = window.done.len() + window.leases.len();
    let adds = !window.passed(seq) && seq != window.start && window.done.grows_by(seq);
    (adds && ranges >= GAPS_MAX).then_some("gaps")
}

/// Hands `seq` out.
pub(super) fn lease(window: &mut Window, seq: i64, lease: Lease) {
    window.delayed.remove(&seq);
    window.requeued.remove(seq);
    window.leases.insert(seq, lease);
}

/// `seq` is done, whatever it was.
pub(super) fn finish(window: &mut Window, seq: i64) {
    clear(window, seq);
    window.acked_total += 1;
    pass(window, seq);
}

/// A leased `seq` comes back: it waits from `not_before` on, or is given up. Says whether it waits.
pub(super) fn give_back(
    window: &mut Window,
    seq: i64,
    not_before: i64,
    now: i64,
    reason: Option<&str>,
) -> bool {
    let Some(lease) = window.leases.remove(&seq) else {
        return false;
    };
    if lease.attempts >= ATTEMPTS_MAX {
        give_up(window, seq, lease.entity_id, lease.attempts, now, reason);
        return false;
    }
    let delayed = Delayed {
        entity_id: lease.entity_id,
        not_before,
        attempts: lease.attempts,
    };
    window.delayed.insert(seq, delayed);
    true
}

/// `seq` was handed out too often.
pub(super) fn give_up(
    window: &mut Window,
    seq: i64,
    entity_id: String,
    attempts: i64,
    at: i64,
    reason: Option<&str>,
) {
    clear(window, seq);
    let failed = Failed {
        entity_id,
        attempts,
        at,
        reason: reason.map(str::to_owned),
    };
    window.failed.insert(seq, failed);
    window.failed_total += 1;
    if window.failed.len() > FAILED_MAX {
        let oldest = window
            .failed
            .iter()
            .min_by_key(|(seq, failed)| (failed.at, **seq));
        if let Some(seq) = oldest.map(|(seq, _)| *seq) {
            window.failed.remove(&seq);
        }
    }
    pass(window, seq);
}

/// `seq` waits again, as if it had never been handed out. `false`: the bound of requeued ranges is reached.
pub(super) fn put_back(window: &mut Window, seq: i64) -> bool {
    let passed = window.passed(seq);
    let adds = passed && window.requeued.grows_by(seq);
    if adds && window.requeued.len() >= REQUEUED_MAX {
        return false;
    }
    clear(window, seq);
    if passed {
        window.requeued.insert(seq);
    }
    true
}

fn clear(window: &mut Window, seq: i64) {
    window.leases.remove(&seq);
    window.delayed.remove(&seq);
    window.failed.remove(&seq);
    window.requeued.remove(seq);
}

fn pass(window: &mut Window, seq: i64) {
    if seq >= window.start {
        window.done.insert(seq);
    }
    while let Some(end) = window.done.take_from(window.start) {
        window.start = end;
    }
}
