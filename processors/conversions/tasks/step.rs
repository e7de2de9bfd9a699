//! From wishes and ends to one request of a runner, and to answers.

use kernel::{EffectRequest, Emit, Step};
use model::events::conversion::{Answered, Ended, Input, OfTask, Told, Verdict, Wanted, round_key};
use model::tables::conversions::{Request, Task};

use super::super::{CONVERSIONS, INPUTS, lane};
use crate::wire;

/// Why a file has no bundle although nothing is wrong with it.
const FAILED: &str = "failed";

pub(super) fn step(state: &Task, key: &str, told: &OfTask) -> Step<Task> {
    match told {
        OfTask::Wanted(wanted) => want(state, key, wanted),
        OfTask::Ended(ended) => end(state, key, ended),
    }
}

fn want(state: &Task, key: &str, wanted: &Wanted) -> Step<Task> {
    if let Some(verdict) = state.verdict.as_ref().filter(|_| !wanted.force) {
        return Step {
            emits: vec![answer(&wanted.entity_id, wanted.round, key, verdict)],
            ..Step::nothing()
        };
    }
    let mut next = state.clone();
    next.waiting.insert(wanted.entity_id.clone(), wanted.round);
    let mut effects = Vec::new();
    let is_enough =
        |asked: &Request| (asked.live || !wanted.live) && (asked.work.force || !wanted.force);
    if !next.asked.as_ref().is_some_and(is_enough) {
        // The same time in the other lane where it only overtakes: whichever ends first counts.
        let overtakes = |asked: &Request| asked.work.force || !wanted.force;
        if !next.asked.as_ref().is_some_and(overtakes) {
            next.times += 1;
        }
        effects.push(EffectRequest {
            kind: lane(CONVERSIONS, wanted.live),
            key: Some(round_key(key, next.times)),
            request: model::encode(&wanted.work),
            not_after: None,
        });
        next.asked = Some(Request {
            live: wanted.live,
            work: wanted.work.clone(),
        });
    }
    Step {
        effects,
        ..Step::state(next)
    }
}

fn end(state: &Task, key: &str, ended: &Ended) -> Step<Task> {
    // An earlier time, or the slower lane. What an operator had tried once more is welcome.
    let is_late = state.asked.is_none() && (ended.verdict.is_none() || state.verdict.is_some());
    if ended.times != state.times || is_late {
        return Step::nothing();
    }
    let mut next = state.clone();
    next.asked = None;
    let verdict = ended.verdict.clone();
    let told = verdict.clone().unwrap_or_else(|| Verdict {
        outcome: FAILED.to_owned(),
        reason: ended.reason.clone(),
        ..Verdict::default()
    });
    if verdict.is_some() {
        next.verdict = verdict;
    }
    let waiting = std::mem::take(&mut next.waiting);
    let answers = waiting
        .iter()
        .map(|(entity, round)| answer(entity, *round, key, &told));
    Step {
        emits: answers.collect(),
        ..Step::state(next)
    }
}

fn answer(entity: &str, round: u32, task: &str, verdict: &Verdict) -> Emit {
    let told = Told::Answered(Answered {
        round,
        task: task.to_owned(),
        verdict: verdict.clone(),
    });
    wire::emit(INPUTS, entity, &Input::new(entity, &told))
}
