//! What touches the outside world: effects are asked for by events, performed by a handler, recorded as events.
//!
//! A runner follows `effects.<kind>`. What succeeds at once leaves no trace but its outcome; what has to be tried
//! again is noted in the ledger (a pointer of the store, changed by compare-and-set only) before the runner moves
//! on, so that a crash forgets nothing and one slow effect holds up nobody.
//!
//! What became of an effect is in the log, so an effect that is over stays over when the store is lost: before a try the
//! runner looks it up in the read model of the outcomes, which must have passed all outcomes there were when the runner
//! got the partition. Between a try and its outcome there is only the claim (a pointer, too): who finds one that nobody
//! holds any more knows that the effect may have happened, and does what its kind says ([`AfterCrash`]).

mod attempt;
mod claims;
mod entry;
mod follow;
mod ledger;
mod runner;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{NewRecord, Position};
use serde::{Deserialize, Serialize};

use crate::ports::PortError;
use crate::settings::Span;

pub use ledger::{Ledger, Pending};
pub use runner::{Due, Effects};

/// Header of a request that an operator repeats after it had failed.
pub const AGAIN: &str = "again";

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

/// What is done with an effect of which nobody knows whether it happened: its process was killed in the middle of a try,
/// or the try took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterCrash {
    /// It is tried again: twice is as good as once.
    Repeat,
    /// The other side is asked ([`EffectHandler::ask`]).
    Ask,
    /// It is reported as `unknown`: twice would be worse than not at all.
    GiveUp,
}

/// What the other side says of an effect of which nobody knows whether it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It happened; the JSON, if any, becomes part of the outcome event.
    Happened(Option<Bytes>),
    /// It did not: it may be tried again.
    DidNot,
    /// No answer now.
    NoAnswer {
        /// For people.
        reason: String,
    },
}

/// Performs one kind of effect.
#[async_trait]
pub trait EffectHandler: Send + Sync {
    /// The kind; its topic is `effects.<kind>`.
    fn kind(&self) -> &'static str;

    /// What is done when nobody knows whether it happened.
    fn after_crash(&self) -> AfterCrash {
        AfterCrash::Repeat
    }

    /// Asks the other side, for kinds that say [`AfterCrash::Ask`].
    async fn ask(&self, _key: &str, _request: &[u8]) -> Asked {
        Asked::DidNot
    }

    /// Whether a success is worth an event of its own. A content-addressed effect needs none: the blob is there.
    fn records_success(&self) -> bool {
        true
    }

    /// Effects of this kind in flight at a time, where that is not what the configuration says for all kinds.
    fn concurrency(&self) -> Option<usize> {
        None
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
    /// `done`, `failed`, `expired` or `unknown`.
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

/// An effect that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// It happened. Nothing brings it back then.
    pub done: bool,
    /// Position of the request that this answers; unknown for what older releases recorded.
    pub asked: Option<Position>,
}

/// The outcomes as events and as a read model; encoding and tables are not this crate's business.
#[async_trait]
pub trait Outcomes: Send + Sync {
    /// The record of `effects.outcomes` that tells an outcome.
    fn record(&self, over: Recorded) -> NewRecord;

    /// The topic of the outcomes and the read model that follows it.
    fn read_model(&self) -> (&'static str, &'static str);

    /// What the read model says of an effect; `None` while it is not over.
    ///
    /// # Errors
    /// The store's faults.
    async fn over(&self, kind: &str, key: &str) -> Result<Option<Over>, PortError>;
}

/// Section `effects` of the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// How often the ledger is searched for what processes that ended have left behind.
    pub ledger_interval: Span,
    /// Most tries a second by kind, in each process; a kind that is not named has no limit.
    pub rates: BTreeMap<String, f64>,
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
            ledger_interval: Span::secs(30),
            rates: BTreeMap::new(),
        }
    }
}
