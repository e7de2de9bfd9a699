//! The metrics of the gatekeeper. Their names live here and nowhere else.

use metrics::counter;

/// Tokens that were given, by kind of room.
const TOKENS: &str = "gatekeeper_tokens_total";
/// Somebody who was not let in, by reason.
const REFUSED: &str = "gatekeeper_refused_total";
/// Times that somebody was let in because nobody could say no, by check.
const FAIL_OPEN: &str = "gatekeeper_fail_open_total";
/// What the LiveKit server was told beside requests, by what and by outcome.
const CALLS: &str = "gatekeeper_livekit_total";
/// Webhooks, by what became of them.
const WEBHOOKS: &str = "gatekeeper_webhooks_total";

/// Makes one series of each, so that a page of them is never empty.
pub(super) fn register() {
    counter!(TOKENS, "room" => "scene").increment(0);
    counter!(REFUSED, "reason" => "banned").increment(0);
    counter!(FAIL_OPEN, "check" => "denylist").increment(0);
    counter!(CALLS, "what" => "kick", "outcome" => "done").increment(0);
    counter!(WEBHOOKS, "outcome" => "taken").increment(0);
}

/// A token was given.
pub(super) fn token(room: &'static str) {
    counter!(TOKENS, "room" => room).increment(1);
}

/// Somebody was not let in.
pub(super) fn refused(reason: &'static str) {
    counter!(REFUSED, "reason" => reason).increment(1);
}

/// A check could not be made.
pub(super) fn fail_open(check: &'static str) {
    counter!(FAIL_OPEN, "check" => check).increment(1);
}

/// The LiveKit server was told something, or was not.
pub(super) fn called(what: &'static str, outcome: &'static str) {
    counter!(CALLS, "what" => what, "outcome" => outcome).increment(1);
}

/// A webhook came.
pub(super) fn webhook(outcome: &'static str) {
    counter!(WEBHOOKS, "outcome" => outcome).increment(1);
}
