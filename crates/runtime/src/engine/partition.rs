//! The loop of one partition: fetch a bounded batch, load, fold, and when it is due append, write, mark.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use kernel::Record;
use metrics::{counter, histogram};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::end::End;
use super::fold::Fold;
use super::output::{FoldOutput, Halt};
use super::patience::Patience;
use super::status::Blocked;
use super::{Unit, group, turns};
use crate::continuity::{self, Break};
use crate::generations::ReadModel;
use crate::observe;
use crate::ports::{Batch, MarkAt, PartitionReader, PortError, ReadLimits, TableName};

/// Records folded between two yields, so that a long batch does not starve its neighbours.
const FOLD_CHUNK: usize = 256;
/// A mark that stands for nothing but ignored events is written at most this often, and this late: other processes
/// learn from the store's marks how far this one has come.
const IDLE_MARK_INTERVAL: Duration = Duration::from_millis(200);

/// Runs until stopped or blocked.
pub(super) async fn run(unit: Unit, reader: Box<dyn PartitionReader>, stop: CancellationToken) {
    let spec = unit.processor.spec();
    let (generation, partition) = (unit.generation, reader.partition());
    unit.status.assigned(spec.name);
    let lags = unit.lags.clone();
    lags.hold(spec, generation, partition);
    let mut fold = Fold::new(
        unit.processor.clone(),
        unit.generation,
        partition,
        unit.settings.cache_aggregates,
        unit.settings.panic_tries,
    );
    let copied = unit.plan.rows_from.get(partition as usize);
    fold.rows_from(copied.copied().unwrap_or(0));
    let status = unit.status.clone();
    let patience = Patience::new(&unit, partition, stop.clone());
    let mut looping = Loop {
        unit,
        reader,
        stop: stop.clone(),
        patience,
        fold,
        last_flush: Instant::now(),
        held_until: None,
        heard: 0,
    };
    // Steps catch their own panics; one of a decoder or of a state would end the task, and nobody would hear of it.
    let end = AssertUnwindSafe(looping.run()).catch_unwind().await;
    let end = end.unwrap_or_else(|_| End::Blocked {
        reason: "panic",
        message: "the partition's loop panicked; the log has where".to_owned(),
    });
    let (reason, message) = match end {
        End::Stopped => {
            // It is another's now, or nobody's: this process has nothing to say of it any more.
            status.clear(spec.name, generation, partition);
            lags.let_go(spec.name, generation, partition);
            return;
        }
        End::Complete => {
            stop.cancelled().await;
            lags.let_go(spec.name, generation, partition);
            return;
        }
        End::Halted(Halt { reason, message }) | End::Blocked { reason, message } => {
            (reason, message)
        }
    };
    status.block(Blocked {
        processor: spec.name.to_owned(),
        generation,
        partition,
        reason,
        message,
        passing: false,
    });
    // It stays so until the partition is taken away or the process ends.
    stop.cancelled().await;
    status.clear(spec.name, generation, partition);
    lags.let_go(spec.name, generation, partition);
}

struct Loop {
    unit: Unit,
    reader: Box<dyn PartitionReader>,
    stop: CancellationToken,
    patience: Patience,
    fold: Fold,
    last_flush: Instant,
    /// A mark of ignored events waits until then to be written.
    held_until: Option<Instant>,
    /// First offset of the last turn for which whoever spoke before was waited for.
    heard: u64,
}

impl Loop {
    async fn run(&mut self) -> End {
        if let Err(end) = self.seek().await {
            return end;
        }
        let throttle = self.unit.plan.throttle.map(|events| events.max(1) as usize);
        let fetched = self.unit.settings.fetch_records;
        let limits = ReadLimits {
            records: throttle.map_or(fetched, |events| events.min(fetched)),
            bytes: self.unit.settings.fetch_bytes.as_usize(),
        };
        loop {
            let held = self.held_until;
            let batch = tokio::select! {
                biased;
                () = self.stop.cancelled() => return self.leave().await,
                batch = self.reader.next(limits) => Some(batch),
                () = tokio::time::sleep_until(held.unwrap_or_else(Instant::now)), if held.is_some() => None,
            };
            let done = match batch {
                Some(Ok(batch)) => {
                    self.patience.passed();
                    self.take_turns(batch).await
                }
                Some(Err(error)) => self.meet(error).await,
                None => self.flush(true).await,
            };
            match done {
                Ok(()) => {}
                Err(End::Halted(halt)) => return self.halt(halt).await,
                Err(end) => return end,
            }
        }
    }

