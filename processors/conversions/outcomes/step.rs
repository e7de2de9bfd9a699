//! From an outcome to what is told.

use kernel::{Context, Emit, Reject, Step};
use model::events::conversion::{
    Ended, FETCHED, Fetched, Input, OfTask, Planned, Task, Told, Verdict, parse_round_key,
};
use model::events::effects::Outcome;
use model::events::registry::{Deployed, What};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::{INPUTS, PLANS, TASKS};
use crate::{registry, wire};

pub(super) fn step(outcome: &Outcome, context: &Context) -> Result<Step<()>, Reject> {
    let Some((of, round)) = parse_round_key(&outcome.key) else {
        let message = format!("outcome of {:?}, which names no round", outcome.key);
        return Err(Reject::new("CONVERSION_OUTCOME", message));
    };
    let emits = match PLANS.contains(&outcome.kind.as_str()) {
        true => [fetched(outcome, of, context)?, planned(outcome, of, round)?],
        false => [Some(ended(outcome, of, round)?), None],
    };
    Ok(Step {
        emits: emits.into_iter().flatten().collect(),
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

/// A scene of a world whose file says more than who told of it.
fn fetched(outcome: &Outcome, entity: &str, context: &Context) -> Result<Option<Emit>, Reject> {
    #[derive(Deserialize)]
    struct Entity {
        #[serde(default)]
        metadata: Value,
    }
    let told =
        result::<Value>(outcome)?.and_then(|mut told| told.get_mut(FETCHED).map(Value::take));
    let Some(told) = told else {
        return Ok(None);
    };
    let unreadable = |e: serde_json::Error| {
        let message = format!("scene that was fetched for {:?}: {e}", outcome.key);
        Reject::new("CONVERSION_OUTCOME", message)
    };
    let found: Fetched = serde_json::from_value(told).map_err(unreadable)?;
    let metadata = found.entity.read::<Entity>().map_err(unreadable)?.metadata;
    let world = registry::world_of(&metadata);
    let pointers = found.pointers.iter().map(String::as_str);
    let deployed = Deployed {
        entity_type: "world".into(),
        pointers: registry::pointers(pointers, true),
        base: registry::base_of(&metadata),
        seen_at: context.timestamp,
        entity: Some(found.entity),
        deployer: String::new(),
        world,
    };
    let at = found.entity_timestamp;
    // One whose world has no name that can be one stands nowhere.
    let stands = deployed.world.is_some();
    Ok(stands.then(|| registry::told(entity, at, &What::Deployed(deployed))))
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
