//! Remembers what became of every effect.
//!
//! The outside world cannot be asked again, so each outcome is an event. This read model is what a runner looks at before
//! it performs anything: an effect that is over stays over, also after the store was lost, when all requests are read
//! again. What happened stays so whatever is said of it later; what failed may be asked for again by an operator, and
//! then the later outcome counts.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::effects::Outcome;
use model::tables::effects::{self as tables, State};

/// See the module.
pub struct Effects;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "effects",
    revision: 1,
    input: "effects.outcomes",
    aggregates: Some(tables::TABLE),
    projections: &[Table {
        name: tables::FAILED,
        doc: "effects that did not happen; partition kind, row 8-byte ms + effect key",
    }],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // One outcome does not depend on another.
    poison: Poison::Skip,
};

/// An outcome, and the request it answers.
pub struct Answer {
    outcome: Outcome,
    asked: Option<String>,
}

impl Processor for Effects {
    const SPEC: Spec = SPEC;
    type Event = Answer;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Answer>, Reject> {
        let outcome = crate::wire::read_keyed(record, |outcome: &Outcome| &outcome.key)?;
        let asked = record.headers.cause.as_ref().map(ToString::to_string);
        Ok(outcome.map(|outcome| Answer { outcome, asked }))
    }

    fn key(&self, answer: &Answer) -> Bytes {
        tables::key(&answer.outcome.kind, &answer.outcome.key).into()
    }

    fn step(&self, state: &State, answer: &Answer, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, answer)
    }
}
