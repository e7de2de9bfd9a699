//! The loop of one partition: fetch a bounded batch, load, fold, and when it is due append, write, mark.

mod redrive;
mod seek;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::FutureExt as _;
use kernel::Record;
use metrics::{counter, histogram};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::end::End;
use super::fold::Fold;
use super::output::{FoldOutput, Halt};
use super::patience::Patience;
use super::spans::{Spans, Written};
use super::status::Blocked;
use super::{Unit, group, turns};
use crate::generations::ReadModel;
use crate::observe;
use crate::ports::{Batch, PartitionReader, PortError, ReadLimits, TableName};

use redrive::ToDo;

/// Records folded between two yields, so that a long batch does not starve its neighbours.
const FOLD_CHUNK: usize = 256;
/// A mark that stands for nothing but ignored events is written at most this often, and this late: other processes
/// learn from the store's marks how far this one has come.
const IDLE_MARK_INTERVAL: Duration = Duration::from_millis(200);

/// Runs until stopped. A partition that is blocked stays so until it is taken away, or until somebody decides about an
/// event of it.
pub(super) async fn run(unit: Unit, mut reader: Box<dyn PartitionReader>, stop: CancellationToken) {
    let spec = unit.processor.spec();
    let (generation, partition) = (unit.generation, reader.partition());
    unit.status.assigned(spec.name);
    let (lags, status) = (unit.lags.clone(), unit.status.clone());
    lags.hold(spec, generation, partition);
    loop {
        let mut looping = Loop::new(unit.clone(), reader, stop.clone());
        // Steps catch their own panics; one of a decoder or of a state would end the task, and nobody would hear of it.
        let end = AssertUnwindSafe(looping.run()).catch_unwind().await;
        let end = end.unwrap_or_else(|_| End::Blocked {
            reason: "panic",
            message: "the partition's loop panicked; the log has where".to_owned(),
        });
        let (reason, message, halted) = match end {
            // It is another's now, or nobody's: this process has nothing to say of it any more.
            End::Stopped => break,
            End::Complete => {
                stop.cancelled().await;
                lags.let_go(spec.name, generation, partition);
                return;
            }
            End::Halted(Halt { reason, message }) => (reason, message, true),
            End::Blocked { reason, message } => (reason, message, false),
        };
        status.block(Blocked {
            processor: spec.name.to_owned(),
            generation,
            partition,
            reason,
            message,
            passing: false,
        });
        tokio::select! {
            () = stop.cancelled() => break,
            () = decided(&unit, looping.to_do.seen), if halted => {}
        }
        status.clear(spec.name, generation, partition);
        reader = looping.reader;
    }
    status.clear(spec.name, generation, partition);
    lags.let_go(spec.name, generation, partition);
}

/// Returns once more was decided than an owner has seen.
async fn decided(unit: &Unit, seen: u64) {
    let name = unit.processor.spec().name;
    let registry = unit.platform.views.registry();
    let mut changes = registry.changes();
    let decided = || registry.get(name).map_or(0, |model| model.decided);
    while decided() <= seen {
        if changes.changed().await.is_err() {
            return std::future::pending().await;
        }
    }
}

struct Loop {
    unit: Unit,
    reader: Box<dyn PartitionReader>,
    stop: CancellationToken,
    patience: Patience,
    fold: Fold,
    spans: Spans,
    last_flush: Instant,
    /// A mark of ignored events waits until then to be written.
    held_until: Option<Instant>,
    /// First offset of the last turn for which whoever spoke before was waited for.
    heard: u64,
    /// The read model is looked at again before anything from this offset on is folded: what is switched, or decided,
    /// later than it was looked at has its place behind what was in the log then.
    look_at: u64,
    to_do: ToDo,
}

/// What a loop waits for.
enum Wake {
    Batch(Result<Batch, PortError>),
    Change(bool),
    Held,
}

impl Loop {
    fn new(unit: Unit, reader: Box<dyn PartitionReader>, stop: CancellationToken) -> Self {
        let partition = reader.partition();
        let spans = Spans::new(unit.processor.spec(), unit.generation, partition);
        let mut fold = Fold::new(
            unit.processor.clone(),
            unit.generation,
            partition,
            unit.settings.cache_aggregates,
            unit.settings.panic_tries,
        );
        let copied = unit.plan.rows_from.get(partition as usize);
        fold.rows_from(copied.copied().unwrap_or(0));
        Self {
            patience: Patience::new(&unit, partition, stop.clone()),
            fold,
            spans,
            unit,
            reader,
            stop,
            last_flush: Instant::now(),
            held_until: None,
            heard: 0,
            look_at: 0,
            to_do: ToDo::default(),
        }
    }

