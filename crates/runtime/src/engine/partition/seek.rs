//! Where a partition's loop starts, and whether the log is still the one it was read from.

use super::Loop;
use crate::continuity::{self, Break};
use crate::dead_letters::TOPIC;
use crate::engine::end::End;
use crate::ports::{MarkAt, PortError};

impl Loop {
    /// Starts at the mark of the store; without one at the start of the log.
    pub(super) async fn seek(&mut self) -> Result<(), End> {
        let unit = self.unit.clone();
        let spec = unit.processor.spec();
        let partition = self.reader.partition();
        let key = (spec.input.to_owned(), partition);
        let marks = self
            .patience
            .retry("store", || {
                unit.platform.store.marks(spec.name, unit.generation)
            })
            .await?;
        let decisions = marks.get(&(TOPIC.to_owned(), partition));
        self.begin_decisions(decisions.copied());
        let start = match marks.get(&key) {
            Some(mark) => {
                self.unbroken(*mark).await?;
                self.fold.start_at(*mark);
                mark.next
            }
            None => {
                let starts = self
                    .patience
                    .retry("log", || unit.platform.log.starts(spec.input))
                    .await?;
                let start = starts.get(partition as usize).copied().unwrap_or(0);
                self.fold.skip_to(start);
                start
            }
        };
        unit.platform
            .progress
            .advance(spec.name, unit.generation, partition, start);
        loop {
            match self.reader.seek(start).await {
                Ok(()) => break,
                Err(error) => self.meet(error).await?,
            }
        }
        let log = &*unit.platform.log;
        let refresh = || unit.decisions.refresh(log);
        self.patience.retry("log", refresh).await?;
        self.between().await
    }

    /// What the reader says instead of records. What stays that way may be a break in the log, which has a name of its
    /// own; and what was applied before must not be lost with what cannot be read.
    pub(super) async fn meet(&mut self, error: PortError) -> Result<(), End> {
        if !error.is_retry() {
            self.flush(false).await?;
            if let Some(reached) = self.fold.reached() {
                self.unbroken(reached).await?;
            }
        }
        self.patience.fault(error, "log").await
    }

    /// Stops where the log is not the one the mark was made on, or lacks what comes after it.
    async fn unbroken(&mut self, mark: MarkAt) -> Result<(), End> {
        let platform = self.unit.platform.clone();
        let spec = self.unit.processor.spec();
        let reader = format!("read model {}", spec.name);
        let (log, partition) = (&*platform.log, self.reader.partition());
        loop {
            let blocked = |reason, message| Err(End::Blocked { reason, message });
            match continuity::check(log, &reader, spec.input, partition, mark).await {
                Ok(()) => return Ok(()),
                Err(Break::Fault(error)) => self.patience.fault(error, "log").await?,
                Err(Break::Removed(message)) => return blocked("hole", message),
                Err(Break::Rewritten(message)) => return blocked("rewritten", message),
            }
        }
    }
}
