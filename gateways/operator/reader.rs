//! Reads records of one topic out of several partitions, in order of log time, to the end or for ever.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::{BoxFuture, select_all};
use kernel::{Record, partition_for};
use runtime::ports::{Log, PortError, ReadLimits};
use tokio_util::sync::CancellationToken;

/// Records fetched from a partition at a time.
const BATCH: ReadLimits = ReadLimits {
    records: 256,
    bytes: 1 << 20,
};

/// Where reading starts in each partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Start {
    /// The first record kept.
    #[default]
    Earliest,
    /// This offset.
    At(u64),
    /// So many records before the end.
    Before(u64),
    /// The first record of this log time (ms) or later.
    Time(i64),
}

/// What to read.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    /// Only this partition.
    pub(super) partition: Option<u32>,
    /// Only this key: its partition, and there only its records.
    pub(super) key: Option<Bytes>,
    /// Where to start.
    pub(super) start: Start,
    /// Whether to wait for more at the end.
    pub(super) follow: bool,
}

/// Why there is nothing to read.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no such partition; the topic has so many.
    NoPartition(u32, usize),
    /// The log's fault.
    Log(PortError),
}

impl From<PortError> for Refused {
    fn from(error: PortError) -> Self {
        Self::Log(error)
    }
}

struct Cursor {
    partition: u32,
    next: u64,
    /// Where reading ends; `None` when it follows.
    end: Option<u64>,
    buffer: VecDeque<Record>,
}

impl Cursor {
    fn is_at_end(&self) -> bool {
        self.buffer.is_empty() && self.end.is_some_and(|end| self.next >= end)
    }
}

/// A read in progress.
pub(super) struct Reader {
    log: Arc<dyn Log>,
    topic: String,
    key: Option<Bytes>,
    cursors: Vec<Cursor>,
    follow: bool,
    stop: CancellationToken,
}

impl Reader {
    /// Prepares to read a topic that exists.
    pub(super) async fn open(
        log: Arc<dyn Log>,
        topic: &str,
        selection: Selection,
        stop: CancellationToken,
    ) -> Result<Self, Refused> {
        let starts = log.starts(topic).await?;
        let ends = log.ends(topic).await?;
        let partitions = ends.len();
        let by_key = selection
            .key
            .as_ref()
            .map(|key| partition_for(key, partitions as u32));
        let mut cursors = Vec::new();
        for (partition, (first, end)) in (0..).zip(starts.into_iter().zip(ends)) {
            let wanted = selection.partition.or(by_key);
            if wanted.is_some_and(|wanted| wanted != partition) {
                continue;
            }
            let from = match selection.start {
                Start::Earliest => first,
                Start::At(offset) => offset.max(first),
                Start::Before(records) => end.saturating_sub(records).max(first),
                Start::Time(time) => log.offset_at(topic, partition, time).await?.max(first),
            };
            cursors.push(Cursor {
                partition,
                next: from,
                end: (!selection.follow).then_some(end),
                buffer: VecDeque::new(),
            });
        }
        match selection.partition {
            Some(wanted) if cursors.is_empty() => Err(Refused::NoPartition(wanted, partitions)),
            _ => Ok(Self {
                log,
                topic: topic.to_owned(),
                key: selection.key,
                cursors,
                follow: selection.follow,
                stop,
            }),
        }
    }

    /// The next record; `None` at the end. One that follows has its end when the process stops.
    ///
    /// # Errors
    /// The log's faults; a process that stops before the end was reached.
    pub(super) async fn next(&mut self) -> Result<Option<(u32, Record)>, PortError> {
        loop {
            if self.stop.is_cancelled() {
                return match self.follow || self.cursors.iter().all(Cursor::is_at_end) {
                    true => Ok(None),
                    false => Err(PortError::retry("the process stops")),
                };
            }
            self.fill().await?;
            let oldest = self
                .cursors
                .iter_mut()
                .filter(|cursor| !cursor.buffer.is_empty())
                .min_by_key(|cursor| cursor.buffer.front().map(|record| record.timestamp));
            if let Some(cursor) = oldest {
                let record = cursor.buffer.pop_front();
                return Ok(record.map(|record| (cursor.partition, record)));
            }
            if !self.follow {
                return Ok(None);
            }
            self.more().await?;
        }
    }

    /// Where to read on in each partition, `partition:offset` joined with commas; `None` when all was read.
    ///
    /// # Errors
    /// The log's faults.
    pub(super) async fn rest(&mut self) -> Result<Option<String>, PortError> {
        self.fill().await?;
        if self.cursors.iter().all(|cursor| cursor.buffer.is_empty()) {
            return Ok(None);
        }
        let places = self.cursors.iter().map(|cursor| {
            let next = cursor.buffer.front().map_or(cursor.next, |r| r.offset);
            format!("{}:{next}", cursor.partition)
        });
        Ok(Some(places.collect::<Vec<_>>().join(",")))
    }

    /// Reads on in each partition that has nothing in hand.
    async fn fill(&mut self) -> Result<(), PortError> {
        for cursor in &mut self.cursors {
            fill(&*self.log, &self.topic, self.key.as_ref(), cursor).await?;
        }
        Ok(())
    }

    /// Waits until some partition has a record that was not read.
    async fn more(&self) -> Result<(), PortError> {
        let waits: Vec<BoxFuture<'_, Result<(), PortError>>> = self
            .cursors
            .iter()
            .map(|cursor| self.log.wait(&self.topic, cursor.partition, cursor.next))
            .collect();
        if waits.is_empty() {
            self.stop.cancelled().await;
            return Ok(());
        }
        tokio::select! {
            () = self.stop.cancelled() => Ok(()),
            (ready, _, _) = select_all(waits) => ready,
        }
    }
}

/// Reads on until the buffer has something or the partition has no more.
async fn fill(
    log: &dyn Log,
    topic: &str,
    key: Option<&Bytes>,
    cursor: &mut Cursor,
) -> Result<(), PortError> {
    while cursor.buffer.is_empty() && cursor.end.is_none_or(|end| cursor.next < end) {
        let batch = log
            .read(topic, cursor.partition, cursor.next, BATCH)
            .await?;
        let advanced = batch.next > cursor.next;
        let end = cursor.end;
        let kept = batch.records.into_iter().filter(|record| {
            end.is_none_or(|end| record.offset < end)
                && key.is_none_or(|key| record.key.as_ref() == Some(key))
        });
        cursor.buffer.extend(kept);
        cursor.next = batch.next.max(cursor.next);
        if !advanced {
            break;
        }
    }
    Ok(())
}
