//! From an outcome to what is told.

use kernel::{Emit, Reject, Step};
use model::events::conversion::{
    Ended, Input, OfTask, Planned, Task, Told, Verdict, parse_round_key,
};
use model::events::effects::Outcome;
use serde::de::DeserializeOwned;

use super::super::{INPUTS, PLANS, TASKS};
use crate::wire;

pub(super) fn step(outcome: &Outcome) -> Result<Step<()>, Reject> {
    let Some((of, round)) = parse_round_key(&outcome.key) else {
        let message = format!("outcome of {:?}, which names no round", outcome.key);
        return Err(Reject::new("CONVERSION_OUTCOME", message));
    };
    let emit = match PLANS.contains(&outcome.kind.as_str()) {
        true => planned(outcome, of, round)?,
        false => Some(ended(outcome, of, round)?),
    };
    Ok(Step {
        emits: emit.into_iter().collect(),
        ..Step::nothing()
    })
}

/// A plan that was not made is nobody's fault: an operator may ask for it again, and nothing is said of the entity.
fn planned(outcome: &Outcome, entity: &str, round: u32) -> Result<Option<Emit>, Reject> {
    let Some(plan) = result::<Planned>(outcome)? else {
        return Ok(None);
    };
    let told = Told::Planned(Planned { round, ..plan });
    let input = Input::new(entity, &told);
    Ok(Some(wire::emit(INPUTS, entity, &input)))
}

fn ended(outcome: &Outcome, task: &str, times: u32) -> Result<Emit, Reject> {
    let told = OfTask::Ended(Ended {
        times,
        verdict: result::<Verdict>(outcome)?,
        reason: outcome.reason.clone(),
    });
    Ok(wire::emit(TASKS, task, &Task::new(task, &told)))
}

/// What a runner brought; none when it was done in vain.
fn result<T: DeserializeOwned>(outcome: &Outcome) -> Result<Option<T>, Reject> {
    let Some(result) = outcome
        .result
        .as_ref()
        .filter(|_| outcome.outcome == "done")
    else {
        return Ok(None);
    };
    result.read().map(Some).map_err(|e| {
        let message = format!("outcome of {} {:?}: {e}", outcome.kind, outcome.key);
        Reject::new("CONVERSION_OUTCOME", message)
    })
}
