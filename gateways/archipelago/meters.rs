//! The metrics of islands. Their names live here and nowhere else.

use metrics::{counter, gauge, histogram};

/// Sockets that are somebody's.
const SESSIONS: &str = "archipelago_sessions";
/// Handshakes that ended, by outcome.
const HANDSHAKES: &str = "archipelago_handshakes_total";
/// Messages of clients, by what became of them.
const FRAMES: &str = "archipelago_frames_total";
/// Sockets that were closed by the server, by reason.
const CLOSED: &str = "archipelago_closed_total";
/// Times that somebody was let in because nobody could say no.
const FAIL_OPEN: &str = "archipelago_fail_open_total";
/// Peers of the core.
const PEERS: &str = "archipelago_peers";
/// Islands of the core.
const ISLANDS: &str = "archipelago_islands";
/// One flush.
const FLUSH: &str = "archipelago_flush_seconds";
/// Peers that were told an island, by reason.
const TOLD: &str = "archipelago_told_total";
/// 1 in the process that is the core.
const CORE: &str = "archipelago_core";
/// Changes that were not written to the log.
const UNLOGGED: &str = "archipelago_unlogged_total";
/// What was not published because the bus did not take it.
const UNSENT: &str = "archipelago_unsent_total";
/// Peers that were assigned anew because what they were told had got lost.
const RETOLD: &str = "archipelago_retold_total";

/// Makes the series that have no label, and one of each other, so that a page of them is never empty.
pub(super) fn register() {
    gauge!(SESSIONS).increment(0);
    gauge!(PEERS).increment(0);
    gauge!(ISLANDS).increment(0);
    gauge!(CORE).increment(0);
    for name in [UNLOGGED, RETOLD] {
        counter!(name).increment(0);
    }
    for outcome in ["welcomed", "refused"] {
        counter!(HANDSHAKES, "outcome" => outcome).increment(0);
    }
    counter!(FRAMES, "outcome" => "heartbeat").increment(0);
    counter!(CLOSED, "reason" => "new_session").increment(0);
    counter!(FAIL_OPEN, "check" => "ban").increment(0);
    counter!(TOLD, "reason" => "arrived").increment(0);
    counter!(UNSENT, "what" => "heartbeat").increment(0);
    // A process that is never the core has the series as well.
    let _ = histogram!(FLUSH);
}

/// How many sockets are somebody's.
pub(super) fn sessions(count: usize) {
    gauge!(SESSIONS).set(count as f64);
}

/// A handshake ended.
pub(super) fn handshake(outcome: &'static str) {
    counter!(HANDSHAKES, "outcome" => outcome).increment(1);
}

/// A message came.
pub(super) fn frame(outcome: &'static str) {
    counter!(FRAMES, "outcome" => outcome).increment(1);
}

/// A socket was closed.
pub(super) fn closed(reason: &'static str) {
    counter!(CLOSED, "reason" => reason).increment(1);
}

/// A check could not be made.
pub(super) fn fail_open(check: &'static str) {
    counter!(FAIL_OPEN, "check" => check).increment(1);
}

/// The core's state after a flush.
pub(super) fn flushed(peers: usize, islands: usize, seconds: f64) {
    gauge!(PEERS).set(peers as f64);
    gauge!(ISLANDS).set(islands as f64);
    histogram!(FLUSH).record(seconds);
}

/// A peer was told its island.
pub(super) fn told(reason: &'static str) {
    counter!(TOLD, "reason" => reason).increment(1);
}

/// Whether this process is the core.
pub(super) fn core(leads: bool) {
    gauge!(CORE).set(if leads { 1.0 } else { 0.0 });
    if !leads {
        gauge!(PEERS).set(0.0);
        gauge!(ISLANDS).set(0.0);
    }
}

/// Changes that the log does not get.
pub(super) fn unlogged(count: u64) {
    counter!(UNLOGGED).increment(count);
}

/// The bus did not take something.
pub(super) fn unsent(what: &'static str) {
    counter!(UNSENT, "what" => what).increment(1);
}

/// Somebody is assigned anew.
pub(super) fn retold() {
    counter!(RETOLD).increment(1);
}