    async fn run(&mut self) -> End {
        let mut changes = self.unit.platform.views.registry().changes();
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
            let wake = tokio::select! {
                biased;
                () = self.stop.cancelled() => return self.leave().await,
                batch = self.reader.next(limits) => Wake::Batch(batch),
                changed = changes.changed() => Wake::Change(changed.is_ok()),
                () = tokio::time::sleep_until(held.unwrap_or_else(Instant::now)), if held.is_some() => Wake::Held,
            };
            let done = match wake {
                Wake::Batch(Ok(batch)) => {
                    self.patience.passed();
                    self.take_turns(batch).await
                }
                Wake::Batch(Err(error)) => self.meet(error).await,
                Wake::Change(true) => self.between().await,
                // The registry is gone with everything else.
                Wake::Change(false) => return self.leave().await,
                Wake::Held => self.flush(true).await,
            };
            match done {
                Ok(()) => {}
                Err(End::Halted(halt)) => return self.halt(halt).await,
                Err(end) => return end,
            }
        }
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

    /// Carries out what has its place where this owner stands; nothing may come for a long time.
    async fn between(&mut self) -> Result<(), End> {
        let model = turns::settled(&self.unit, &self.patience).await?;
        self.speak(model.as_ref());
        self.learn_decisions();
        self.carry_out(self.fold.next().unwrap_or(0)).await
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
        let (model, pieces) = self.pieces(batch).await?;
        for piece in pieces {
            self.speak(model.as_ref());
            if let Some(first) = piece.records.first() {
                self.carry_out(first.offset).await?;
            }
            if let Some(model) = model.as_ref().filter(|_| turns::says(&self.unit)) {
                self.hear(model, &piece).await?;
            }
            self.take_in(piece).await?;
        }
        self.carry_out(self.fold.next().unwrap_or(0)).await?;
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

    /// A batch cut where something is to be done in between.
    async fn pieces(&mut self, batch: Batch) -> Result<(Option<Arc<ReadModel>>, Vec<Batch>), End> {
        let name = self.unit.processor.spec().name;
        let last = batch.records.last().map_or(0, |record| record.offset);
        let model = match batch.records.is_empty() || last < self.look_at {
            true => self.unit.platform.views.registry().get(name),
            false => {
                let model = turns::settled(&self.unit, &self.patience).await?;
                self.look_at = batch.end;
                self.learn_decisions();
                model
            }
        };
        let partition = self.reader.partition();
        let pieces = match &model {
            Some(model) => turns::pieces(batch, model, partition, self.to_do.places()),
            None => vec![batch],
        };
        Ok((model, pieces))
    }

    fn speak(&mut self, model: Option<&Arc<ReadModel>>) {
        if let Some(model) = model.filter(|_| turns::says(&self.unit)) {
            self.fold.speak(Arc::clone(model));
        }
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
        self.load(missing).await?;
        let now = self.unit.platform.clock.now_ms();
        self.spans.begin(&batch, &decoded, &self.fold, now);
        for (i, (record, decoded)) in batch.records.iter().zip(decoded).enumerate() {
            if let Err(halt) = self.fold.apply(record, decoded) {
                self.spans.failed(record.offset, &halt.message);
                return Err(halt.into());
            }
            if i % FOLD_CHUNK == FOLD_CHUNK - 1 {
                tokio::task::yield_now().await;
            }
        }
        self.spans.folded();
        self.fold.skip_to(batch.next);
        self.observe(&batch, started);
        if caught_up || self.due() {
            self.flush(caught_up).await?;
        }
        Ok(())
    }

    async fn load(&mut self, missing: Vec<Bytes>) -> Result<(), End> {
        let unit = self.unit.clone();
        let name = unit.processor.spec().heads();
        if missing.is_empty() {
            return Ok(());
        }
        let generation = unit.generation;
        let table = TableName { name, generation };
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
        Ok(self.fold.admit(missing, loaded)?)
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
        let Some(next) = self.fold.next().filter(|_| self.fold.mark_moved() || !idle) else {
            return Ok(());
        };
        if idle && caught_up && self.last_flush.elapsed() < IDLE_MARK_INTERVAL {
            unit.platform
                .progress
                .advance(spec.name, unit.generation, partition, next);
            self.held_until = Some(self.last_flush + IDLE_MARK_INTERVAL);
            self.spans.end(None);
            return Ok(());
        }
        self.held_until = None;
        let (started, since) = (Instant::now(), SystemTime::now());
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
        self.spans.end(Some(&Written {
            since,
            appended: appends.len(),
            rows: written,
        }));
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
        self.spans.end(None);
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
