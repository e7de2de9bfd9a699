//! Puts the ledger's time and the finalised heads into every entry.
//!
//! `credits.log` is what the ledger is told, in one order. Here each input gets what was known of time at its place:
//! the greatest tick and the newest finalised block of each chain before it. So the ledger's own state need not hold
//! them: a tick a second would have it written a second, and it is large, while the state here is a few numbers.
//!
//! A tick is handed on only when ten seconds have passed since the last one that was: every other entry carries the
//! exact time anyway, and nothing falls due between two entries that anybody could see. No tick goes back.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::events::ledger::{Entry, Head, Input};
use model::tables::credits::{ALL, Block, Clock, SEQUENCER};

/// Ticks this close to the last one that was handed on only move the time.
const TICK_EVERY_MS: i64 = 10_000;
/// Where entries go.
const JOURNAL: &str = "credits.journal";

/// See the module.
pub struct Sequencer;

impl Processor for Sequencer {
    const SPEC: Spec = Spec {
        name: "credits-sequencer",
        revision: 1,
        input: super::inputs::LOG,
        aggregates: Some(SEQUENCER),
        projections: &[],
        emits: &[JOURNAL],
        effects: &[],
        kind: Kind::Decider,
        poison: Poison::Skip,
    };
    type Event = Input;
    type State = Clock;

    fn decode(&self, record: &Record) -> Result<Option<Input>, Reject> {
        crate::wire::read(record)
    }

    fn key(&self, _: &Input) -> Bytes {
        Bytes::from_static(ALL.as_bytes())
    }

    fn step(&self, clock: &Clock, input: &Input, _: &Context) -> Result<Step<Clock>, Reject> {
        let mut next = clock.clone();
        let told = match input.kind.as_str() {
            "clock-tick" => tick(&mut next, input),
            "finalized-head" => head(&mut next, input),
            _ => true,
        };
        let state = (next != *clock).then(|| next.clone());
        let emits = match told {
            true => vec![crate::wire::emit(JOURNAL, ALL, &entry(next, input))],
            false => Vec::new(),
        };
        Ok(Step {
            state,
            emits,
            ..Step::nothing()
        })
    }
}

/// Moves the time; says whether the ledger hears of it.
fn tick(clock: &mut Clock, input: &Input) -> bool {
    let metadata = input.metadata.value().unwrap_or_default();
    let now = metadata["now"].as_i64().unwrap_or_default();
    if now <= clock.now {
        return false;
    }
    clock.now = now;
    let due = now.saturating_sub(clock.told) >= TICK_EVERY_MS;
    if due {
        clock.told = now;
    }
    due
}

/// Moves a chain's head; an older one changes nothing.
fn head(clock: &mut Clock, input: &Input) -> bool {
    let metadata = input.metadata.value().unwrap_or_default();
    let number = |name: &str| metadata[name].as_i64();
    let (Some(chain), Some(block), Some(timestamp)) = (
        number("chainId"),
        number("blockNumber"),
        number("blockTimestamp"),
    ) else {
        return false;
    };
    let known = clock.heads.entry(chain).or_default();
    if block <= known.number || timestamp < known.timestamp {
        return false;
    }
    *known = Block {
        number: block,
        timestamp,
    };
    true
}

fn entry(clock: Clock, input: &Input) -> Entry {
    let heads = clock.heads.into_iter().map(|(chain_id, block)| Head {
        chain_id,
        block_number: block.number,
        block_timestamp: block.timestamp,
    });
    let input = input.clone();
    Entry {
        now: clock.now,
        heads: heads.collect(),
        kind: input.kind,
        key: input.key,
        address: input.address,
        metadata: input.metadata,
        edge: input.edge,
    }
}
