//! Real servers on this machine, for tests and benches: fetched once, started on loopback at free ports, stopped by
//! process id.
//!
//! Tests share one set that `make peers-up` starts ([`shared`]); a test that kills or pauses a server starts its own:
//! `Kafka::start(folder, Options::default())`.

mod cassandra;
pub mod doctor;
mod fetch;
mod folders;
mod kafka;
mod kind;
pub mod ledger;
mod livekit;
mod nats;
mod port;
mod probe;
pub mod process;
pub mod programs;
mod registry;
mod run;
mod s3;
mod server;
pub mod set;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

pub use cassandra::Cassandra;
pub use kafka::Kafka;
pub use kind::{Kind, Options};
pub use livekit::LiveKit;
pub use nats::Nats;
pub use registry::Registry;
pub use s3::S3Server;
pub use server::Server;
pub use set::Set;

/// Environment variable: the file that says where the shared servers are, or `none` to leave them out.
pub const PEERS_VARIABLE: &str = "WORLDLOG_PEERS";

/// Environment variable: `host:port` of a ScyllaDB to test as well, which no package registry has.
pub const SCYLLA_VARIABLE: &str = "WORLDLOG_SCYLLA";

/// Where the shared servers are; an address is empty when its server wasn't started (`peers up --only …`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// LiveKit; its URL is empty in a file of one's own that names none.
    #[serde(default)]
    pub livekit: LiveKitServer,
    /// `host:port` of a real ScyllaDB, when somebody has one: `WORLDLOG_SCYLLA`, or from a file of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scylla: Option<String>,
}

/// An S3 server with a bucket for tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A LiveKit server, with a key that may do everything there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveKitServer {
    /// `ws://host:port`.
    pub url: String,
    /// API key.
    pub api_key: String,
    /// API secret.
    pub api_secret: String,
}

/// Whether tests may use real servers, shared or their own; `false`, said aloud on stderr, when `WORLDLOG_PEERS=none`.
pub fn wanted() -> bool {
    let wanted = std::env::var(PEERS_VARIABLE).as_deref() != Ok("none");
    if !wanted {
        eprintln!("skipped: {PEERS_VARIABLE}=none leaves the real servers out");
    }
    wanted
}

/// The shared servers; `None`, said aloud on stderr, when `WORLDLOG_PEERS=none`.
///
/// # Panics
/// When they are wanted and not there: the message says `make peers-up`.
pub fn shared() -> Option<Shared> {
    if !wanted() {
        return None;
    }
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let file = set(PEERS_VARIABLE).map_or_else(|| Set::default().file(), PathBuf::from);
    let mut shared = read(&file);
    if let Some(address) = set(SCYLLA_VARIABLE) {
        shared.scylla = Some(address.to_string_lossy().into_owned());
    }
    Some(shared)
}

fn read(file: &Path) -> Shared {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()));
    match text.and_then(|text| Ok(serde_json::from_str(&text)?)) {
        Ok(shared) => shared,
        Err(error) => panic!("the real servers are not running: make peers-up ({error:#})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Shared {
        Shared {
            kafka: "127.0.0.1:1".to_owned(),
            cassandra: "127.0.0.1:2".to_owned(),
            nats: "127.0.0.1:3".to_owned(),
            s3: S3Server::client("127.0.0.1:4"),
            registry: Registry::url("127.0.0.1:5"),
            livekit: LiveKit::client("127.0.0.1:7"),
            scylla: None,
        }
    }

    #[test]
    fn what_up_writes_is_what_tests_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("up.json");
        ledger::write(&file, &example()).expect("written");
        assert_eq!(read(&file), example());
        assert_eq!(
            fs::read_dir(folder.path()).expect("a folder").count(),
            1,
            "no draft"
        );
    }

    #[test]
    fn a_file_of_ones_own_may_name_a_scylladb() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine.json");
        let mut json = serde_json::to_value(example()).expect("JSON");
        json["scylla"] = "127.0.0.1:6".into();
        fs::write(&file, json.to_string()).expect("written");
        assert_eq!(read(&file).scylla.as_deref(), Some("127.0.0.1:6"));
    }

    #[test]
    #[should_panic(expected = "make peers-up (read /nowhere/up.json")]
    fn an_absent_file_says_what_to_do() {
        read(Path::new("/nowhere/up.json"));
    }
}
