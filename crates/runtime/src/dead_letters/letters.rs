//! The dead letters of a processor, each with what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use kernel::Record;

use super::decision::Decision;
use super::decisions::Decisions;
use super::{
    AGGREGATE, BEHIND, DECISION, EXCEPTION, GENERATION, MESSAGE, ORIGIN_OFFSET, ORIGIN_PARTITION,
    PARKS, TOPIC,
};
use crate::ports::{Log, MarkAt, PortError, ReadLimits};

/// Most letters of a processor that are kept in mind; those that come after them are counted only.
pub const LETTERS_MAX: usize = 200_000;
/// Partitions that are read at a time.
const READS_AT_ONCE: usize = 8;
/// Longest text of one that is kept in mind, bytes.
const TEXT_MAX: usize = 1_000;

/// What became of a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has decided about it.
    Waiting,
    /// Somebody has, and it was not carried out yet.
    Decided,
    /// The event was applied after all.
    Redriven,
    /// The event was left out.
    Discarded,
}

impl State {
    /// As people and programs see it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Decided => "decided",
            Self::Redriven => "redriven",
            Self::Discarded => "discarded",
        }
    }

    /// Whether nothing is left to do about it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Redriven | Self::Discarded)
    }
}

/// One dead letter, without the event itself.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where it stands in the dead-letter topic: partition and offset.
    pub at: (u32, u64),
    /// The generation that wrote it.
    pub generation: u32,
    /// Partition of the input.
    pub partition: u32,
    /// Offset of the event there.
    pub offset: u64,
    /// The event's aggregate, as far as it could be known; else its key.
    pub key: Option<Bytes>,
    /// Why, as a code.
    pub code: String,
    /// Why, for people.
    pub message: String,
    /// When it was written, ms.
    pub written_at: i64,
    /// It parks its key: what comes after it waits behind it.
    pub parks: bool,
    /// The parked event behind which it waited when it was written.
    pub behind: Option<u64>,
    /// Number of the decision because of which the event was tried again, in vain; 0: it was never.
    pub decision: u64,
}

impl Letter {
    fn of(partition: u32, record: &Record) -> Option<Self> {
        let text = |name: &str| {
            let value = record.headers.get(name)?;
            let cut = value.len().min(TEXT_MAX);
            Some(String::from_utf8_lossy(&value[..cut]).into_owned())
        };
        fn number<T: FromStr>(text: Option<String>) -> Option<T> {
            text?.parse().ok()
        }
        let aggregate = record.headers.get(AGGREGATE).cloned();
        Some(Self {
            at: (partition, record.offset),
            generation: number(text(GENERATION))?,
            partition: number(text(ORIGIN_PARTITION))?,
            offset: number(text(ORIGIN_OFFSET))?,
            key: aggregate.or_else(|| record.key.clone()),
            code: text(EXCEPTION)?,
            message: text(MESSAGE).unwrap_or_default(),
            written_at: record.timestamp,
            parks: record.headers.get(PARKS).is_some(),
            behind: number(text(BEHIND)),
            decision: number(text(DECISION)).unwrap_or(0),
        })
    }

    /// What became of the event, if it was rejected itself.
    fn own_state(&self, decisions: &[std::sync::Arc<Decision>], done: u64) -> State {
        let later = decisions.partition_point(|d| d.number <= self.decision);
        let about = |decision: &&std::sync::Arc<Decision>| {
            let mut events = decision.events.iter();
            let is = |e: &super::Event| (e.partition, e.offset) == (self.partition, self.offset);
            // Those of another generation mean something to a queue only.
            (decision.generation == self.generation || self.parks) && events.any(is)
        };
        match decisions[later..].iter().find(about) {
            None => State::Waiting,
            Some(decision) if decision.number >= done => State::Decided,
            Some(decision) if decision.discard => State::Discarded,
            Some(_) => State::Redriven,
        }
    }
}

/// The letters of one processor, as far as they were read.
#[derive(Default)]
pub struct Letters {
    /// By generation, partition and offset of the event; the last one each.
    pub all: BTreeMap<(u32, u32, u64), Letter>,
    /// Letters beyond [`LETTERS_MAX`].
    pub more: u64,
    /// Offsets of the events that park a key, by generation, partition and key.
    parks: BTreeMap<(u32, u32, Bytes), BTreeSet<u64>>,
    next: BTreeMap<u32, u64>,
}

