//! What a fold gives back.

use kernel::NewRecord;

use crate::ports::{Flush, StoredAggregate};

/// Why a partition must stop until a person acts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Halt {
    /// Short code for metrics: `poison` or `panic`.
    pub reason: &'static str,
    /// Names the record.
    pub message: String,
}

/// Aggregates loaded for a batch, in the order [`Fold::missing`] asked for them.
pub type Loaded = Vec<StoredAggregate>;

/// What became of the events of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Applied.
    pub applied: u64,
    /// Already applied earlier (redelivery).
    pub skipped: u64,
    /// Of no use to this processor.
    pub ignored: u64,
    /// Sent to the dead-letter topic, the rejected and those behind them.
    pub rejected: u64,
}

/// Everything to write for the events folded since the last flush.
#[derive(Debug)]
pub struct FoldOutput {
    /// First: events, effects and dead letters to append.
    pub appends: Vec<NewRecord>,
    /// Then: rows, aggregates, mark.
    pub flush: Flush,
}
