//! Partitions that stopped until a person acts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use metrics::gauge;
use serde::Serialize;

use crate::observe;

/// Why a partition of a processor does not move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blocked {
    /// Processor.
    pub processor: String,
    /// Partition of its input.
    pub partition: u32,
    /// Short code for metrics: `poison`, `panic`, `store`, `log`.
    pub reason: &'static str,
    /// What happened, naming the record.
    pub message: String,
}

/// Every blocked partition of this process.
#[derive(Debug, Default)]
pub struct Status {
    blocked: Mutex<BTreeMap<(String, u32), Blocked>>,
}

impl Status {
    /// Notes a partition that stopped, in the log line, the metric and here.
    pub fn block(&self, blocked: Blocked) {
        tracing::error!(
            processor.name = blocked.processor,
            partition = blocked.partition,
            reason = blocked.reason,
            "partition stopped: {}",
            blocked.message
        );
        gauge!(observe::PARTITION_BLOCKED, "processor" => blocked.processor.clone(),
            "partition" => blocked.partition.to_string(), "reason" => blocked.reason)
        .set(1.0);
        let key = (blocked.processor.clone(), blocked.partition);
        self.blocked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, blocked);
    }

    /// All of them, by processor and partition.
    pub fn blocked(&self) -> Vec<Blocked> {
        self.blocked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}
