//! From an outcome to what is remembered of its effect.

use kernel::{Reject, RowWrite, Step};
use model::tables::effects::{FAILED, State};
use model::tables::timed_key;

use super::Answer;

pub(super) fn step(state: &State, answer: &Answer) -> Result<Step<State>, Reject> {
    let outcome = &answer.outcome;
    if outcome.kind.is_empty() || outcome.key.is_empty() || outcome.outcome.is_empty() {
        let message = format!(
            "outcome {:?} of {:?} of kind {:?} lacks a part",
            outcome.outcome, outcome.key, outcome.kind
        );
        return Err(Reject::new("OUTCOME_INCOMPLETE", message));
    }
    if state.is_done() {
        return Ok(Step::nothing());
    }
    let new = State {
        key: outcome.key.clone(),
        outcome: outcome.outcome.clone(),
        reason: outcome.reason.clone(),
        attempts: outcome.attempts,
        at: outcome.at,
        asked: answer.asked.clone(),
    };
    let (kind, mut rows) = (&outcome.kind, Vec::new());
    let place = |state: &State| timed_key(state.at, &outcome.key);
    if !state.outcome.is_empty() && (new.is_done() || place(state) != place(&new)) {
        rows.push(RowWrite::delete(FAILED, kind.clone(), place(state)));
    }
    if !new.is_done() {
        rows.push(RowWrite::put(FAILED, kind.clone(), place(&new), &new));
    }
    Ok(Step {
        rows,
        ..Step::state(new)
    })
}