    /// What the reader says instead of records. What stays that way may be a break in the log, which has a name of its
    /// own; and what was applied before must not be lost with what cannot be read.
    async fn meet(&mut self, error: PortError) -> Result<(), End> {
        if !error.is_retry() {
            self.flush(false).await?;
            if let Some(reached) = self.fold.reached() {
                self.unbroken(reached).await?;
            }
        }
        self.patience.fault(error, "log").await
    }

    /// Writes what was applied before the record that cannot be: it must not wait for a person.
    async fn halt(&mut self, halt: Halt) -> End {
        if let Err(End::Blocked { message, .. }) = self.flush(false).await {
            tracing::warn!(
                processor.name = self.unit.processor.spec().name,
                partition = self.reader.partition(),
                "what was applied before the halt is not written: {message}"
            );
        }
        End::Halted(halt)
    }

    /// Starts at the mark of the store; without one at the start of the log.
    async fn seek(&mut self) -> Result<(), End> {
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
                Ok(()) => return Ok(()),
                Err(error) => self.meet(error).await?,
            }
        }
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

    /// Takes a batch in, as far as the generation goes, and no faster than it may.
    async fn take_turns(&mut self, mut batch: Batch) -> Result<(), End> {
        let until = self.unit.plan.until;
        let later = |record: &Record| until.is_some_and(|until| record.timestamp > until);
        let complete = match batch.records.iter().position(later) {
            Some(at) => {
                batch.next = batch.records[at].offset;
                batch.records.truncate(at);
                true
            }
            None => false,
        };
        let taken = u32::try_from(batch.records.len()).unwrap_or(u32::MAX);
        match turns::of(&self.unit, &self.patience, &batch).await? {
            None => self.take_in(batch).await?,
            Some(turns) => {
                self.fold.speak(Arc::clone(&turns));
                for piece in turns::pieces(batch, &turns, self.reader.partition()) {
                    self.hear(&turns, &piece).await?;
                    self.take_in(piece).await?;
                }
            }
        }
        if complete {
            self.flush(false).await?;
            return Err(End::Complete);
        }
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.unit.pace.turns(taken) => {}
        }
        Ok(())
    }

    /// Waits until whoever spoke before this generation has said everything: what readers see of one partition stays in
    /// the order of its offsets, by which they tell repetitions.
    async fn hear(&mut self, turns: &ReadModel, piece: &Batch) -> Result<(), End> {
        let (generation, partition) = (self.unit.generation, self.reader.partition());
        let awaited = turns::awaited(turns, generation, partition, piece);
        let Some((before, first)) = awaited.filter(|(_, first)| *first > self.heard) else {
            return Ok(());
        };
        // The other may in turn wait for what is in hand here.
        self.flush(false).await?;
        turns::reached(&self.unit, &self.patience, partition, (before, first)).await?;
        self.heard = first;
        Ok(())
    }

    /// Folds one batch, and flushes when it is due.
    async fn take_in(&mut self, batch: Batch) -> Result<(), End> {
        let caught_up = batch.next >= batch.end;
        let started = Instant::now();
        let decoded: Vec<_> = batch.records.iter().map(|r| self.fold.decode(r)).collect();
        let missing = self.fold.missing(&decoded);
        if !missing.is_empty() {
            let unit = self.unit.clone();
            let spec = unit.processor.spec();
            let table = TableName {
                name: spec
                    .aggregates
                    .expect("only stateful processors miss aggregates"),
                generation: unit.generation,
            };
            let store = &unit.platform.store;
            let loaded = match unit.processor.parted() {
                false => {
                    let load = || store.load(&table, &missing);
                    self.patience.retry("store", load).await?
                }
                true => {
                    let mut loaded = Vec::with_capacity(missing.len());
                    for key in &missing {
                        let load = || store.load_whole(&table, key);
                        loaded.push(self.patience.retry("store", load).await?);
                    }
                    loaded
                }
            };
            self.fold.admit(missing, loaded)?;
        }
        for (i, (record, decoded)) in batch.records.iter().zip(decoded).enumerate() {
            self.fold.apply(record, decoded)?;
            if i % FOLD_CHUNK == FOLD_CHUNK - 1 {
                tokio::task::yield_now().await;
            }
        }
        self.fold.skip_to(batch.next);
        self.observe(&batch, started);
        if caught_up || self.due() {
            self.flush(caught_up).await?;
        }
        Ok(())
    }

    fn due(&self) -> bool {
        let settings = &self.unit.settings;
        // The bytes are for all partitions of a processor; a partition takes its share of the usual 32.
        self.fold.pending_bytes() >= settings.flush_bytes.as_usize() / 32
            || self.last_flush.elapsed() >= settings.flush_interval.0
    }

    /// Emits first, then rows, then aggregates, then the mark; only then does anyone see the progress.
    async fn flush(&mut self, caught_up: bool) -> Result<(), End> {
        let unit = self.unit.clone();
        let spec = unit.processor.spec();
        let partition = self.reader.partition();
        let idle = self.fold.is_clean();
        if !self.fold.mark_moved() {
            return Ok(());
        }
        let next = self.fold.next().expect("a mark that moved is there");
        if idle && caught_up && self.last_flush.elapsed() < IDLE_MARK_INTERVAL {
            unit.platform
                .progress
                .advance(spec.name, unit.generation, partition, next);
            self.held_until = Some(self.last_flush + IDLE_MARK_INTERVAL);
            return Ok(());
        }
        self.held_until = None;
        let started = Instant::now();
        let FoldOutput { appends, flush } = self.fold.take();
        if !appends.is_empty() {
            let letters = spec.dead_letters();
            let dead = appends.iter().filter(|r| *r.topic == *letters).count() as u64;
            if dead > 0 {
                counter!(observe::DEAD_LETTERS, "processor" => spec.name).increment(dead);
            }
            self.patience
                .retry("log", || unit.platform.log.append(appends.clone()))
                .await?;
        }
        self.patience
            .retry("store", || unit.platform.store.flush(flush.clone()))
            .await?;
        let written = flush.rows.len() + flush.aggregates.len();
        counter!(observe::STORE_ROWS, "processor" => spec.name).increment(written as u64);
        unit.platform
            .progress
            .advance(spec.name, unit.generation, partition, next);
        let group = group(spec.name, unit.generation);
        if let Err(error) = unit
            .platform
            .log
            .commit(&group, spec.input, partition, next)
            .await
        {
            tracing::warn!(%error, processor.name = spec.name, partition, "offset not committed; it is only a hint");
        }
        histogram!(observe::STORE_WRITE_SECONDS, "processor" => spec.name)
            .record(started.elapsed().as_secs_f64());
        self.last_flush = Instant::now();
        Ok(())
    }

    /// Flushes what is in hand before the partition is given up.
    async fn leave(&mut self) -> End {
        if self.fold.is_clean() && !self.fold.mark_moved() {
            return End::Stopped;
        }
        let FoldOutput { appends, flush } = self.fold.take();
        let platform = &self.unit.platform;
        let written = async {
            if !appends.is_empty() {
                platform.log.append(appends).await?;
            }
            platform.store.flush(flush).await
        };
        if let Err(error) = written.await {
            // Nothing is lost: the mark did not move, so the next owner does it again.
            tracing::warn!(%error, processor.name = self.unit.processor.spec().name, "last flush failed");
        }
        End::Stopped
    }

    fn observe(&mut self, batch: &Batch, started: Instant) {
        let name = self.unit.processor.spec().name;
        let generation = self.unit.generation.to_string();
        let tally = self.fold.take_tally();
        for (outcome, count) in [
            ("applied", tally.applied),
            ("skipped", tally.skipped),
            ("ignored", tally.ignored),
            ("rejected", tally.rejected),
        ] {
            if count > 0 {
                counter!(observe::PROCESSOR_EVENTS, "processor" => name,
                    "generation" => generation.clone(), "outcome" => outcome)
                .increment(count);
            }
        }
        histogram!(observe::PROCESSOR_STEP_SECONDS, "processor" => name)
            .record(started.elapsed().as_secs_f64());
        let lag = batch.end.saturating_sub(batch.next);
        let last = batch.records.last().map(|record| record.timestamp);
        let now = self.unit.platform.clock.now_ms();
        let partition = self.reader.partition();
        let place = (name, self.unit.generation, partition);
        self.unit.lags.folded(place, lag, last, now);
    }
}