impl Letters {
    /// Reads what is in the dead-letter topic by now. A log without the topic has no letters.
    ///
    /// # Errors
    /// The log's faults that pass.
    pub async fn refresh(&mut self, log: &dyn Log, topic: &str) -> Result<(), PortError> {
        let ends = match log.ends(topic).await {
            Ok(ends) => ends,
            Err(PortError::Refused(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        loop {
            let behind = (0..).zip(&ends).filter_map(|(partition, end)| {
                let next = self.next.get(&partition).copied().unwrap_or(0);
                (next < *end).then_some((partition, next))
            });
            let reads = behind.map(|(partition, next)| async move {
                let limits = ReadLimits::default();
                let batch = log.read(topic, partition, next, limits).await?;
                Ok::<_, PortError>((partition, next, batch))
            });
            // Each read elsewhere waits for a broker: one after the other they would take seconds.
            let reads: Vec<_> = reads.collect();
            let mut reads = stream::iter(reads).buffered(READS_AT_ONCE);
            let mut more = false;
            while let Some(read) = reads.next().await {
                let (partition, before, batch) = read?;
                if batch.next > before {
                    more = true;
                    self.next.insert(partition, batch.next);
                    let records = batch.records.iter();
                    records.for_each(|record| self.take(partition, record));
                }
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Takes in one record of the topic.
    pub fn take(&mut self, partition: u32, record: &Record) {
        if let Some(letter) = Letter::of(partition, record) {
            self.learn(letter);
        }
    }

    fn learn(&mut self, letter: Letter) {
        let at = (letter.generation, letter.partition, letter.offset);
        let known = self.all.get(&at);
        if known.is_none() && self.all.len() >= LETTERS_MAX {
            self.more += 1;
            return;
        }
        // A repetition after a crash may come behind a later try.
        if known.is_some_and(|known| known.decision > letter.decision) {
            return;
        }
        if let Some(key) = letter.key.clone().filter(|_| letter.parks) {
            let of = (letter.generation, letter.partition, key);
            self.parks.entry(of).or_default().insert(letter.offset);
        }
        self.all.insert(at, letter);
    }

    /// Those of one generation, each with what became of it. `marks`: the marks of that generation.
    pub fn of<'a>(
        &'a self,
        processor: &str,
        generation: u32,
        decisions: &Decisions,
        marks: &'a BTreeMap<(String, u32), MarkAt>,
    ) -> impl Iterator<Item = (&'a Letter, State)> + use<'a> {
        let decisions = decisions.of(processor);
        let from = (generation, 0, 0);
        let own = self.all.range(from..=(generation, u32::MAX, u64::MAX));
        own.map(move |(_, letter)| {
            let done = marks.get(&(TOPIC.to_owned(), letter.partition));
            let done = done.map_or(0, |mark| mark.next);
            let state = match self.holder(letter) {
                // What it waited behind is not there any more.
                None if letter.behind.is_some() => State::Redriven,
                None => letter.own_state(&decisions, done),
                Some(holder) if holder.offset == letter.offset => {
                    letter.own_state(&decisions, done)
                }
                Some(holder) => match holder.own_state(&decisions, done) {
                    State::Discarded => State::Redriven,
                    state => state,
                },
            };
            (letter, state)
        })
    }

    /// Those of all generations about which something is left to do, in the eyes of the generation that has these marks.
    pub fn open<'a>(
        &'a self,
        processor: &'a str,
        decisions: &'a Decisions,
        marks: &'a BTreeMap<(String, u32), MarkAt>,
    ) -> impl Iterator<Item = &'a Letter> + use<'a> {
        let generations: BTreeSet<u32> = self.all.keys().map(|(of, ..)| *of).collect();
        let all = generations.into_iter();
        let all = all.flat_map(move |of| self.of(processor, of, decisions, marks));
        all.filter_map(|(letter, state)| (!state.is_over()).then_some(letter))
    }

    /// The last event that parked its key, up to it.
    fn holder(&self, letter: &Letter) -> Option<&Letter> {
        letter.behind?;
        let key = letter.key.clone()?;
        let (generation, partition) = (letter.generation, letter.partition);
        let parks = self.parks.get(&(generation, partition, key))?;
        let first = parks.range(..=letter.offset).next_back()?;
        self.all.get(&(generation, partition, *first))
    }
}
