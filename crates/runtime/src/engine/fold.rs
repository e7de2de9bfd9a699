//! The heart: records of one partition in, one flush out. Synchronous and free of I/O, so that the simulator can
//! stop it between any two of its outputs.

mod collect;
mod redrive;
mod stateless;
mod take;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, Keyed, NewRecord, Poison, Position, Record, Reject, Spec,
    Stamp, Step, Topic,
};

use super::cache::{Cache, Entry};
use super::letters::{About, dead_letter};
use super::output::{Halt, Loaded, Tally};
use super::redelivery::{Origin, already_applied, behind, origin};
use crate::generations::ReadModel;
use crate::ports::{MarkAt, Parked};

use redrive::{Decided, Redriving};

type Cell = (&'static str, Bytes, Bytes);

/// Folds one partition of one processor's input.
pub struct Fold {
    processor: Arc<dyn ErasedProcessor>,
    spec: &'static Spec,
    generation: u32,
    topic: Topic,
    partition: u32,
    /// The row of a partition of a processor without state.
    own: Bytes,
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
    /// What people decided about its dead letters.
    decided: Decided,
    /// The decision that is being carried out.
    redriving: Option<Redriving>,
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
            own: Bytes::from(partition.to_string()),
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
            decided: Decided::default(),
            redriving: None,
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
            let of_use = |decoded: &Result<Option<Keyed>, Reject>| !matches!(decoded, Ok(None));
            let wanted = !self.cache.contains(&self.own) && decoded.iter().any(of_use);
            return wanted.then(|| self.own.clone()).into_iter().collect();
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

    /// What is carried out late goes out by whoever spoke when it was decided.
    pub(super) fn speaks(&self, offset: u64) -> bool {
        let offset = match &self.redriving {
            Some(redriving) => redriving.late.before - 1,
            None => offset,
        };
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
            decoded if self.decided.late.contains(&record.offset) => self.later(record, decoded),
            decoded if self.spec.aggregates.is_none() => {
                self.stateless(record, decoded, &position)?;
            }
            Ok(Some(keyed)) => self.stateful(record, &keyed, &position)?,
            // It has no aggregate to park: its key cannot be known.
            Err(reject) => self.poison(record, &reject, &position, About::default())?,
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
            parked.src.extend(producer);
            let about = About {
                key: Some(&keyed.key),
                behind: Some(parked.first),
                ..About::default()
            };
            let reject = behind(parked.first);
            self.touch(&keyed.key, record.offset);
            return self.letter(record, &reject, position, about);
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
            Err(reject) if self.halts(record.offset) => Err(halt("poison", position, &reject)),
            Err(reject) => {
                let parks = self.spec.poison == Poison::Park;
                self.remember_rejected(record, &keyed.key, producer, parks);
                let about = About {
                    key: Some(&keyed.key),
                    parks,
                    ..About::default()
                };
                self.poison(record, &reject, position, about)
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
        parks: bool,
    ) {
        if producer.is_none() && !parks {
            return;
        }
        let head = &mut self.entry(key).head;
        match parks {
            true => {
                head.parked = Some(Parked {
                    first: record.offset,
                    last: record.offset,
                    src: producer.into_iter().collect(),
                });
            }
            false => head.src.extend(producer),
        }
        self.touch(key, record.offset);
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
        self.touch(key, record.offset);
        self.collect(record, position, step);
    }

    /// An aggregate is to be written, as of an offset.
    fn touch(&mut self, key: &Bytes, offset: u64) {
        let stamp = match &self.redriving {
            Some(redriving) => redriving.stamp(),
            None => Stamp::write(offset),
        };
        let entry = self.entry(key);
        if entry.dirty.replace(stamp).is_none() {
            self.dirty.push(key.clone());
        }
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

    /// Whether what is rejected at an offset stops the partition: not once a person has decided about it.
    fn halts(&self, offset: u64) -> bool {
        let halts = self.spec.poison == Poison::Halt && self.redriving.is_none();
        halts && !self.decided.left_out.contains(&offset)
    }

    fn poison(
        &mut self,
        record: &Record,
        reject: &Reject,
        position: &Position,
        about: About<'_>,
    ) -> Result<(), Halt> {
        match self.halts(record.offset) {
            true => Err(halt("poison", position, reject)),
            false => self.letter(record, reject, position, about),
        }
    }

    fn letter(
        &mut self,
        record: &Record,
        reject: &Reject,
        position: &Position,
        mut about: About<'_>,
    ) -> Result<(), Halt> {
        self.tally.rejected += 1;
        let again = self.redriving.as_ref();
        about.again = again.map(|r| (r.late.number, r.source.clone()));
        let letter = dead_letter(self.spec, self.generation, position, record, reject, about);
        self.bytes += letter.size();
        self.appends.push(letter);
        Ok(())
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
