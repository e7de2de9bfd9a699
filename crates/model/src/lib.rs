//! The nouns of worldlog: what is written to topics, under which schema, to which topic and under which key.
//!
//! `schemas/*.avsc` is the contract; this crate compiles it in, mirrors the platform's own records as types
//! ([`events`]), carries the catalogue's events as checked JSON ([`dynamic`]) and reads `topics.yaml` ([`topics`]).
//! Nothing here does I/O.

pub mod codec;
pub mod compatibility;
pub mod dates;
pub mod dynamic;
pub mod events;
pub mod json;
pub mod registry;
pub mod routing;
pub mod schema;
pub mod tables;
pub mod topics;
pub mod wire;

pub use codec::{CodecError, Recorded, decode, encode};
pub use dynamic::{Decoded, decode_json};
pub use events::{EventError, check, encode_event, event_id, sighting_of};
pub use json::Json;
pub use registry::Registry;
pub use routing::route;
pub use topics::Topics;
