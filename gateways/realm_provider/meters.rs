//! The metrics of realms. Their names live here and nowhere else.

use metrics::{counter, gauge};

/// Questions to catalysts, by what came of them.
const ASKED: &str = "realm_provider_asked_total";
/// Catalysts of other hosts that were well in the last round.
const WELL: &str = "realm_provider_catalysts_well";
/// Requests that were told that nothing is known in time.
const LATE: &str = "realm_provider_late_total";

/// What came of a question.
#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Well,
    Unwell,
    Silent,
}

/// Makes the series, so that a page of them is never empty.
pub(super) fn register() {
    for outcome in [Outcome::Well, Outcome::Unwell, Outcome::Silent] {
        counter!(ASKED, "outcome" => word(outcome)).increment(0);
    }
    counter!(LATE).increment(0);
    gauge!(WELL).increment(0);
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Well => "well",
        Outcome::Unwell => "unwell",
        Outcome::Silent => "silent",
    }
}

/// A catalyst was asked.
pub(super) fn asked(outcome: Outcome) {
    counter!(ASKED, "outcome" => word(outcome)).increment(1);
}

/// A round has ended.
pub(super) fn round(well: usize) {
    gauge!(WELL).set(well as f64);
}

/// Somebody was told nothing.
pub(super) fn late() {
    counter!(LATE).increment(1);
}
