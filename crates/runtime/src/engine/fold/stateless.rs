//! Processors without state. They keep one thing: which records they have seen, a row a partition of their input.
//!
//! A log that lets a producer repeat itself (Kafka, when a decider crashed before its mark or its store was lost) holds
//! some derived records twice. To take the second for another event would give what is made of it other causes, so that no
//! reader behind could tell it for a repetition. What one producer says in a partition is in the order of its places
//! but for repetitions, so the last place of each is enough. Runners speak in the order in which the outside world answers:
//! a repeated outcome is not known here, and what is made of it must be taken twice as once by whoever reads it.

use kernel::{Keyed, Position, Record, Reject};

use super::{About, Fold, Halt};
use crate::engine::redelivery::{Origin, already_applied, ordered};

impl Fold {
    pub(super) fn stateless(
        &mut self,
        record: &Record,
        decoded: Result<Option<Keyed>, Reject>,
        position: &Position,
    ) -> Result<(), Halt> {
        let producer = ordered(record);
        if producer.as_ref().is_some_and(|of| self.is_seen(record, of)) {
            self.tally.skipped += 1;
            return Ok(());
        }
        match decoded {
            Ok(None) => return Ok(()),
            Ok(Some(keyed)) => self.step_alone(record, &keyed, position)?,
            Err(reject) => self.poison(record, &reject, position, About::default())?,
        }
        self.see(record, producer);
        Ok(())
    }

    /// A step that no state leads to, whatever was seen before.
    pub(super) fn step_alone(
        &mut self,
        record: &Record,
        keyed: &Keyed,
        position: &Position,
    ) -> Result<(), Halt> {
        let state = self
            .processor
            .load(None, &[])
            .map_err(|r| super::halt("poison", position, &r))?;
        match self.step(&state, keyed, record, position)? {
            Ok(step) => {
                self.tally.applied += 1;
                self.collect(record, position, step);
                Ok(())
            }
            Err(reject) => self.poison(record, &reject, position, About::default()),
        }
    }

    /// Whether a record of this producer and this place, or a later one, was taken before.
    fn is_seen(&mut self, record: &Record, producer: &Origin) -> bool {
        let own = self.own.clone();
        already_applied(&self.entry(&own).head, record.offset, Some(producer))
    }

    /// Notes that a record was taken, whatever came of it.
    pub(super) fn see(&mut self, record: &Record, producer: Option<Origin>) {
        let Some((producer, sequence)) = producer else {
            return;
        };
        let own = self.own.clone();
        let seen = &mut self.entry(&own).head.src;
        let known = seen.entry(producer).or_insert(sequence);
        *known = sequence.max(*known);
        self.touch(&own, record.offset);
    }
}
