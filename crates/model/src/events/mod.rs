//! The nouns of the log: the platform's own records as types, and the catalogue of events as checked JSON.

pub mod archipelago;
pub mod badges;
mod catalogue;
pub mod catalyst;
pub mod conversion;
pub mod effects;
pub mod games;
pub mod gatekeeper;
pub mod indexer;
pub mod ledger;
pub mod notification;
pub mod portrait;
pub mod reel;
pub mod registry;
mod sighting;
mod tagged;

pub use catalogue::{
    Encoded, Event, EventError, EventKind, MAX_EVENT_BYTES, MAX_EVENT_DEPTH, check, encode_event,
    event_id, kinds, parse,
};
pub(crate) use sighting::entity_id;
pub use sighting::sighting_of;
