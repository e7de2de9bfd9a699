//! The log: topics of partitions of records.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use kernel::{NewRecord, Record, Topic};
use serde::{Deserialize, Serialize};

use super::PortError;

/// How long records are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// Keep only the newest record of each key (and tombstones for `delete_retention`).
    pub compact: bool,
    /// Drop records older than this; `None` keeps them for ever.
    pub time: Option<Duration>,
    /// Drop the oldest records of a partition beyond this many bytes; `None` has no limit.
    pub bytes: Option<u64>,
}

impl Retention {
    /// Facts: kept for ever.
    pub const FOREVER: Self = Self {
        compact: false,
        time: None,
        bytes: None,
    };
}

/// A topic as `topics.yaml` wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicSpec {
    /// Name.
    pub name: String,
    /// Number of partitions; never changed once the topic exists.
    pub partitions: u32,
    /// How long records are kept.
    pub retention: Retention,
}

/// A topic as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicInfo {
    /// What it was created or last altered as.
    pub spec: TopicSpec,
    /// Records kept now.
    pub records: u64,
    /// Bytes kept now (keys, headers and values).
    pub bytes: u64,
}

/// What became of one record handed to `append`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Partition it belongs to.
    pub partition: u32,
    /// Its offset; of the record already there for a repetition.
    pub offset: u64,
    /// The log had already taken an output of the same cause (or a later one of the same upstream
    /// partition) and dropped this one. A log need not notice: readers drop by `src` themselves.
    pub repeated: bool,
}

/// Bounds of one read.
#[derive(Clone, Copy, Debug)]
pub struct ReadLimits {
    /// At most this many records.
    pub records: usize,
    /// Stop after the record that reaches this many bytes; at least one record is returned.
    pub bytes: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self {
            records: 4096,
            bytes: 4 << 20,
        }
    }
}

/// Records of one partition, in offset order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The records; offsets may have gaps (compaction, retention).
    pub records: Vec<Record>,
    /// Where to read on: one past the last record, or past the gap when it was empty.
    pub next: u64,
    /// The partition's end offset when this was read: `end - next` is the lag.
    pub end: u64,
}

/// A change of what this member of a group reads.
pub enum Assignment {
    /// Read this partition from now on.
    Assigned(Box<dyn PartitionReader>),
    /// Stop reading it; another member may already have it.
    Revoked(u32),
}

/// Reads one partition that was assigned.
#[async_trait]
pub trait PartitionReader: Send {
    /// Which partition.
    fn partition(&self) -> u32;

    /// Sets where the next batch starts.
    ///
    /// # Errors
    /// `Refused` when the offset lies before the log's start (retention) or past its end (the log went
    /// backwards): both need a person.
    async fn seek(&mut self, offset: u64) -> Result<(), PortError>;

    /// Waits for at least one record, then returns what is there within the limits. A call that is dropped before it
    /// returns has taken nothing: the next one starts at the same place.
    ///
    /// # Errors
    /// As the log's faults are.
    async fn next(&mut self, limits: ReadLimits) -> Result<Batch, PortError>;
}

/// Membership of a consumer group; dropping it leaves the group.
#[async_trait]
pub trait Membership: Send {
    /// The next change; `None` when the group is closed.
    async fn next(&mut self) -> Option<Assignment>;
}

/// An append-only log. Promises order per partition and at-least-once, nothing else.
#[async_trait]
pub trait Log: Send + Sync {
    /// Appends in order; durable when it returns. Records of one call may go to many topics.
    ///
    /// # Errors
    /// `Refused` for a topic that does not exist; after `Retry` some of the records may be there.
    async fn append(&self, records: Vec<NewRecord>) -> Result<Vec<Appended>, PortError>;

    /// What is there from `from` on, now; an empty batch at the end.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    async fn read(
        &self,
        topic: &str,
        partition: u32,
        from: u64,
        limits: ReadLimits,
    ) -> Result<Batch, PortError>;

    /// Returns when the partition's end is greater than `offset`.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    async fn wait(&self, topic: &str, partition: u32, offset: u64) -> Result<(), PortError>;

    /// First kept offset of each partition.
    ///
    /// # Errors
    /// `Refused` for a topic that does not exist.
    async fn starts(&self, topic: &str) -> Result<Vec<u64>, PortError>;

    /// End offset (one past the last record) of each partition.
    ///
    /// # Errors
    /// `Refused` for a topic that does not exist.
    async fn ends(&self, topic: &str) -> Result<Vec<u64>, PortError>;

    /// The first offset whose record's time is at or after `timestamp` (ms); the end if there is none.
    ///
    /// # Errors
    /// `Refused` for a topic or partition that does not exist.
    async fn offset_at(
        &self,
        topic: &str,
        partition: u32,
        timestamp: i64,
    ) -> Result<u64, PortError>;

    /// Every topic there is.
    ///
    /// # Errors
    /// As the log's faults are.
    async fn topics(&self) -> Result<Vec<TopicInfo>, PortError>;

    /// Creates a topic, or alters retention of one that exists.
    ///
    /// # Errors
    /// `Refused` when it exists with another number of partitions.
    async fn ensure(&self, spec: &TopicSpec) -> Result<(), PortError>;

    /// Joins a group that reads one topic; its partitions are shared between the members.
    ///
    /// # Errors
    /// `Refused` for a topic that does not exist.
    async fn join(&self, group: &str, topic: &Topic) -> Result<Box<dyn Membership>, PortError>;

    /// Records how far a group has come: a hint for people and tools. Where to start is the store's mark.
    ///
    /// # Errors
    /// As the log's faults are.
    async fn commit(
        &self,
        group: &str,
        topic: &str,
        partition: u32,
        next: u64,
    ) -> Result<(), PortError>;

    /// What `commit` recorded, by partition.
    ///
    /// # Errors
    /// As the log's faults are.
    async fn committed(&self, group: &str, topic: &str) -> Result<BTreeMap<u32, u64>, PortError>;
}
