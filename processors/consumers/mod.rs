//! Remembers who has which deployment: share groups over the queue, in the manner of Kafka's KIP-932.
//!
//! A consumer (a converter fleet, say) is worked by many workers. The gateway appends what they ask as commands, keyed
//! by the consumer, so all of one consumer is decided in one order: `register` opens windows over the order of entity
//! types; `lease` hands out those of the proposed items that are free; `ack` is done; `nack` gives back, at once or
//! after a rest; `requeue` hands out again, whatever an item's past; `expire` gives back leases that ran out. A lease
//! that ran out is free without being expired: the next `lease` may take it, and until then its holder may still
//! acknowledge it. An item handed out [`rules::ATTEMPTS_MAX`] times without success is given up and listed as failed.
//!
//! Every command is answered by a row under its id; the same id again changes nothing and keeps the answer. Time is the
//! log time of the command, nothing else. All sizes are bounded (`rules.rs`): a bound leads to a partial answer that
//! names it, a command over a bound is refused in its answer.
//!
//! It is a projector, not a decider: it appends nothing and asks for no effect, so there is nothing to hold back on a
//! rebuild. A changed rule may see past leases differently; then an `ack` of one is answered as unknown and the item
//! is handed out again, which is what at-least-once promises anyway.

mod rules;
mod step;
#[cfg(test)]
mod tests;
mod window;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::catalyst::ConsumerCommand;
use model::tables::consumers::{self as tables, State};

/// See the module.
pub struct Consumers;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "consumers",
    revision: 1,
    input: "deployments.consumers",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::COMMANDS,
            doc: "answers to the last 256 commands; partition consumer, row command id",
        },
        Table {
            name: tables::NAMES,
            doc: "consumers there are; partition all, row consumer",
        },
        Table {
            name: tables::HISTORY,
            doc: "what became of an entity; partition entity id, row 8-byte ms + consumer/command id",
        },
    ],
    emits: &[],
    effects: &[],
    kind: Kind::Projector,
    // Only a command that cannot be answered is rejected; later ones do not depend on it.
    poison: Poison::Skip,
};

impl Processor for Consumers {
    const SPEC: Spec = SPEC;
    type Event = ConsumerCommand;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<ConsumerCommand>, Reject> {
        crate::wire::read_keyed(record, |command: &ConsumerCommand| &command.consumer)
    }

    fn key(&self, command: &ConsumerCommand) -> Bytes {
        Bytes::copy_from_slice(command.consumer.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        command: &ConsumerCommand,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, command, context)
    }
}
