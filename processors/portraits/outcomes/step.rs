//! From an outcome to what is told.

use kernel::{Reject, Step};
use model::events::conversion::parse_round_key;
use model::events::effects::Outcome;
use model::events::portrait::{Ended, Input, Told};

use super::super::INPUTS;
use crate::wire;

pub(super) fn step(outcome: &Outcome) -> Result<Step<()>, Reject> {
    let wrong = |what: String| {
        let message = format!("outcome of {} {:?}: {what}", outcome.kind, outcome.key);
        Reject::new("PORTRAIT_OUTCOME", message)
    };
    let (avatar, times) = parse_round_key(&outcome.key)
        .ok_or_else(|| wrong("the key does not say which time it was".into()))?;
    let result = outcome.result.as_ref();
    let result = result.filter(|_| outcome.outcome == "done");
    let drawn = result.map(model::Json::read).transpose();
    let told = Told::Ended(Ended {
        times,
        drawn: drawn.map_err(|e| wrong(e.to_string()))?,
        reason: outcome.reason.clone(),
        attempts: outcome.attempts,
        at: outcome.at,
    });
    Ok(Step {
        emits: vec![wire::emit(INPUTS, avatar, &Input::new(avatar, &told))],
        ..Step::nothing()
    })
}
