//! What touches the outside world: effects are asked for by events, performed by a handler, recorded as events.
//!
//! A runner follows `effects.<kind>`. What succeeds at once leaves no trace but its outcome; what has to be tried
//! again is noted in the ledger (a pointer of the store, changed by compare-and-set only) before the runner moves
//! on, so that a crash forgets nothing and one slow effect holds up nobody.

mod attempt;
mod follow;
mod ledger;
mod runner;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::NewRecord;
use serde::{Deserialize, Serialize};

use crate::settings::Span;

pub use ledger::Pending;
pub use runner::{Due, Effects};

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened (now or earlier). The JSON, if any, becomes part of the outcome event.
    Done(Option<Bytes>),
    /// Not now.
    Retry {
        /// When the other side asked to be left alone until.
        after: Option<Duration>,
        /// For people.
        reason: String,
    },
    /// Never.
    GiveUp {
        /// For people.
        reason: String,
    },
}

/// Performs one kind of effect. Must be safe to repeat with the same key.
#[async_trait]
pub trait EffectHandler: Send + Sync {
    /// The kind; its topic is `effects.<kind>`.
    fn kind(&self) -> &'static str;

    /// Whether a success is worth an event of its own. A content-addressed effect needs none: the blob is there.
    fn records_success(&self) -> bool {
        true
    }

    /// Performs it. `request` is framed Avro. Dropped when it takes longer than `attempt_timeout`, or goes on for
    /// longer than `stop_grace` after a stop.
    async fn perform(&self, key: &str, request: &[u8]) -> Outcome;
}

/// An outcome worth recording.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Kind of the effect.
    pub kind: &'static str,
    /// Its key.
    pub key: String,
    /// `done`, `failed` or `expired`.
    pub outcome: &'static str,
    /// Why it failed.
    pub reason: Option<String>,
    /// Tries made.
    pub attempts: u32,
    /// What the handler returned.
    pub result: Option<Bytes>,
    /// When, ms.
    pub at: i64,
}

/// Turns an outcome into a record of `effects.outcomes`; the encoding is not this crate's business.
pub type RecordOutcome = Arc<dyn Fn(Recorded) -> NewRecord + Send + Sync>;

/// Section `effects` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Effects of one kind in flight at a time.
    pub concurrency: usize,
    /// Pause before the second try; doubles up to `retry_max`.
    pub retry_min: Span,
    /// Longest pause between two tries.
    pub retry_max: Span,
    /// Tries before an effect is given up and reported.
    pub attempts_max: u32,
    /// Longest time of one try; then it counts as failed, and another is due.
    pub attempt_timeout: Span,
    /// How long tries in flight may go on after a stop, or after their partition went to another process.
    pub stop_grace: Span,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 16,
            retry_min: Span::secs(5),
            retry_max: Span::secs(3600),
            attempts_max: 24,
            attempt_timeout: Span::secs(600),
            stop_grace: Span::secs(10),
        }
    }
}
