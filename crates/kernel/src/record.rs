//! One record of the log, before and after it has a place there.

use std::sync::Arc;

use bytes::Bytes;

use crate::{Headers, Position};

/// A topic's name, shared because every record of a batch has the same one.
pub type Topic = Arc<str>;

/// A record as the log gives it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Offset within the partition it was read from.
    pub offset: u64,
    /// Log time in ms since the epoch, set when the record was appended.
    pub timestamp: i64,
    /// Key; decides the partition.
    pub key: Option<Bytes>,
    /// Envelope.
    pub headers: Headers,
    /// Framed Avro (byte 0, schema id, body); `None` is a tombstone of a compacted topic.
    pub value: Option<Bytes>,
}

/// A record that has no place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Topic to append to.
    pub topic: Topic,
    /// Fixed partition; `None` lets the key decide (murmur2).
    pub partition: Option<u32>,
    /// Key; `None` goes to partition 0 unless `partition` says otherwise.
    pub key: Option<Bytes>,
    /// Envelope.
    pub headers: Headers,
    /// Framed Avro; `None` is a tombstone.
    pub value: Option<Bytes>,
    /// Log time to keep (import, tests); `None` takes the platform's clock.
    pub timestamp: Option<i64>,
}

impl NewRecord {
    /// A record whose key decides its partition and whose time is the platform's.
    pub fn keyed(topic: Topic, key: Bytes, headers: Headers, value: Bytes) -> Self {
        Self {
            topic,
            partition: None,
            key: Some(key),
            headers,
            value: Some(value),
            timestamp: None,
        }
    }

    /// Bytes this record takes in memory, near enough for limits.
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + self.key.as_ref().map_or(0, Bytes::len)
            + self.value.as_ref().map_or(0, Bytes::len)
            + self.headers.size()
    }
}

impl Record {
    /// Where this record stands, given the topic partition it was read from.
    pub fn position(&self, topic: &Topic, partition: u32) -> Position {
        Position {
            topic: Arc::clone(topic),
            partition,
            offset: self.offset,
            index: 0,
        }
    }

    /// Bytes this record takes in memory, near enough for limits.
    pub fn size(&self) -> usize {
        size_of::<Self>()
            + self.key.as_ref().map_or(0, Bytes::len)
            + self.value.as_ref().map_or(0, Bytes::len)
            + self.headers.size()
    }
}
