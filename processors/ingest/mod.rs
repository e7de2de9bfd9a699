//! Lets every event in once.
//!
//! Events that are fed arrive in `events.inbox`, checked and framed by the gateway, keyed as at their destination, which
//! header `to` names. Here a repetition is found: the id of an event is derived from its content, and an id that was
//! taken within the last day (log time) is dropped. All else goes on to its topic with the bytes, the key and the id it
//! came with. So the inbox decides the order of a key once, and every topic of the catalogue has one writer.
//!
//! Ids are kept by the hour, and an hour is forgotten a day after it ended: a repetition is dropped for at least 24 and
//! at most 25 hours. A key with more than 65536 events a day forgets its oldest ones earlier.
//!
//! It is a decider: what it let in is history.

mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step};
use model::tables::ingest::{self as tables, State};

/// See the module.
pub struct Ingest;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "ingest",
    revision: 1,
    input: "events.inbox",
    aggregates: Some(tables::TABLE),
    projections: &[],
    emits: &[
        "asset-bundle.events",
        "badge.events",
        "blockchain.events",
        "comms.events",
        "community.events",
        "credits-service.events",
        "credits.events",
        "event.events",
        "governance.events",
        "marketplace.events",
        "moderation.events",
        "platform.ticks",
        "referral.events",
        "rewards.events",
        "social-service.events",
        "streaming.events",
        "user.actions",
        "world.events",
    ],
    effects: &[],
    kind: Kind::Decider,
    // An event without a destination is the gateway's mistake; the next one of its key is not worse for it.
    poison: Poison::Skip,
};

impl Processor for Ingest {
    const SPEC: Spec = SPEC;
    type Event = Record;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Record>, Reject> {
        Ok(Some(record.clone()))
    }

    fn key(&self, record: &Record) -> Bytes {
        record.key.clone().unwrap_or_default()
    }

    fn step(
        &self,
        state: &State,
        record: &Record,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, record, context)
    }
}
