//! Makes notices of events: who is to be told what.
//!
//! One processor a topic of events, all from the tables in `rules/`: a row says of which event, to which type of
//! notification, for whom, with what metadata, and what its reader may have opted out of. A new notification is one
//! row. They keep no state and only look at one event; the inbox they write to finds repetitions, because the identity
//! of a notification is the event's key, the type and the address.
//!
//! An event for many becomes a record for each, in lower case and without repetition, so that each inbox stays one
//! order. A recipient that is no wallet is left out: nobody could ever sign for it. `names` brings what people are
//! called, for their mails.

mod names;
mod rules;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, ErasedProcessor, Kind, Poison, Processor, Record, Reject, Spec, Step};
use serde_json::Value;

pub use names::Names;
use rules::Rule;

/// The funnel to the inboxes.
pub(crate) const TOPIC: &str = "notifications";

/// The processor of the topic that stands at place `T` of [`SPECS`].
pub struct Notices<const T: usize>;

/// An event that somebody is to be told of.
pub struct Heard {
    /// The aggregate's key, which nothing is kept under.
    key: Bytes,
    rule: &'static Rule,
    event: Value,
}

/// What the processors declare, one a topic.
pub(crate) const SPECS: [Spec; 14] = [
    spec("notices-badge", "badge.events"),
    spec("notices-blockchain", "blockchain.events"),
    spec("notices-comms", "comms.events"),
    spec("notices-community", "community.events"),
    spec("notices-credits-service", "credits-service.events"),
    spec("notices-event", "event.events"),
    spec("notices-governance", "governance.events"),
    spec("notices-marketplace", "marketplace.events"),
    spec("notices-moderation", "moderation.events"),
    spec("notices-referral", "referral.events"),
    spec("notices-rewards", "rewards.events"),
    spec("notices-social-service", "social-service.events"),
    spec("notices-streaming", "streaming.events"),
    spec("notices-world", "world.events"),
];

const fn spec(name: &'static str, input: &'static str) -> Spec {
    Spec {
        name,
        revision: 1,
        input,
        aggregates: None,
        projections: &[],
        emits: &[TOPIC],
        effects: &[],
        kind: Kind::Decider,
        // One event does not depend on another.
        poison: Poison::Skip,
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Box<dyn ErasedProcessor>> {
    vec![
        Box::new(Notices::<0>),
        Box::new(Notices::<1>),
        Box::new(Notices::<2>),
        Box::new(Notices::<3>),
        Box::new(Notices::<4>),
        Box::new(Notices::<5>),
        Box::new(Notices::<6>),
        Box::new(Notices::<7>),
        Box::new(Notices::<8>),
        Box::new(Notices::<9>),
        Box::new(Notices::<10>),
        Box::new(Notices::<11>),
        Box::new(Notices::<12>),
        Box::new(Notices::<13>),
        Box::new(Names),
    ]
}

impl<const T: usize> Processor for Notices<T> {
    const SPEC: Spec = SPECS[T];
    type Event = Heard;
    type State = ();

    fn decode(&self, record: &Record) -> Result<Option<Heard>, Reject> {
        step::hear(record)
    }

    fn key(&self, heard: &Heard) -> Bytes {
        heard.key.clone()
    }

    fn step(&self, (): &(), heard: &Heard, _: &Context) -> Result<Step<()>, Reject> {
        step::step(heard.rule, &heard.event)
    }
}
