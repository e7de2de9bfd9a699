//! The conformance suites on the real servers, and what only real servers do.

mod cql;
mod kafka;
mod nats;
mod registry;
mod s3;
