//! Which causes the log has already taken: Kafka's idempotent-producer check, carried to causes.
//!
//! A unit derives outputs from one upstream partition in order, so a cause at or below the highest one taken is a
//! repetition after a crash.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use kernel::{Headers, Position};

/// A unit that derives records of one partition from another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Producer {
    /// Number of the partition written.
    pub(super) partition: i64,
    pub(super) source: Arc<str>,
    pub(super) cause_topic: Arc<str>,
    pub(super) cause_partition: u32,
}

impl Producer {
    pub(super) fn new(partition: i64, source: &Arc<str>, cause: &Position) -> Self {
        Self {
            partition,
            source: Arc::clone(source),
            cause_topic: Arc::clone(&cause.topic),
            cause_partition: cause.partition,
        }
    }

    /// Who derived a record of that partition; `None` for what was not derived, or not in the order of the causes. (Outcomes
    /// have the key of their effect, so that the heads of their readers know repetitions.)
    pub(super) fn of(partition: i64, headers: &Headers) -> Option<(Self, (u64, u32))> {
        let cause = headers.ordered_cause()?;
        let producer = Self::new(partition, &headers.source, cause);
        Some((producer, cause.sequence()))
    }
}

/// The last record taken of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// Offset and index of its cause.
    pub(super) sequence: (u64, u32),
    /// Its own offset.
    pub(super) last: u64,
}

/// What was taken of every producer.
#[derive(Default)]
pub(super) struct Producers {
    committed: HashMap<Producer, Taken>,
    /// Of the transaction that is open.
    fresh: HashMap<Producer, Taken>,
}

impl Producers {
    /// Something that is committed.
    pub(super) fn insert(&mut self, producer: Producer, taken: Taken) {
        self.committed.insert(producer, taken);
    }

    /// Takes a record that would get offset `next`, or gives the offset of the last one if this is a repetition.
    pub(super) fn take(
        &mut self,
        producer: Producer,
        sequence: (u64, u32),
        next: u64,
    ) -> Result<(), u64> {
        let taken = Taken {
            sequence,
            last: next,
        };
        match self.fresh.entry(producer) {
            Entry::Occupied(mut known) => {
                if known.get().sequence >= sequence {
                    return Err(known.get().last);
                }
                known.insert(taken);
            }
            Entry::Vacant(vacant) => {
                if let Some(known) = self.committed.get(vacant.key())
                    && known.sequence >= sequence
                {
                    return Err(known.last);
                }
                vacant.insert(taken);
            }
        }
        Ok(())
    }

    /// Takes a record that an earlier log had let in, repetition or not.
    pub(super) fn restore(&mut self, producer: Producer, sequence: (u64, u32), next: u64) {
        // A repetition changes nothing about the highest sequence taken.
        let _ = self.take(producer, sequence, next);
    }

    /// What the open transaction has taken and must save.
    pub(super) fn fresh(&self) -> impl Iterator<Item = (&Producer, &Taken)> {
        self.fresh.iter()
    }

    /// The transaction is committed.
    pub(super) fn keep(&mut self) {
        self.committed.extend(self.fresh.drain());
    }

    /// The transaction failed.
    pub(super) fn undo(&mut self) {
        self.fresh.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_at_or_below_the_last_is_a_repetition_and_an_undone_one_is_not() {
        let mut producers = Producers::default();
        let source = Arc::from("processors/badges");
        let cause = Position::new("user.actions", 3, 7);
        let producer = || Producer::new(1, &source, &cause);
        assert_eq!(producers.take(producer(), (7, 0), 0), Ok(()));
        assert_eq!(producers.take(producer(), (7, 0), 1), Err(0));
        producers.undo();
        assert_eq!(producers.take(producer(), (7, 0), 0), Ok(()));
        assert_eq!(producers.take(producer(), (7, 1), 1), Ok(()));
        producers.keep();
        assert_eq!(producers.take(producer(), (7, 1), 2), Err(1));
        assert_eq!(producers.take(producer(), (6, 9), 2), Err(1));
        assert_eq!(producers.take(producer(), (8, 0), 2), Ok(()));
        let elsewhere = Producer::new(2, &source, &cause);
        assert_eq!(producers.take(elsewhere, (7, 0), 0), Ok(()));
    }
}
