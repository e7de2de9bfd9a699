//! The heavy outside: each folder implements a port of the runtime on an engine that already exists.

pub mod cql;
pub mod kafka;
pub mod nats;
#[cfg(feature = "otel")]
pub mod otel;
pub mod registry;
pub mod s3;
