//! Whether a read model is what the log makes it: keys are folded again, naively, and compared with the store.
//!
//! Events may flow meanwhile. Each partition is folded up to the mark that the store has of it. What differs then is
//! looked at again: the fold goes on to the end of the log, and a row or an aggregate that the store already has of
//! later is found on the way. Only what agrees with no moment from the mark on is a difference.

mod all;
mod compare;
mod confirm;
mod difference;
mod job;
mod present;
mod sample;
mod slice;

use std::sync::Arc;

use kernel::ErasedProcessor;
use serde::Serialize;
use tokio::sync::mpsc;

use crate::platform::Platform;
use crate::ports::PortError;
use job::Job;

pub use difference::{Difference, Kind};

/// Which keys are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// All, and every row of every table must be explained.
    All,
    /// So many, drawn from the keys of the log.
    Sample {
        /// How many.
        count: usize,
        /// Decides which.
        seed: u64,
    },
}

/// What to verify.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The generation.
    pub generation: u32,
    /// Which keys.
    pub keys: Keys,
    /// Bytes that states and rows may take at a time, near enough: where all keys would take more, they are folded in
    /// slices, and the log is read once for each. Beside it 16 bytes are held for each row of the read model.
    pub memory: u64,
}

/// What is told while it runs.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Telling {
    /// How far it has come.
    Progress {
        /// `rows` are read, or `events`.
        what: &'static str,
        /// How many.
        done: u64,
        /// Of how many, as far as is known.
        total: u64,
    },
    /// Store and log differ.
    Difference(Box<Difference>),
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Keys that were folded and compared.
    pub keys: u64,
    /// Rows that were compared, aggregates aside.
    pub rows: u64,
    /// Events that were read.
    pub events: u64,
    /// How often the log was read.
    pub passes: u64,
    /// How many differences there are; no more than a thousand are told.
    pub differences: u64,
    /// What could not be verified, and why.
    pub notes: Vec<String>,
}

/// Compares a generation of a read model with the log. Differences and progress are told as they are found; it ends
/// with an error when nobody listens any more.
///
/// # Errors
/// The faults of log and store; a log that is not the one the read model was made from; a step that panics.
pub async fn verify(
    platform: &Platform,
    processor: Arc<dyn ErasedProcessor>,
    scope: Scope,
    tell: mpsc::Sender<Telling>,
) -> Result<Report, PortError> {
    let spec = processor.spec();
    if spec.tables().next().is_none() {
        let note = format!("{} has no tables: there is nothing to verify", spec.name);
        return Ok(Report {
            notes: vec![note],
            ..Report::default()
        });
    }
    let mut job = Job::open(platform, processor, scope.generation, tell).await?;
    match scope.keys {
        Keys::All => all::run(&mut job, scope.memory).await?,
        Keys::Sample { count, seed } => sample::run(&mut job, count, seed, scope.memory).await?,
    }
    Ok(job.end())
}
