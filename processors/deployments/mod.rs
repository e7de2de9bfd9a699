//! Publishes each entity once.
//!
//! Many catalysts hold the same entity, and each of them is followed: every time a server is seen to hold an entity,
//! `catalyst.sightings` has a record, keyed by the entity id. The first sighting of an entity decides: it is
//! published to `deployments`, claims its pointers (`deployments.pointers`), takes its place in the queue
//! (`deployments.queue`) and asks for its files to be mirrored. Every later sighting only adds to what we know:
//! servers, and the files of an entity that was fed in the queue's form, which has no list of them. The platform's own
//! time of a deployment is the log time of that first sighting.
//!
//! It is a decider: what it published is history, and a rebuild reads it back instead of deciding again.
//!
//! Profiles are not mirrored (the original stopped it because they filled its bucket, spine 2.3 and 2.6): a profile
//! changes with every change of clothes, its images are drawn by the platform itself, and deployments since ADR-290
//! have none. Their files are still known (`content_refs`), so the catalyst gateway fetches one when a client asks.

mod rules;
mod step;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kernel::{Context, Kind, Poison, Processor, Record, Reject, Spec, Step, Table};
use model::events::catalyst::Sighting;
use model::tables::deployments::{self as tables, State};

/// See the module.
pub struct Deployments;

/// What it declares.
pub(crate) const SPEC: Spec = Spec {
    name: "deployments",
    revision: 1,
    input: "catalyst.sightings",
    aggregates: Some(tables::TABLE),
    projections: &[
        Table {
            name: tables::BY_TIME,
            doc: "deployments in order of time; partition local/<day> or entity/<day>, row 8-byte ms + lower-case entity id",
        },
        Table {
            name: tables::DAYS,
            doc: "days that have deployments; partition local or entity, row 8-byte day",
        },
        Table {
            name: tables::CONTENT_REFS,
            doc: "entities that name a file; partition content hash, row entity id",
        },
        Table {
            name: tables::COLLECTION_ITEMS,
            doc: "items of a collection, all versions; partition collection urn, row pointer/entity id",
        },
    ],
    emits: &["deployments", "deployments.pointers", "deployments.queue"],
    effects: &["mirror"],
    kind: Kind::Decider,
    // A bad sighting says something about one server; the next server may tell the same entity right.
    poison: Poison::Skip,
};

impl Processor for Deployments {
    const SPEC: Spec = SPEC;
    type Event = Sighting;
    type State = State;

    fn decode(&self, record: &Record) -> Result<Option<Sighting>, Reject> {
        crate::wire::read_keyed(record, |sighting: &Sighting| &sighting.entity_id)
    }

    fn key(&self, sighting: &Sighting) -> Bytes {
        Bytes::copy_from_slice(sighting.entity_id.as_bytes())
    }

    fn step(
        &self,
        state: &State,
        sighting: &Sighting,
        context: &Context,
    ) -> Result<Step<State>, Reject> {
        step::step(state, sighting, context)
    }
}
