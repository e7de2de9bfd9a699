//! The heart: records of one partition in, one flush out. Synchronous and free of I/O, so that the simulator can
//! stop it between any two of its outputs.

mod take;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, Headers, Keyed, NewRecord, Poison, Position, Record,
    Reject, Spec, Stamp, Step, Topic, derived_id, effect_key, emit_id,
};

use super::cache::{Cache, Entry};
use super::letters::dead_letter;
use super::output::{Halt, Loaded, Tally};
use super::redelivery::{Origin, already_applied, origin};
use crate::generations::ReadModel;
use crate::ports::{MarkAt, Parked};

type Cell = (&'static str, Bytes, Bytes);

/// Folds one partition of one processor's input.
pub struct Fold {
    processor: Arc<dyn ErasedProcessor>,
    spec: &'static Spec,
    generation: u32,
    topic: Topic,
    partition: u32,
    source: Arc<str>,
    cache: Cache,
    appends: Vec<NewRecord>,
    rows: BTreeMap<Cell, (Option<Bytes>, Stamp)>,
    dirty: Vec<Bytes>,
    bytes: usize,
    next: Option<u64>,
    /// Id of the record at `next - 1`, where there is one.
    last: Option<uuid::Uuid>,
    flushed: Option<u64>,
    panic_tries: u32,
    tally: Tally,
    /// Who speaks; `None`: this generation.
    turns: Option<Arc<ReadModel>>,
    /// Rows of events below this offset were copied from a snapshot.
    rows_from: u64,
}

impl Fold {
    /// A fold that has seen nothing yet. `capacity`: aggregates kept between flushes.
    pub fn new(
        processor: Arc<dyn ErasedProcessor>,
        generation: u32,
        partition: u32,
        capacity: usize,
        panic_tries: u32,
    ) -> Self {
        let spec = processor.spec();
        Self {
            spec,
            generation,
            topic: spec.input.into(),
            partition,
            source: format!("processors/{}", spec.name).into(),
            cache: Cache::new(capacity),
            appends: Vec::new(),
            rows: BTreeMap::new(),
            dirty: Vec::new(),
            bytes: 0,
            next: None,
            last: None,
            flushed: None,
            panic_tries: panic_tries.max(1),
            tally: Tally::default(),
            turns: None,
            rows_from: 0,
            processor,
        }
    }

    /// Decodes a record; what cannot be decoded is kept as a reject for [`Fold::apply`].
    pub fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        self.processor.decode(record)
    }

    /// Keys of a decoded batch whose aggregates are not in memory, without repetition.
    pub fn missing(&self, decoded: &[Result<Option<Keyed>, Reject>]) -> Vec<Bytes> {
        if self.spec.aggregates.is_none() {
            return Vec::new();
        }
        let mut keys: Vec<Bytes> = decoded
            .iter()
            .filter_map(|d| d.as_ref().ok()?.as_ref())
            .map(|keyed| keyed.key.clone())
            .filter(|key| !self.cache.contains(key))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Takes the aggregates that [`Fold::missing`] asked for.
    ///
    /// # Errors
    /// A stored state this processor cannot read: its partition halts.
    pub fn admit(&mut self, keys: Vec<Bytes>, loaded: Loaded) -> Result<(), Halt> {
        assert_eq!(keys.len(), loaded.len(), "the store answers each key");
        for (key, stored) in keys.into_iter().zip(loaded) {
            let state = self
                .processor
                .load(stored.doc.as_deref(), &stored.parts)
                .map_err(|reject| Halt {
                    reason: "poison",
                    message: format!("aggregate {}: {reject}", String::from_utf8_lossy(&key)),
                })?;
            // A document from before there were parts holds everything itself: the parts are all still to be written.
            let saved = match stored.parts.is_empty() {
                true => None,
                false => self.processor.copy(&state),
            };
            let entry = Entry::new(stored.head, state, saved, stored.doc.is_some());
            self.cache.insert(key, entry);
        }
        Ok(())
    }

    /// Follows these turns: what its steps emit goes out only where this generation speaks. Events of dead letters do
    /// always: what a generation could not apply is its own.
    pub fn speak(&mut self, turns: Arc<ReadModel>) {
        self.turns = Some(turns);
    }

    /// Takes over from a snapshot that has the rows of every event below this offset: they are not written again. What
    /// deleted one of them may be known to its aggregate already, and would not be repeated.
    pub fn rows_from(&mut self, offset: u64) {
        self.rows_from = offset;
    }

    fn speaks(&self, offset: u64) -> bool {
        let speaks = |turns: &Arc<ReadModel>| turns.speaks(self.generation, self.partition, offset);
        self.turns.as_ref().is_none_or(speaks)
    }

    /// Applies one record, in offset order.
    ///
    /// # Errors
    /// The partition must stop: the step panicked again and again, or its poison policy says so.
    pub fn apply(
        &mut self,
        record: &Record,
        decoded: Result<Option<Keyed>, Reject>,
    ) -> Result<(), Halt> {
        let position = record.position(&self.topic, self.partition);
        match decoded {
            Ok(None) => self.tally.ignored += 1,
            Ok(Some(keyed)) if self.spec.aggregates.is_none() => {
                self.stateless(record, &keyed, &position)?;
            }
            Ok(Some(keyed)) => self.stateful(record, &keyed, &position)?,
            // It has no aggregate to park: its key cannot be known.
            Err(reject) => self.poison(record, &reject, &position)?,
        }
        self.next = Some(record.offset + 1);
        self.last = Some(record.headers.id);
        Ok(())
    }

    /// Starts where the store's mark stands: it has nothing to write until something moves on.
    pub fn start_at(&mut self, mark: MarkAt) {
        self.next = Some(mark.next);
        self.last = mark.last;
        self.flushed = self.next;
    }

    /// Notes that everything before `next` needs nothing (gaps left by compaction).
    pub fn skip_to(&mut self, next: u64) {
        if self.next.is_none_or(|known| known < next) {
            self.next = Some(next);
            self.last = None;
        }
    }

    fn stateless(
        &mut self,
        record: &Record,
        keyed: &Keyed,
        position: &Position,
    ) -> Result<(), Halt> {
        let state = self
            .processor
            .load(None, &[])
            .map_err(|r| halt("poison", position, &r))?;
        match self.step(&state, keyed, record, position)? {
            Ok(step) => {
                self.tally.applied += 1;
                self.collect(record, position, step);
                Ok(())
            }
            Err(reject) => self.poison(record, &reject, position),
        }
    }

    fn stateful(
        &mut self,
        record: &Record,
        keyed: &Keyed,
        position: &Position,
    ) -> Result<(), Halt> {
        let producer = origin(record);
        let entry = self.entry(&keyed.key);
        if already_applied(&entry.head, record.offset, producer.as_ref()) {
            self.tally.skipped += 1;
            return Ok(());
        }
        if let Some(parked) = &mut entry.head.parked {
            parked.last = record.offset;
            let first = parked.first;
            self.remember_rejected(record, &keyed.key, producer, None);
            let reject = Reject::new("PARKED", format!("behind the parked event at {first}"));
            return self.letter(record, &reject, position);
        }
        // Taken out of the cache for the length of the step, so that `self` stays free for the rest.
        let state = std::mem::replace(&mut entry.state, Box::new(()));
        let result = self.step(&state, keyed, record, position);
        self.entry(&keyed.key).state = state;
        match result? {
            Ok(step) => {
                self.advance(record, &keyed.key, position, producer, step);
                Ok(())
            }
            // Nothing of it is remembered: the event must be applied, or rejected, once a person has acted.
            Err(reject) if self.spec.poison == Poison::Halt => {
                Err(halt("poison", position, &reject))
            }
            Err(reject) => {
                let park = self.spec.poison == Poison::Park;
                let parked = Parked {
                    first: record.offset,
                    last: record.offset,
                };
                self.remember_rejected(record, &keyed.key, producer, park.then_some(parked));
                self.poison(record, &reject, position)
            }
        }
    }

    /// Notes in the head that an event was sent to the dead letters, so that its repetition is not sent again, and
    /// that its key is parked. The state and `pos` stay: a redrive keeps the event's position.
    fn remember_rejected(
        &mut self,
        record: &Record,
        key: &Bytes,
        producer: Option<Origin>,
        park: Option<Parked>,
    ) {
        let entry = self
            .cache
            .get_mut(key)
            .expect("missing() asked for it and admit() got it");
        if producer.is_none() && park.is_none() && entry.head.parked.is_none() {
            return;
        }
        if let Some((producer, sequence)) = producer {
            entry.head.src.insert(producer, sequence);
        }
        if park.is_some() {
            entry.head.parked = park;
        }
        Self::touch(&mut self.dirty, entry, key, Stamp::write(record.offset));
    }

    fn entry(&mut self, key: &[u8]) -> &mut Entry {
        self.cache
            .get_mut(key)
            .expect("missing() asked for it and admit() got it")
    }

    /// Takes over the new state and moves the head past the event.
    fn advance(
        &mut self,
        record: &Record,
        key: &Bytes,
        position: &Position,
        producer: Option<Origin>,
        mut step: Step<AnyState>,
    ) {
        self.tally.applied += 1;
        // An event that leads to nothing does so again when it is redelivered, unless another producer's event
        // came between: only a derived one has to be remembered.
        if step.is_nothing() && producer.is_none() {
            return;
        }
        let entry = self
            .cache
            .get_mut(key)
            .expect("missing() asked for it and admit() got it");
        if let Some(state) = step.state.take() {
            entry.state = state;
            entry.exists = true;
        }
        entry.head.pos = Some(record.offset);
        entry.head.id = Some(record.headers.id);
        if let Some((producer, sequence)) = producer {
            entry.head.src.insert(producer, sequence);
        }
        Self::touch(&mut self.dirty, entry, key, Stamp::write(record.offset));
        self.collect(record, position, step);
    }

    fn touch(dirty: &mut Vec<Bytes>, entry: &mut Entry, key: &Bytes, stamp: Stamp) {
        if entry.dirty.is_none() {
            dirty.push(key.clone());
        }
        entry.dirty = Some(stamp);
    }

    /// Runs the step, catching panics: they are our fault, not the record's.
    fn step(
        &self,
        state: &AnyState,
        keyed: &Keyed,
        record: &Record,
        position: &Position,
    ) -> Result<Result<Step<AnyState>, Reject>, Halt> {
        let context = Context {
            position: position.clone(),
            timestamp: record.timestamp,
            generation: self.generation,
        };
        for _ in 0..self.panic_tries {
            let run = || self.processor.step(state, &keyed.event, &context);
            if let Ok(result) = catch_unwind(AssertUnwindSafe(run)) {
                return Ok(result);
            }
        }
        let message = format!("the step of {} panicked on {position}", self.spec.name);
        Err(Halt {
            reason: "panic",
            message,
        })
    }

    fn poison(
        &mut self,
        record: &Record,
        reject: &Reject,
        position: &Position,
    ) -> Result<(), Halt> {
        match self.spec.poison {
            Poison::Halt => Err(halt("poison", position, reject)),
            Poison::Skip | Poison::Park => self.letter(record, reject, position),
        }
    }

    fn letter(
        &mut self,
        record: &Record,
        reject: &Reject,
        position: &Position,
    ) -> Result<(), Halt> {
        self.tally.rejected += 1;
        let letter = dead_letter(self.spec, self.generation, position, record, reject);
        self.bytes += letter.size();
        self.appends.push(letter);
        Ok(())
    }

    /// Turns a step's outputs into records and stamped rows.
    fn collect(&mut self, record: &Record, position: &Position, step: Step<AnyState>) {
        let mut index = 0;
        let (emits, effects) = match self.speaks(record.offset) {
            true => (step.emits, step.effects),
            false => Default::default(),
        };
        for emit in emits {
            debug_assert!(
                self.spec.emits.contains(&emit.topic),
                "{} is not declared",
                emit.topic
            );
            let cause = position.at(index);
            let id = emit.id.unwrap_or_else(|| self.output_id(record, &cause));
            let mut headers = Headers::new(id, emit.kind, self.source.clone());
            headers.cause = Some(cause);
            headers.trace.clone_from(&record.headers.trace);
            headers.more = emit.headers;
            self.push(NewRecord::keyed(
                emit.topic.into(),
                emit.key,
                headers,
                emit.value,
            ));
            index += 1;
        }
        for effect in effects {
            let cause = position.at(index);
            let key = effect
                .key
                .unwrap_or_else(|| effect_key(effect.kind, self.spec.name, &cause));
            let kind = format!("effect/{}", effect.kind);
            let mut headers =
                Headers::new(self.output_id(record, &cause), kind, self.source.clone());
            headers.cause = Some(cause);
            headers.trace.clone_from(&record.headers.trace);
            if let Some(not_after) = effect.not_after {
                headers
                    .more
                    .push(("not_after".into(), Bytes::from(not_after.to_string())));
            }
            let topic = format!("effects.{}", effect.kind).into();
            self.push(NewRecord::keyed(
                topic,
                Bytes::from(key),
                headers,
                effect.request,
            ));
            index += 1;
        }
        let copied = record.offset < self.rows_from;
        for row in step.rows.into_iter().filter(|_| !copied) {
            let stamp = match row.doc {
                Some(_) => Stamp::write(record.offset),
                None => Stamp::delete(record.offset),
            };
            self.bytes += row.doc.as_ref().map_or(0, Bytes::len) + row.row.len() + 64;
            self.rows
                .insert((row.table, row.partition, row.row), (row.doc, stamp));
        }
    }

    fn output_id(&self, record: &Record, cause: &Position) -> uuid::Uuid {
        match self.spec.aggregates {
            Some(_) => emit_id(self.spec.name, cause),
            None => derived_id(self.spec.name, record.headers.id, cause.index),
        }
    }

    fn push(&mut self, record: NewRecord) {
        self.bytes += record.size();
        self.appends.push(record);
    }

    /// Bytes waiting to be written, near enough for limits.
    pub fn pending_bytes(&self) -> usize {
        self.bytes + self.dirty.len() * 512
    }

    /// Whether there is anything to write besides the mark.
    pub fn is_clean(&self) -> bool {
        self.appends.is_empty() && self.rows.is_empty() && self.dirty.is_empty()
    }

    /// The next offset to read, once something was read.
    pub fn next(&self) -> Option<u64> {
        self.next
    }

    /// The place that was read up to, as a mark of it would tell.
    pub fn reached(&self) -> Option<MarkAt> {
        let last = self.last;
        self.next.map(|next| MarkAt { next, last })
    }

    /// Whether the mark has moved since it was last taken.
    pub fn mark_moved(&self) -> bool {
        self.next.is_some() && self.next != self.flushed
    }

    /// What happened since the last call.
    pub fn take_tally(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }
}

fn halt(reason: &'static str, position: &Position, reject: &Reject) -> Halt {
    Halt {
        reason,
        message: format!("{position}: {reject}"),
    }
}
