//! The platform on real engines: a Kafka of each test's own, a keyspace of its own on Cassandra, NATS and an S3 server.
//!
//! Only one of these tests runs at a time: each has a broker and several processes, and the machine may be small.

mod breaks;
mod chaos;
mod e2e;
mod fencing;
mod fold;
mod gone;
mod scale;
pub(crate) mod stand;

pub(crate) use stand::{long_tests_are_asked_for, turn};
