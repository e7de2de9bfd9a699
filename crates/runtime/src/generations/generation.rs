//! One generation of a read model.

use serde::{Deserialize, Serialize};

/// One generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Generation {
    /// Revision of the processor that makes it; another one must not.
    pub revision: u32,
    /// What is to become of it.
    pub state: State,
    /// Since when it is there, ms.
    pub created_at: i64,
    /// It takes no event later than this, ms of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Events a second that a process takes into it at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<u32>,
    /// It stands still until it is resumed.
    #[serde(default)]
    pub paused: bool,
    /// The snapshot it is made from; else it is made from the start of the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Origin>,
}

/// The snapshot that a generation is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// Its number.
    pub number: u64,
    /// The generation that it was taken of, and those which that one came of by snapshots.
    #[serde(default)]
    pub lineage: Vec<u32>,
    /// By partition: rows of all events below this offset come from the snapshot.
    pub rows_from: Vec<u64>,
    /// By partition: before this offset, what it shows may be of different moments.
    pub whole_at: Vec<u64>,
    /// Set until all of it is copied: nobody folds into the generation before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copying: Option<Copying>,
}

/// A copy under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Copying {
    /// Raised again and again by the process that copies; 0: none has begun.
    pub beat: u64,
    /// Rows copied.
    pub done: u64,
    /// Of so many.
    pub total: u64,
    /// Why it cannot be copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Generation {
    /// From the start of the log, with everything and at once.
    pub fn building(revision: u32, now: i64) -> Self {
        Self {
            revision,
            state: State::Building,
            created_at: now,
            until: None,
            throttle: None,
            paused: false,
            snapshot: None,
        }
    }

    /// The copy of a snapshot that has not ended.
    pub fn copying(&self) -> Option<&Copying> {
        self.snapshot.as_ref()?.copying.as_ref()
    }

    /// This generation, which has a number, and those that it came of by snapshots: what these rejected it has rejected.
    pub fn lineage(&self, number: u32) -> Vec<u32> {
        let before = self.snapshot.iter().flat_map(|origin| &origin.lineage);
        std::iter::once(number).chain(before.copied()).collect()
    }

    /// Its rows of events of a partition below this offset come from a snapshot.
    pub fn rows_from(&self, partition: u32) -> u64 {
        let of = |origin: &Origin| origin.rows_from.get(partition as usize).copied();
        self.snapshot.as_ref().and_then(of).unwrap_or(0)
    }

    /// Once it has come to this offset of a partition, it is of one moment there.
    pub fn whole_at(&self, partition: u32) -> u64 {
        let of = |origin: &Origin| origin.whole_at.get(partition as usize).copied();
        self.snapshot.as_ref().and_then(of).unwrap_or(0)
    }
}

/// What is to become of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It was never live.
    Building,
    /// It is live.
    Live,
    /// It was live, and follows the log in the shadow, so that one can go back to it.
    Retired,
    /// Its tables are being removed.
    Dropping,
}

impl State {
    /// As people and metrics call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Live => "live",
            Self::Retired => "retired",
            Self::Dropping => "dropping",
        }
    }
}
