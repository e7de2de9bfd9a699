//! The rows of the read models, one file a read model: what processors write and gateways read.
//!
//! Every row is one JSON document with camel-case members. Members are only ever added, with a default, so that the
//! documents of an older generation still read.

pub mod badge_items;
pub mod badge_places;
pub mod badges;
pub mod consumers;
pub mod conversions;
pub mod credits;
pub mod deployments;
pub mod effects;
pub mod emails;
mod embedded;
pub mod games;
pub mod gatekeeper;
pub mod inbox;
pub mod ingest;
mod keys;
pub mod pointers;
pub mod portraits;
pub mod queue;
mod ranges;
pub mod reel;
pub mod registry;
mod seen;

pub use keys::{DAY_MS, HOUR_MS, day, number_key, parse_number_key, timed_key};
pub use ranges::Ranges;
pub use seen::{Seen, fingerprint};
