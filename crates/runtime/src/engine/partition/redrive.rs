//! Decisions about dead letters, carried out by the loop of a partition between two records.

use bytes::Bytes;
use kernel::Record;

use super::Loop;
use crate::dead_letters::{Late, TOPIC};
use crate::engine::end::End;
use crate::ports::{Flush, Mark, MarkAt, ReadLimits};

/// Records read at once when a partition is read again.
const AGAIN: ReadLimits = ReadLimits {
    records: 1_024,
    bytes: 1 << 20,
};
const ONE: ReadLimits = ReadLimits {
    records: 1,
    bytes: 1,
};

/// What is left to be carried out in a partition.
#[derive(Default)]
pub(super) struct ToDo {
    /// Number of the last decision that was looked at.
    pub(super) seen: u64,
    /// Decisions before this number were carried out, or lie before where this owner began.
    done: u64,
    left: Vec<Late>,
    /// Number of the last decision that an owner before this one carried out, and died before it could mark that.
    unmarked: Option<u64>,
}

impl ToDo {
    /// Where decisions that are left have their places.
    pub(super) fn places(&self) -> impl Iterator<Item = u64> {
        self.left.iter().map(|late| late.before)
    }
}

impl Loop {
    /// Notes what was carried out before this owner came. `marked`: the mark of the decisions, next number.
    pub(super) fn begin_decisions(&mut self, marked: Option<MarkAt>) {
        self.to_do = ToDo {
            done: marked.map_or(0, |mark| mark.next),
            ..ToDo::default()
        };
    }

    /// Takes up decisions that are new to this owner.
    pub(super) fn learn_decisions(&mut self) {
        let (unit, partition) = (&self.unit, self.reader.partition());
        let name = unit.processor.spec().name;
        let last = unit.decisions.last(name);
        if last == self.to_do.seen {
            return;
        }
        let (lineage, until) = (&unit.plan.lineage, unit.plan.until);
        let all = unit.decisions.late(name, lineage, partition, until);
        self.fold.decided(&all);
        // Whoever has moved past a place has carried out what was to be done there.
        let next = self.fold.next().unwrap_or(0);
        let done = self.to_do.done;
        let new = all.into_iter().filter(|late| late.number >= done);
        let (passed, left): (Vec<_>, Vec<_>) = new.partition(|late| late.before < next);
        self.to_do.unmarked = passed.last().map(|late| late.number);
        self.to_do.left = left;
        self.to_do.seen = last;
    }

    /// Carries out what has its place before an offset.
    pub(super) async fn carry_out(&mut self, before: u64) -> Result<(), End> {
        if let Some(number) = self.to_do.unmarked.take() {
            // Else its letters would be shown as to be tried for ever.
            self.mark_decision(number + 1).await?;
            self.to_do.done = number + 1;
        }
        while let Some(late) = self.to_do.left.first().filter(|l| l.before <= before) {
            let late = late.clone();
            self.flush(false).await?;
            // Compaction may have left a gap there.
            self.fold.skip_to(late.before);
            let number = late.number;
            self.read_again(late).await?;
            self.flush(false).await?;
            self.mark_decision(number + 1).await?;
            self.to_do.done = number + 1;
            self.to_do.left.remove(0);
        }
        Ok(())
    }

    async fn read_again(&mut self, late: Late) -> Result<(), End> {
        let spec = self.unit.processor.spec();
        tracing::info!(
            processor.name = spec.name,
            generation = self.unit.generation,
            partition = self.reader.partition(),
            decision = late.number,
            events = late.events.len(),
            discard = late.discard,
            "dead letters that were decided about"
        );
        let queue = late.events.iter().find(|(_, parks)| **parks);
        let queue = queue.map_or(late.before, |(offset, _)| *offset);
        let alone = late.events.range(..queue);
        let alone: Vec<u64> = alone.map(|(offset, _)| *offset).collect();
        let (before, discard) = (late.before, late.discard);
        self.fold.redrive(late);
        for offset in alone.into_iter().filter(|_| !discard) {
            let batch = self.read(offset, ONE).await?;
            let found = batch.0.into_iter().filter(|r| r.offset == offset).collect();
            self.take_again(found).await?;
        }
        let mut from = queue;
        while from < before {
            let (mut records, next) = self.read(from, AGAIN).await?;
            if next <= from {
                break;
            }
            from = next;
            records.retain(|record| record.offset < before);
            self.take_again(records).await?;
            tokio::task::yield_now().await;
        }
        self.fold.redriven();
        Ok(())
    }

    async fn read(&mut self, from: u64, limits: ReadLimits) -> Result<(Vec<Record>, u64), End> {
        let unit = self.unit.clone();
        let (topic, partition) = (unit.processor.spec().input, self.reader.partition());
        let read = || unit.platform.log.read(topic, partition, from, limits);
        let batch = self.patience.retry("log", read).await?;
        Ok((batch.records, batch.next))
    }

    async fn take_again(&mut self, records: Vec<Record>) -> Result<(), End> {
        for record in records {
            let decoded = self.fold.decode(&record);
            if !self.fold.is_touched(&record, &decoded) {
                continue;
            }
            let missing: Vec<Bytes> = self.fold.missing(std::slice::from_ref(&decoded));
            self.load(missing).await?;
            self.fold.again(&record, decoded)?;
        }
        Ok(())
    }

    /// Tells everyone that all decisions before a number were carried out here.
    async fn mark_decision(&mut self, next: u64) -> Result<(), End> {
        let unit = self.unit.clone();
        let spec = unit.processor.spec();
        let flush = Flush {
            processor: spec.name,
            generation: unit.generation,
            aggregates_table: spec.heads(),
            mark: Some(Mark {
                topic: TOPIC.to_owned(),
                partition: self.reader.partition(),
                next,
                last: None,
            }),
            ..Flush::default()
        };
        let write = || unit.platform.store.flush(flush.clone());
        self.patience.retry("store", write).await
    }
}
