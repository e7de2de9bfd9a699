//! The naive fold: every record of a partition once, in order, one map of states, nothing clever. What the engine
//! leaves in the store after any history of faults must equal it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    AnyState, Context, ErasedProcessor, Keyed, Poison, Position, Record, Reject, Saved, Spec, Step,
    Topic,
};

use crate::dead_letters::Late;
use crate::engine::redelivery::{already_applied, ordered, origin};
use crate::ports::{Head, Parked};

/// How a record that was derived again is known.
#[derive(Debug)]
pub enum Once {
    /// As the engine does: by the heads of the aggregates, or of the partition where there are none.
    ByHead,
    /// By the producer and the position it was derived from, each once: what an oracle believes.
    ByCause(BTreeSet<(Arc<str>, Position)>),
}

/// An aggregate as the log makes it.
pub struct Folded {
    /// What it remembers of the log.
    pub head: Head,
    /// Whether a step ever gave it a state.
    pub exists: bool,
    state: AnyState,
}

/// What one record leads to.
#[derive(Debug)]
pub struct Taken {
    /// Its aggregate; `None` where it cannot be known or there is no use for the record.
    pub key: Option<Bytes>,
    /// What came of it.
    pub became: Became,
}

/// What came of a record.
#[derive(Debug)]
pub enum Became {
    /// The processor has no use for it.
    Ignored,
    /// It was applied before.
    Repeated,
    /// It cannot be decoded: a dead letter.
    Unreadable(Reject),
    /// It waits in the dead letters behind the event at this offset.
    Behind(u64),
    /// It was rejected, and comes later, when somebody has decided so.
    Later,
    /// Somebody has decided to leave it out; what waited behind it goes on.
    LeftOut,
    /// It is a dead letter.
    Rejected {
        /// Why.
        reject: Reject,
        /// Whether its key is parked from here on.
        parks: bool,
    },
    /// It was applied; the state is taken out of the step.
    Applied {
        /// Whether there is a new state.
        changed: bool,
        /// Rows, events and effects.
        step: Step<()>,
    },
}

/// A step that panicked: a fault of the program, not of the record.
#[derive(Debug, thiserror::Error)]
#[error("the step of {processor} panicked on {position}")]
pub struct Panicked {
    processor: &'static str,
    position: Position,
}

/// The fold of one partition.
pub struct Naive {
    pub(super) processor: Arc<dyn ErasedProcessor>,
    generation: u32,
    topic: Topic,
    partition: u32,
    once: Once,
    pub(super) keys: BTreeMap<Bytes, Folded>,
    /// What a processor without state has seen of each producer.
    pub(super) seen: Head,
    /// Decisions about dead letters that are still to come, the next one first.
    pub(super) to_come: VecDeque<Late>,
    /// Events that a person has decided to leave out.
    pub(super) left_out: BTreeSet<u64>,
    /// Events that wait, by parked key: the one that was rejected, and those behind it.
    pub(super) waiting: BTreeMap<Bytes, Vec<Record>>,
    /// Events that come late, as they were passed over.
    pub(super) late: BTreeMap<u64, Record>,
}

impl Naive {
    /// A fold that has seen nothing yet.
    pub fn new(
        processor: Arc<dyn ErasedProcessor>,
        generation: u32,
        partition: u32,
        once: Once,
    ) -> Self {
        Self {
            generation,
            topic: processor.spec().input.into(),
            partition,
            once,
            keys: BTreeMap::new(),
            seen: Head::default(),
            to_come: VecDeque::new(),
            left_out: BTreeSet::new(),
            waiting: BTreeMap::new(),
            late: BTreeMap::new(),
            processor,
        }
    }

