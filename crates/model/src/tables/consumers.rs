//! The read model `consumers`: share groups over the deployments queue, in the manner of Kafka's KIP-932.
//!
//! A consumer has a window over the order of each entity type: everything below `start` is done; above it single
//! numbers are done, leased, resting after a return, given up, or (the rest) waiting.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Ranges, timed_key};

/// Aggregates: one document a consumer, key = its name.
pub const TABLE: &str = "consumers";
/// Answers: partition = consumer, row = command id, document [`Outcome`]. The last ones only.
pub const COMMANDS: &str = "consumer_commands";
/// Who there is: partition [`ALL`], row = consumer, document [`Name`].
pub const NAMES: &str = "consumer_names";
/// What became of an entity: partition = entity id, row [`history_row`], document [`Entry`].
pub const HISTORY: &str = "consumer_history";
/// The one partition of [`NAMES`].
pub const ALL: &str = "all";

/// A consumer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// A window a type.
    pub types: BTreeMap<String, Window>,
    /// Whether a type gets its window when it first appears: the consumer reads all.
    pub all: bool,
    /// Command ids that are remembered, oldest first.
    pub commands: Vec<String>,
    /// Log time of the first command, ms.
    pub since: i64,
    /// Log time of the last command, ms.
    pub last_at: i64,
}

/// A consumer's view of the order of one type. Depth, given the queue's `next`, is [`Window::depth`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Window {
    /// Every number below is done (or given up, or listed in another member).
    pub start: i64,
    /// Numbers from `start` on that are done or given up, as `[from, to)`.
    pub done: Ranges,
    /// Numbers that a worker has.
    pub leases: BTreeMap<i64, Lease>,
    /// Numbers that were given back and wait again, at once or after a rest.
    pub delayed: BTreeMap<i64, Delayed>,
    /// Numbers to be handed out again though they were done or given up: all below `start` or in `done`.
    pub requeued: Ranges,
    /// Numbers that were given up: the newest ones.
    pub failed: BTreeMap<i64, Failed>,
    /// How many were ever given up.
    pub failed_total: i64,
    /// How many were ever acknowledged.
    pub acked_total: i64,
}

/// A number that a worker has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lease {
    /// The entity.
    pub entity_id: String,
    /// Whose.
    pub lease_id: String,
    /// Log time (ms) from which it may be handed to another.
    pub until: i64,
    /// How often it was handed out, this time included.
    pub attempts: i64,
}

/// A number that was given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Delayed {
    /// The entity.
    pub entity_id: String,
    /// Log time (ms) from which it is handed out again.
    pub not_before: i64,
    /// How often it was handed out.
    pub attempts: i64,
}

/// A number that was given up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Failed {
    /// The entity.
    pub entity_id: String,
    /// How often it was handed out.
    pub attempts: i64,
    /// Log time, ms.
    pub at: i64,
    /// What the last one who gave it back said.
    pub reason: Option<String>,
}

/// What one number is to a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Nobody has it, anybody may.
    Waiting,
    /// A worker has it.
    Leased,
    /// It was given back and rests.
    Delayed,
    /// It was handed out too often.
    Failed,
    /// It was acknowledged.
    Done,
}

impl Window {
    /// What `seq` is at log time `now`. A lease that has run out is waiting.
    pub fn status(&self, seq: i64, now: i64) -> Status {
        if let Some(lease) = self.leases.get(&seq) {
            return if lease.until > now {
                Status::Leased
            } else {
                Status::Waiting
            };
        }
        if let Some(delayed) = self.delayed.get(&seq) {
            return if delayed.not_before > now {
                Status::Delayed
            } else {
                Status::Waiting
            };
        }
        if self.requeued.contains(seq) {
            return Status::Waiting;
        }
        if self.failed.contains_key(&seq) {
            return Status::Failed;
        }
        if self.passed(seq) {
            return Status::Done;
        }
        Status::Waiting
    }

    /// Whether `seq` was done or given up once; it may have been put back since.
    pub fn passed(&self, seq: i64) -> bool {
        seq < self.start || self.done.contains(seq)
    }

    /// How many numbers below `next` (the queue's) are not done: waiting, leased or delayed.
    pub fn depth(&self, next: i64) -> i64 {
        let fresh = (next - self.start - self.done.count()).max(0);
        // Numbers that count as done above but were put back.
        let leased = self.leases.keys().filter(|seq| self.passed(**seq)).count();
        let delayed = self.delayed.keys().filter(|seq| self.passed(**seq)).count();
        fresh + leased as i64 + delayed as i64 + self.requeued.count()
    }

    /// How many a worker has at log time `now`.
    pub fn in_flight(&self, now: i64) -> usize {
        self.leases
            .values()
            .filter(|lease| lease.until > now)
            .count()
    }
}

/// The answer to one command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Outcome {
    /// What was asked.
    pub command: String,
    /// Log time, ms.
    pub at: i64,
    /// `lease`: what was handed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<Vec<Granted>>,
    /// `lease`: under which id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<String>,
    /// `lease`: until which log time, ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// Which bound of the consumer kept the command from doing more: `in-flight`, `gaps` or `requeued`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounded: Option<String>,
    /// Others: how many items it was carried out for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<i64>,
    /// Items it was not carried out for: not held under that lease, of a type the consumer does not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Unknown>,
    /// The command was not carried out at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
}

/// An item that was handed out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Granted {
    /// The entity.
    pub entity_id: String,
    /// Its type.
    pub entity_type: String,
    /// Number in the order of its type.
    pub seq: i64,
    /// How often it was handed out, this time included.
    pub attempts: i64,
}

/// An item a command did nothing with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Unknown {
    /// The entity.
    pub entity_id: String,
    /// Its type.
    pub entity_type: String,
    /// Number in the order of its type.
    pub seq: i64,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Refused {
    /// Code with a page in `docs/errors`.
    pub code: String,
    /// Names the input.
    pub message: String,
}

/// A row of [`NAMES`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Name {
    /// Types it reads; empty: all.
    pub types: Vec<String>,
    /// Log time of its first command, ms.
    pub since: i64,
}

/// A row of [`HISTORY`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry {
    /// Who.
    pub consumer: String,
    /// `leased`, `acked`, `nacked`, `requeued`, `expired` or `failed`.
    pub action: String,
    /// Log time, ms.
    pub at: i64,
    /// Number in the order of its type.
    pub seq: i64,
    /// Under which lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<String>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The row key of one entry: in order of time.
pub fn history_row(at: i64, consumer: &str, command_id: &str) -> Vec<u8> {
    timed_key(at, &format!("{consumer}/{command_id}"))
}
