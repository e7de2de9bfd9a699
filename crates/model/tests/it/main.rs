//! What the rest of the platform relies on: schemas, codecs, the catalogue, topics.

#![expect(clippy::unwrap_used, reason = "tests")]

mod catalogue;
mod errors;
mod generate;
mod round_trip;
mod schemas;
mod sightings;
mod topics;
mod wire;