    /// What the processor reads and writes.
    pub fn spec(&self) -> &'static Spec {
        self.processor.spec()
    }

    /// Where a record of it stands.
    pub fn position(&self, record: &Record) -> Position {
        record.position(&self.topic, self.partition)
    }

    /// Decodes a record.
    ///
    /// # Errors
    /// It can never be read.
    pub fn decode(&self, record: &Record) -> Result<Option<Keyed>, Reject> {
        self.processor.decode(record)
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// The step panicked.
    pub fn take(&mut self, record: &Record) -> Result<Taken, Panicked> {
        let decoded = self.processor.decode(record);
        self.take_decoded(record, decoded)
    }

    /// The same for a record that is decoded.
    ///
    /// # Errors
    /// The step panicked.
    pub fn take_decoded(
        &mut self,
        record: &Record,
        decoded: Result<Option<Keyed>, Reject>,
    ) -> Result<Taken, Panicked> {
        let nobody = |became| Ok(Taken { key: None, became });
        if let (Once::ByCause(seen), Some(cause)) = (&mut self.once, &record.headers.cause)
            && !seen.insert((record.headers.source.clone(), cause.clone()))
        {
            return nobody(Became::Repeated);
        }
        match decoded {
            Ok(None) => nobody(Became::Ignored),
            decoded if self.comes_late(record.offset) => {
                self.late.insert(record.offset, record.clone());
                let keyed = decoded.ok().flatten();
                let key = keyed.map(|keyed| keyed.key);
                self.see(record);
                key.iter().for_each(|key| self.pass_over(key, record));
                let became = Became::Later;
                Ok(Taken { key, became })
            }
            _ if self.is_seen(record) => nobody(Became::Repeated),
            Err(reject) => {
                self.see(record);
                self.keep_rejected(record);
                nobody(Became::Unreadable(reject))
            }
            Ok(Some(keyed)) => {
                let became = self.step(record, &keyed)?;
                self.see(record);
                if matches!(became, Became::Rejected { parks: false, .. }) {
                    self.keep_rejected(record);
                }
                if self.processor.spec().aggregates.is_none() {
                    self.keys.remove(&keyed.key);
                }
                let key = Some(keyed.key);
                Ok(Taken { key, became })
            }
        }
    }

    pub(super) fn step(&mut self, record: &Record, keyed: &Keyed) -> Result<Became, Panicked> {
        let (position, spec) = (self.position(record), self.processor.spec());
        let stateful = spec.aggregates.is_some();
        // The other way to know repetitions must not lean on this one.
        let producer = origin(record).filter(|_| self.by_head());
        let fresh = || Folded::new(&*self.processor);
        let folded = self.keys.entry(keyed.key.clone()).or_insert_with(fresh);
        if stateful && already_applied(&folded.head, record.offset, producer.as_ref()) {
            return Ok(Became::Repeated);
        }
        if let Some(parked) = folded.head.parked.as_mut().filter(|_| stateful) {
            parked.last = record.offset;
            parked.src.extend(producer);
            let first = parked.first;
            self.waiting
                .entry(keyed.key.clone())
                .or_default()
                .push(record.clone());
            return Ok(Became::Behind(first));
        }
        let context = Context {
            position,
            timestamp: record.timestamp,
            generation: self.generation,
        };
        let run = || self.processor.step(&folded.state, &keyed.event, &context);
        let Ok(stepped) = catch_unwind(AssertUnwindSafe(run)) else {
            return Err(Panicked {
                processor: spec.name,
                position: context.position,
            });
        };
        match stepped {
            Err(reject) => {
                let parks = stateful && spec.poison == Poison::Park;
                match parks {
                    true => {
                        let (first, last) = (record.offset, record.offset);
                        let src = producer.into_iter().collect();
                        folded.head.parked = Some(Parked { first, last, src });
                        self.waiting.insert(keyed.key.clone(), vec![record.clone()]);
                    }
                    false if stateful => folded.head.src.extend(producer),
                    false => {}
                }
                Ok(Became::Rejected { reject, parks })
            }
            Ok(mut step) => {
                let state = step.state.take().filter(|_| stateful);
                let changed = state.is_some();
                let step = step.map(|_| ());
                // As the engine: what leads to nothing does so again, and need not be remembered.
                if changed || !step.is_nothing() || producer.is_some() {
                    folded.head.pos = Some(record.offset);
                    folded.head.id = Some(record.headers.id);
                    folded.head.src.extend(producer);
                }
                if let Some(state) = state {
                    (folded.state, folded.exists) = (state, true);
                }
                Ok(Became::Applied { changed, step })
            }
        }
    }

    /// An oracle is told of a decision when its time has come; else what comes late is known from the beginning.
    fn keep_rejected(&mut self, record: &Record) {
        if !self.by_head() {
            self.late.insert(record.offset, record.clone());
        }
    }

    /// Whether a processor without state has seen a record before, by its head.
    fn is_seen(&self, record: &Record) -> bool {
        let stateless = self.processor.spec().aggregates.is_none() && self.by_head();
        let producer = ordered(record).filter(|_| stateless);
        producer.is_some_and(|of| already_applied(&self.seen, record.offset, Some(&of)))
    }

    fn see(&mut self, record: &Record) {
        let stateless = self.processor.spec().aggregates.is_none() && self.by_head();
        if let Some((name, sequence)) = ordered(record).filter(|_| stateless) {
            let known = self.seen.src.entry(name).or_insert(sequence);
            *known = sequence.max(*known);
        }
    }

    /// Whether repetitions are known by the heads.
    pub(super) fn by_head(&self) -> bool {
        matches!(self.once, Once::ByHead)
    }

    pub(super) fn folded_mut(&mut self, key: &Bytes) -> &mut Folded {
        let fresh = || Folded::new(&*self.processor);
        self.keys.entry(key.clone()).or_insert_with(fresh)
    }

    /// An aggregate, once an event of it was taken.
    pub fn folded(&self, key: &[u8]) -> Option<&Folded> {
        self.keys.get(key)
    }

    /// Every key of which an event was taken.
    pub fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.keys.keys()
    }

    /// Forgets a key.
    pub fn forget(&mut self, key: &[u8]) {
        self.keys.remove(key);
        self.waiting.remove(key);
    }

    /// An aggregate as it is to be stored; `None`: no step gave it a state.
    pub fn saved(&self, key: &[u8]) -> Option<Saved> {
        let folded = self.keys.get(key).filter(|folded| folded.exists)?;
        Some(self.processor.save(&folded.state, None))
    }

    /// The same with only the parts that changed since [`Naive::copied`] made a copy.
    pub fn saved_since(&self, key: &[u8], since: Option<&AnyState>) -> Option<Saved> {
        let folded = self.keys.get(key).filter(|folded| folded.exists)?;
        Some(self.processor.save(&folded.state, since))
    }

    /// A copy of a state, where states have parts.
    pub fn copied(&self, key: &[u8]) -> Option<AnyState> {
        let folded = self.keys.get(key).filter(|folded| folded.exists)?;
        self.processor.copy(&folded.state)
    }

    /// Every aggregate's document and parts: key, row key (empty for the document) and document.
    pub fn documents(&self) -> impl Iterator<Item = (Bytes, Bytes, Bytes)> {
        let existing = self.keys.iter().filter(|(_, folded)| folded.exists);
        existing.flat_map(|(key, folded)| {
            let saved = self.processor.save(&folded.state, None);
            let parts = saved.parts.into_iter();
            let parts = parts.filter_map(|part| Some((part.name, part.doc?)));
            let all = parts.chain([(Bytes::new(), saved.doc)]);
            all.map(|(row, doc)| (key.clone(), row, doc))
        })
    }

    /// Offset of the rejected event of each parked key.
    pub fn parked(&self) -> impl Iterator<Item = (&Bytes, u64)> {
        let parked = |(key, folded): (_, &Folded)| Some((key, folded.head.parked.as_ref()?.first));
        self.keys.iter().filter_map(parked)
    }
}

impl Folded {
    fn new(processor: &dyn ErasedProcessor) -> Self {
        let state = processor.load(None, &[]);
        Self {
            head: Head::default(),
            exists: false,
            state: state.expect("there is always a default state"),
        }
    }
}
