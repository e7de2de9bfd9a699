//! Putting exported records back.

use async_trait::async_trait;
use kernel::NewRecord;

use super::{Log, PortError};

/// A log that takes exported records back at the offsets they had, so that every position in every header, and every
/// stamp that follows from an offset, stays right.
#[async_trait]
pub trait Restore: Log {
    /// Puts records back at their offsets, which rise within each partition; gaps and repetitions stay.
    ///
    /// # Errors
    /// `Refused` where the partition already reaches past an offset.
    async fn restore(&self, records: Vec<(u64, NewRecord)>) -> Result<(), PortError>;

    /// Makes a partition go on at `end` at the earliest, though the records before it are gone: producers remember
    /// how far they came in it.
    ///
    /// # Errors
    /// `Refused` for a partition that does not exist.
    async fn restore_end(&self, topic: &str, partition: u32, end: u64) -> Result<(), PortError>;
}
