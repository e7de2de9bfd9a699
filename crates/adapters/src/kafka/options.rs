//! What can be set about Kafka. Everything else is decided in `config.rs`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use runtime::settings::{Size, Span};
use serde::{Deserialize, Serialize, Serializer};

/// How members of a group agree on who reads what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupProtocol {
    /// The members decide, by cooperative-sticky assignment. Every broker knows it.
    #[default]
    Classic,
    /// The broker decides (KIP-848); Kafka 4 and newer. The session timeout is then the broker's.
    Consumer,
}

/// How batches are packed. What is not listed is not in a default build of librdkafka.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    /// Not at all.
    None,
    /// Fast; the default.
    #[default]
    Lz4,
    /// Fast, older.
    Snappy,
}

/// Settings of the log on Kafka.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KafkaOptions {
    /// What this process calls itself in the brokers' logs and quotas; must be unique among the processes of a cluster
    /// (members of one group with equal ids never settle). Each client of the process adds a number of its own.
    pub client_id: String,
    /// How groups are kept.
    pub group_protocol: GroupProtocol,
    /// Static membership: a name that survives a restart of this process, the pod's for example. Its partitions then wait
    /// for it for `session_timeout` instead of moving. A second member of one group in this process adds `-2`.
    pub group_instance_id: Option<String>,
    /// Without a sign of life for this long a member is thought dead and its partitions move (classic protocol).
    pub session_timeout: Span,
    /// How long one question to the cluster may take before the caller is told to try again.
    pub request_timeout: Span,
    /// How long an append waits for its acknowledgement before the caller is told to try again. The records stay in
    /// the producer's queue and arrive when the broker is back, in order, before any that are appended again.
    pub delivery_timeout: Span,
    /// How long the producer waits for more records before it sends a batch.
    pub linger: Span,
    /// How batches are packed.
    pub compression: Compression,
    /// Records that may wait for their acknowledgement, all appends together; callers beyond that wait.
    pub buffer_bytes: Size,
    /// Largest record taken; topics are created to take it.
    pub record_bytes_max: Size,
    /// Largest answer to one fetch.
    pub fetch_bytes: Size,
    /// Of which this much for one partition.
    pub partition_fetch_bytes: Size,
    /// How long a broker may hold a fetch that finds nothing. Records that come are not held; a partition that has just been
    /// assigned waits this long at most.
    pub fetch_wait: Span,
    /// Records fetched ahead of what the engine has asked for, all partitions of one membership together.
    pub prefetch_bytes: Size,
    /// Consumers kept for reads outside of groups (tools, the HTTP tail); reads beyond that wait for one.
    pub readers: usize,
    /// Questions about metadata and offsets under way at once; each takes a blocking thread.
    pub queries: usize,
    /// How often group positions are committed; between two commits only the last position is kept.
    pub commit_interval: Span,
    /// How often a reader that is behind learns the end of its partition, so that its lag is true.
    pub lag_interval: Span,
    /// Copies of each partition of a topic that `ensure` creates; unset: 3, or as many as there are brokers.
    pub replication_factor: Option<u16>,
    /// How many copies must have a record before it is acknowledged; unset: 2 of 3 or more, else 1.
    pub min_insync_replicas: Option<u16>,
    /// Further configuration of topics that `ensure` creates, by Kafka's names (`segment.bytes`, …).
    pub topic_properties: BTreeMap<String, String>,
    /// Further librdkafka properties of every client (`security.protocol`, `sasl.password`, …). Values are never logged.
    /// What the adapter decides itself is refused.
    pub properties: Secrets,
}

/// Properties whose values are not shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secrets(pub BTreeMap<String, String>);

const HIDDEN: &str = "***";

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.keys().map(|key| (key, HIDDEN)))
            .finish()
    }
}

impl Serialize for Secrets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.keys().map(|key| (key, HIDDEN)))
    }
}

impl fmt::Debug for KafkaOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaOptions")
            .field("client_id", &self.client_id)
            .field("group_protocol", &self.group_protocol)
            .field("group_instance_id", &self.group_instance_id)
            .field("properties", &self.properties)
            .finish_non_exhaustive()
    }
}

/// A name that no other process has, and the same one for all of this process: clients add a number to it.
fn of_this_process() -> String {
    static NAME: LazyLock<String> = LazyLock::new(|| {
        let unique = uuid::Uuid::now_v7().simple().to_string();
        // The end of a v7 id is random; its beginning is the time.
        format!("worldlog-{}", &unique[20..])
    });
    NAME.clone()
}

impl Default for KafkaOptions {
    fn default() -> Self {
        Self {
            client_id: of_this_process(),
            group_protocol: GroupProtocol::default(),
            group_instance_id: None,
            session_timeout: Span::secs(45),
            request_timeout: Span::secs(15),
            delivery_timeout: Span::secs(30),
            linger: Span::millis(2),
            compression: Compression::default(),
            buffer_bytes: Size::mib(32),
            record_bytes_max: Size::mib(16),
            fetch_bytes: Size::mib(8),
            partition_fetch_bytes: Size(512 << 10),
            fetch_wait: Span::millis(250),
            prefetch_bytes: Size::mib(16),
            readers: 4,
            queries: 16,
            commit_interval: Span::secs(1),
            lag_interval: Span::secs(2),
            replication_factor: None,
            min_insync_replicas: None,
            topic_properties: BTreeMap::new(),
            properties: Secrets::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_shown() {
        let mut options = KafkaOptions::default();
        let secret = ("sasl.password".to_owned(), "hunter2".to_owned());
        options.properties.0.extend([secret]);
        let shown = format!("{options:?}");
        let written = serde_json::to_string(&options).expect("options are plain values");
        for text in [shown, written] {
            assert!(text.contains("sasl.password"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
