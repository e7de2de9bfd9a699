//! Tells what became of the rewards of missions: one row a run, and one event.
//!
//! It keeps no state: an effect has one outcome that counts, and the same one again is the same row. It is a decider because
//! what it appends is subscribed to.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::effects::Outcome;
use model::tables::games as tables;

/// See the module.
pub struct GameRewards;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "game_rewards",
    revision: 1,
    input: "effects.outcomes",
    aggregates: None,
    projections: &[Table {
        name: tables::REWARDS,
        doc: "what became of the reward of a run; partition run id, row empty",
    }],
    emits: &["games.rewards"],
    effects: &[],
    kind: Kind::Decider,
    // One outcome does not depend on another.
    poison: Poison::Skip,
};

impl Processor for GameRewards {
    const SPEC: Spec = SPEC;
    type Event = Outcome;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Outcome>, Reject> {
        let outcome: Option<Outcome> = crate::wire::read(record)?;
        Ok(outcome.filter(|outcome| outcome.kind == "reward"))
    }

    fn key(&self, outcome: &Outcome) -> Bytes {
        Bytes::copy_from_slice(outcome.key.as_bytes())
    }

    fn step(&self, (): &(), outcome: &Outcome, _: &Context) -> Result<Step<()>, Reject> {
        Ok(step::step(outcome))
    }
}
