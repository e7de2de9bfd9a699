//! Limits of the engine.

use std::collections::BTreeMap;

use kernel::Poison;
use serde::{Deserialize, Serialize};

use crate::settings::{Size, Span};

/// Section `engine` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// While a partition is behind, its aggregates stay in memory at most this long before they are written. A
    /// partition that has caught up writes at the end of each fetched batch.
    pub flush_interval: Span,
    /// And at most this many bytes in all partitions of a processor together.
    pub flush_bytes: Size,
    /// Aggregates kept in memory between flushes, per partition.
    pub cache_aggregates: usize,
    /// Records fetched at once.
    pub fetch_records: usize,
    /// Bytes fetched at once.
    pub fetch_bytes: Size,
    /// First pause after a transient fault; doubles up to `retry_max`.
    pub retry_min: Span,
    /// Longest pause between tries.
    pub retry_max: Span,
    /// Tries of a step that panics before its partition halts.
    pub panic_tries: u32,
    /// How often the lag of partitions that take nothing is looked up in the log.
    pub lag_interval: Span,
    /// How often other processes' changes of generations are looked up.
    pub generations_interval: Span,
    /// What happens to what a processor rejects, by processor, where it is not what the processor itself says.
    pub poison: BTreeMap<String, Poison>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            flush_interval: Span::secs(5),
            flush_bytes: Size::mib(64),
            cache_aggregates: 16_384,
            fetch_records: 1_024,
            fetch_bytes: Size::mib(1),
            retry_min: Span::millis(50),
            retry_max: Span::secs(10),
            panic_tries: 3,
            lag_interval: Span::secs(10),
            generations_interval: Span::secs(1),
            poison: BTreeMap::new(),
        }
    }
}
