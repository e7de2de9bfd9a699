//! Why a key is as it is: its events in the order of the log, and what each of them changed.

mod walk;
mod writers;

use std::sync::Arc;

use bytes::Bytes;
use kernel::{EffectRequest, Emit, ErasedProcessor, Record, Reject, RowWrite, partition_for};
use tokio::sync::mpsc;

use super::changes::Change;
use crate::platform::Platform;
use crate::ports::PortError;
use walk::Walk;

pub use writers::Writer;

/// What to explain.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The generation.
    pub generation: u32,
    /// It, and those that it came of by snapshots.
    pub lineage: Vec<u32>,
    /// It takes no event later than this, ms.
    pub until: Option<i64>,
    /// The aggregate's key.
    pub key: Bytes,
    /// Events before this offset are folded and not shown.
    pub from: u64,
    /// The same for events before this time, ms.
    pub since: i64,
    /// Most events that are shown.
    pub limit: usize,
}

/// What is told while it runs.
#[derive(Debug)]
pub enum Explaining {
    /// So many events are read, of so many.
    Progress {
        /// How many.
        done: u64,
        /// Of how many.
        total: u64,
    },
    /// An event of the key.
    Entry(Box<Entry>),
}

/// An event of the key.
#[derive(Debug)]
pub struct Entry {
    /// Its partition.
    pub partition: u32,
    /// The event.
    pub record: Record,
    /// Whether the store's mark has passed it.
    pub applied: bool,
    /// What it led to.
    pub outcome: Outcome,
    /// The decision about dead letters because of which it came to that, and where: before the record at this offset.
    pub late: Option<(u64, u64)>,
}

/// What an event led to.
#[derive(Debug)]
pub enum Outcome {
    /// It had been applied before, and was appended again.
    Repeated,
    /// It waits in the dead letters behind the event at this offset.
    Behind(u64),
    /// It went to the dead letters.
    Rejected {
        /// Why.
        reject: Reject,
        /// Whether its key is parked from here on.
        parks: bool,
    },
    /// It was rejected, and comes later, as somebody has decided.
    Later,
    /// Somebody has decided to leave it out.
    LeftOut,
    /// The step panicked: the partition stands before it.
    Panicked(String),
    /// It was applied.
    Applied(Box<Applied>),
}

/// What an applied event changed.
#[derive(Debug, Default)]
pub struct Applied {
    /// In the aggregate's document.
    pub document: Vec<Change>,
    /// In its parts, by name.
    pub parts: Vec<(Bytes, Vec<Change>)>,
    /// Rows written and deleted.
    pub rows: Vec<RowWrite>,
    /// Events it led to.
    pub emits: Vec<Emit>,
    /// What it asked of the outside world.
    pub effects: Vec<EffectRequest>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Explained {
    /// Where the key's events are.
    pub partition: Option<u32>,
    /// Events of the key that were read.
    pub events: u64,
    /// Of these, shown.
    pub shown: u64,
    /// Offset of the next one, where the limit was reached.
    pub next: Option<u64>,
    /// First offset of the partition, where what came before is gone.
    pub cut: Option<u64>,
    /// Where no event has this key: the rows that stand under it, and who wrote them.
    pub writers: Vec<Writer>,
}

/// Tells the events of a key.
///
/// # Errors
/// The faults of log and store; nobody listens any more.
pub async fn explain(
    platform: &Platform,
    processor: Arc<dyn ErasedProcessor>,
    asked: Asked,
    tell: mpsc::Sender<Explaining>,
) -> Result<Explained, PortError> {
    let input = processor.spec().input;
    let starts = platform.log.starts(input).await?;
    let partitions = u32::try_from(starts.len()).unwrap_or(u32::MAX);
    let mut walk = Walk::new(platform, processor, asked, tell).await?;
    // The aggregate's key mostly is the record's; only the processor knows.
    let first = partition_for(&walk.asked.key, partitions);
    let others = (0..partitions).filter(|partition| *partition != first);
    for partition in std::iter::once(first).chain(others) {
        walk.partition(partition).await?;
        if walk.explained.events > 0 {
            break;
        }
    }
    if walk.explained.events == 0 {
        walk.explained.writers = writers::find(&mut walk).await?;
    }
    Ok(walk.explained)
}
