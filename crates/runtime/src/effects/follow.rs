//! Follows the partitions of an effect topic: first tries, a batch at a time, then the mark.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use kernel::{Position, Record};
use tokio_util::sync::CancellationToken;

use super::AGAIN;
use super::ledger::Pending;
use super::runner::Kind;
use crate::ports::{Batch, Flush, Mark, MarkAt, PartitionReader, PortError, ReadLimits};

/// Pause before a partition that could not be entered is tried again.
const SEEK_AGAIN: Duration = Duration::from_secs(10);
/// Effects taken from a partition before its mark moves.
const BATCH: ReadLimits = ReadLimits {
    records: 64,
    bytes: 1 << 20,
};

impl Kind {
    /// Performs what a partition asks for until it is stopped.
    pub(super) async fn partition(
        self: Arc<Self>,
        mut reader: Box<dyn PartitionReader>,
        stop: CancellationToken,
    ) {
        self.bounded(&stop, self.follow(&mut *reader, &stop)).await;
    }

    async fn follow(&self, reader: &mut dyn PartitionReader, stop: &CancellationToken) {
        let (kind, partition) = (self.handler.kind(), reader.partition());
        if !self.seek(reader, partition, stop).await {
            return;
        }
        loop {
            let batch = tokio::select! {
                () = stop.cancelled() => return,
                batch = reader.next(BATCH) => batch,
            };
            match batch {
                Ok(batch) => {
                    let over = self.first_tries(&batch.records, partition, stop).await;
                    if let Some(mark) = mark_after(&batch, &over) {
                        self.mark(partition, mark, stop).await;
                    }
                    if stop.is_cancelled() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, effect.kind = kind, partition, "trying again");
                    if self.sleep(self.settings.retry_min.0, stop).await {
                        return;
                    }
                    // Retention has passed the reader, say: it goes on behind that.
                    let lost = matches!(error, PortError::Refused(_));
                    if lost && !self.seek(reader, partition, stop).await {
                        return;
                    }
                }
            }
        }
    }

    /// Goes on at the mark, or at the log's start where retention has passed it: what is gone there is what the topic
    /// promised to forget. False when it was stopped.
    async fn seek(
        &self,
        reader: &mut dyn PartitionReader,
        partition: u32,
        stop: &CancellationToken,
    ) -> bool {
        let kind = self.handler.kind();
        let place = (self.topic(), partition);
        loop {
            let found = async {
                self.learn_outcomes().await?;
                // The store's, not what this process knew when it started: another one may have had the partition.
                let marks = self.platform.store.marks(self.unit(), 1).await?;
                let mark = marks.get(&place).map_or(0, |mark| mark.next);
                let starts = self.platform.log.starts(&place.0).await?;
                let start = starts.get(partition as usize).copied().unwrap_or(0);
                if start > mark && mark > 0 {
                    tracing::warn!(
                        effect.kind = kind,
                        partition,
                        mark,
                        start,
                        "effects expired unread"
                    );
                }
                let from = start.max(mark);
                reader.seek(from).await?;
                self.platform
                    .progress
                    .advance(self.unit(), 1, partition, from);
                Ok::<_, PortError>(())
            };
            let found = tokio::select! {
                () = stop.cancelled() => return false,
                found = found => found,
            };
            match found {
                Ok(()) => return true,
                Err(error) => {
                    tracing::error!(%error, effect.kind = kind, partition, "cannot go on where it stopped");
                }
            }
            if self
                .sleep(self.settings.retry_max.0.min(SEEK_AGAIN), stop)
                .await
            {
                return false;
            }
        }
    }

    /// Writes the mark: at least once, and until it is written or stopped.
    async fn mark(&self, partition: u32, mark: MarkAt, stop: &CancellationToken) {
        let flush = Flush {
            processor: self.unit(),
            generation: 1,
            mark: Some(Mark {
                topic: self.topic(),
                partition,
                next: mark.next,
                last: mark.last,
            }),
            ..Flush::default()
        };
        while let Err(error) = self.platform.store.flush(flush.clone()).await {
            tracing::warn!(%error, effect.kind = self.handler.kind(), "mark not written; trying again");
            if self.sleep(self.settings.retry_min.0, stop).await {
                return;
            }
        }
        self.platform
            .progress
            .advance(self.unit(), 1, partition, mark.next);
    }

    /// The first tries of a batch, all at once; what is asked for twice waits for its first.
    async fn first_tries(
        &self,
        records: &[Record],
        partition: u32,
        stop: &CancellationToken,
    ) -> Vec<bool> {
        let mut seen = BTreeSet::new();
        let fresh: Vec<bool> = records.iter().map(|r| seen.insert(&r.key)).collect();
        let tries = records
            .iter()
            .zip(&fresh)
            .map(async |(record, fresh)| !fresh || self.first_try(record, partition, stop).await);
        let mut over = join_all(tries).await;
        for (i, record) in records.iter().enumerate().filter(|(i, _)| !fresh[*i]) {
            over[i] = self.first_try(record, partition, stop).await;
        }
        over
    }

    /// The first try of an effect, or none if an earlier life already noted it. False when stopped before.
    async fn first_try(&self, record: &Record, partition: u32, stop: &CancellationToken) -> bool {
        let (Some(key), Some(request)) = (&record.key, &record.value) else {
            return true;
        };
        let key = String::from_utf8_lossy(key).into_owned();
        if self.waiting().contains_key(&key) {
            return true;
        }
        let not_after = record
            .headers
            .get("not_after")
            .and_then(|v| std::str::from_utf8(v).ok()?.parse::<i64>().ok());
        let pending = Pending {
            kind: self.handler.kind().to_owned(),
            key,
            request: hex::encode(request),
            asked: Some(Position::new(self.topic(), partition, record.offset).to_string()),
            trace: record.headers.trace.clone(),
            attempts: 0,
            due: 0,
            not_after,
            reason: String::new(),
            noted: false,
            again: record.headers.get(AGAIN).is_some(),
        };
        self.attempt(pending, stop).await
    }
}

/// Where a batch's mark stands, `over` saying which records are done with: what was stopped in the middle, and what
/// comes after it, is taken again. `None` when that is all of it.
fn mark_after(batch: &Batch, over: &[bool]) -> Option<MarkAt> {
    let count = over.iter().take_while(|over| **over).count();
    let last = batch.records[..count].last()?;
    let next = batch
        .records
        .get(count)
        .map_or(batch.next, |record| record.offset);
    Some(MarkAt {
        next,
        last: (last.offset + 1 == next).then_some(last.headers.id),
    })
}
