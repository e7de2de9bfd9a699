//! Reading one partition from a place to a place.

use kernel::Record;

use crate::ports::{Log, PortError, ReadLimits};

const LIMITS: ReadLimits = ReadLimits {
    records: 1024,
    bytes: 4 << 20,
};

/// A read of one partition that has an end.
pub(super) struct Scan<'a> {
    log: &'a dyn Log,
    topic: &'a str,
    partition: u32,
    /// Where it reads on.
    pub(super) next: u64,
    end: u64,
}

impl<'a> Scan<'a> {
    /// From `next` up to `end`, exclusive.
    pub(super) fn new(
        log: &'a dyn Log,
        topic: &'a str,
        partition: u32,
        next: u64,
        end: u64,
    ) -> Self {
        Self {
            log,
            topic,
            partition,
            next,
            end,
        }
    }

    /// The next records; `None` at the end. Lets others run in between: folding takes the processor for itself.
    pub(super) async fn batch(&mut self) -> Result<Option<Vec<Record>>, PortError> {
        tokio::task::yield_now().await;
        if self.next >= self.end {
            return Ok(None);
        }
        let read = self.log.read(self.topic, self.partition, self.next, LIMITS);
        let mut batch = read.await?;
        if batch.next <= self.next {
            // The log is shorter than it was said to be.
            return Ok(None);
        }
        self.next = batch.next.min(self.end);
        batch.records.retain(|record| record.offset < self.end);
        Ok(Some(batch.records))
    }
}

/// The record at an offset, if it is still there.
pub(super) async fn record_at(
    log: &dyn Log,
    topic: &str,
    partition: u32,
    offset: u64,
) -> Result<Option<Record>, PortError> {
    let mut scan = Scan::new(log, topic, partition, offset, offset.saturating_add(1));
    let found = scan.batch().await?.unwrap_or_default();
    Ok(found.into_iter().find(|record| record.offset == offset))
}
