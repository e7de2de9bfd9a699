//! Real servers on this machine, for tests and benches: fetched once, started on loopback at free ports, stopped by
//! process id.
//!
//! Tests share one set that `make peers-up` starts ([`shared`]); a test that kills or pauses a server starts its own.

use serde::{Deserialize, Serialize};

/// Environment variable: the file that says where the shared servers are, or `none` to leave them out.
pub const PEERS_VARIABLE: &str = "WORLDLOG_PEERS";

/// Where the shared servers are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shared {
    /// `host:port` of Kafka's bootstrap listener.
    pub kafka: String,
    /// `host:port` of Cassandra's native transport.
    pub cassandra: String,
    /// `host:port` of NATS.
    pub nats: String,
    /// The S3 server.
    pub s3: S3,
    /// Base URL of the registry's Confluent-compatible API.
    pub registry: String,
}

/// An S3 server with a bucket for tests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct S3 {
    /// `http://host:port`.
    pub endpoint: String,
    /// A bucket that exists.
    pub bucket: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: String,
}

/// The shared servers; `None`, said aloud on stderr, when `WORLDLOG_PEERS=none`.
///
/// # Panics
/// When they are wanted and not there: the message says `make peers-up`.
pub fn shared() -> Option<Shared> {
    if std::env::var(PEERS_VARIABLE).as_deref() == Ok("none") {
        eprintln!("skipped: {PEERS_VARIABLE}=none leaves the real servers out");
        return None;
    }
    panic!("the real servers are not running: make peers-up")
}
