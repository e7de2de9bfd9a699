//! A decision about dead letters, as the log keeps it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, NewRecord, Record, event_id};
use serde::{Deserialize, Serialize};

use super::TOPIC;

/// Header that holds the decision as JSON.
const HEADER: &str = "decision";
const KIND: &str = "platform/decision";

/// A decision about events that a processor has rejected.
///
/// It has a place in the processor's input: in each partition before the record at [`Decision::before`]. Whoever folds
/// the partition carries it out there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The processor.
    pub processor: String,
    /// Its place among the decisions about this processor, from 1.
    pub number: u64,
    /// The events are left out; else they are tried again.
    pub discard: bool,
    /// The generation whose dead letters it is about.
    pub generation: u32,
    /// The events.
    pub events: Vec<Event>,
    /// Its place in the input, by partition; empty until it has one.
    #[serde(default)]
    pub before: Vec<u64>,
    /// Why, for people.
    #[serde(default)]
    pub reason: String,
    /// Who says so.
    #[serde(default)]
    pub by: String,
    /// When, ms.
    #[serde(default)]
    pub at: i64,
}

/// An event that was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Event {
    /// Partition of the processor's input.
    pub partition: u32,
    /// Offset there.
    pub offset: u64,
    /// Its key was parked with it: what comes after it waits behind it.
    #[serde(default)]
    pub parks: bool,
}

/// What a decision means in one partition to one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Number of the decision.
    pub number: u64,
    /// It is carried out before the record at this offset.
    pub before: u64,
    /// Which one it is of the decisions with that place, from 1.
    pub nth: u8,
    /// See [`Decision::discard`].
    pub discard: bool,
    /// It is about letters of this very generation, or of one whose rows it took over.
    pub own: bool,
    /// The events, by offset: whether what comes after them waits.
    pub events: BTreeMap<u64, bool>,
}

impl Decision {
    /// Its place in a partition; a partition that was not there then has none.
    pub fn place(&self, partition: u32) -> Option<u64> {
        self.before.get(partition as usize).copied()
    }

    /// As it is appended. The id follows from the content: who repeats it repeats it.
    pub(crate) fn record(&self) -> NewRecord {
        let json = serde_json::to_vec(self).expect("a decision serialises");
        let mut headers = Headers::new(event_id(&json), KIND, "gateways/operator");
        headers.more.push((Arc::from(HEADER), Bytes::from(json)));
        NewRecord {
            topic: TOPIC.into(),
            partition: Some(0),
            key: Some(Bytes::copy_from_slice(self.processor.as_bytes())),
            headers,
            value: None,
            timestamp: None,
        }
    }

    /// The decision in a record; `None` if there is none that can be read.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let json = record.headers.get(HEADER)?;
        serde_json::from_slice(json).ok()
    }
}
