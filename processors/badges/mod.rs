//! Grants badges.
//!
//! Everything that counts for a person arrives in `badges.facts`, in one order. The catalogue
//! (`model::events::badges::BADGES`) says which rule moves which badge; this folder says what the rules do: `rules.rs`
//! counts, `travel.rs` settles moves in the person's own order as the answers come where they led, `events.rs` counts the
//! time at events, `outfits.rs` judges a profile as the answers come what it wears, `import.rs` merges progress that was
//! counted elsewhere.
//!
//! Every tier that a fact crosses is granted at once, ascending, each by a `badge/badge-granted` of its own. Times are
//! those of the facts. What was counted is known again: distinct things for ever, walks and imports by the keys of at
//! least a week, emotes by their minute, moves by their order. A complete badge takes nothing more.
//!
//! It is a decider: what it granted was told.

mod events;
mod import;
mod outfits;
mod rules;
mod step;
#[cfg(test)]
mod tests;
mod travel;

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::badges::{CDN_HOST, Fact};
use model::tables::badges::{self as tables, State};

/// See the module.
pub struct Badges {
    /// What links to images start with.
    cdn_host: Arc<str>,
}

impl Badges {
    /// Grants name images below `cdn_host`.
    pub fn with_images_at(cdn_host: &str) -> Self {
        Self {
            cdn_host: cdn_host.into(),
        }
    }
}

impl Default for Badges {
    fn default() -> Self {
        Self::with_images_at(CDN_HOST)
    }
}

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "badges",
    revision: 1,
    input: "badges.facts",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::PROGRESS,
            doc: "how far a person is with a badge; partition = address, row = badge id",
        },
        Table {
            name: tables::REFUSED,
            doc: "imported progress that was not merged; partition = import id, row = address",
        },
    ],
    emits: &[step::GRANTED],
    effects: &[],
    kind: Kind::Decider,
    // Facts count one by one.
    poison: Poison::Skip,
};

impl Processor for Badges {
    const SPEC: Spec = SPEC;
    type Event = Fact;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Fact>, Reject> {
        crate::wire::read_keyed(record, |fact: &Fact| &fact.address)
    }

    fn key(&self, fact: &Fact) -> Bytes {
        Bytes::copy_from_slice(fact.address.as_bytes())
    }

    fn step(&self, state: &State, fact: &Fact, _: &Context) -> Result<Step<State>, Reject> {
        step::step(state, fact, &self.cdn_host)
    }
}
