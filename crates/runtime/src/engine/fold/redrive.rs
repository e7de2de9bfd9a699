//! Carrying out a decision about dead letters, between two records of the partition.
//!
//! Every owner carries it out at the same place, after the last record before [`Late::before`] and before any other, so
//! what it leads to is a function of the log alone. Events of a parked key are applied from the parked one on, in their
//! order; an event whose key went on without it is applied to what the key is by now. Both keep their positions: a step
//! sees the event where it stands, and its rows have the stamps they would have had. Aggregates are written under a stamp
//! between the two records. Readers tell repetitions by producer and cause, and outputs of other keys with later causes
//! have gone ahead; so what goes out goes out under a name of the decision, in which causes increase again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use kernel::{Keyed, Poison, Position, Record, Reject, Stamp, Step};

use super::{Fold, Halt};
use crate::dead_letters::Late;
use crate::engine::letters::About;
use crate::engine::redelivery::{already_applied, behind, ordered, origin, too_late};
use crate::ports::Parked;

/// What people decided about events of the partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Decided {
    /// Events that were rejected here and did not park their key: wherever this generation comes by them again it passes
    /// them over, as it did.
    pub(super) late: BTreeSet<u64>,
    /// Events that are left out.
    pub(super) left_out: BTreeSet<u64>,
}

/// A decision that is being carried out.
pub(super) struct Redriving {
    pub(super) late: Late,
    /// The name under which its outputs go out.
    pub(super) source: Arc<str>,
    /// Keys that were parked, and what their heads held of what waits.
    freed: BTreeMap<Bytes, Parked>,
    /// Keys to which an event comes late.
    alone: BTreeSet<Bytes>,
}

impl Redriving {
    pub(super) fn stamp(&self) -> Stamp {
        Stamp::late(self.late.before, self.late.nth)
    }
}

impl Fold {
    /// Takes note of what was decided about the partition.
    pub fn decided(&mut self, all: &[Late]) {
        let alone = all.iter().filter(|late| late.own);
        let alone = alone.flat_map(|late| &late.events);
        let left_out = all.iter().filter(|late| late.discard);
        self.decided = Decided {
            late: alone.filter(|(_, parks)| !**parks).map(|e| *e.0).collect(),
            left_out: left_out
                .flat_map(|late| late.events.keys().copied())
                .collect(),
        };
    }

    /// The name under which outputs go out.
    pub(super) fn name(&self) -> Arc<str> {
        let redriving = self.redriving.as_ref();
        redriving.map_or_else(|| self.source.clone(), |r| r.source.clone())
    }

    /// Passes over an event that is applied later, as if it had been rejected here.
    pub(super) fn later(&mut self, record: &Record, decoded: Result<Option<Keyed>, Reject>) {
        self.tally.skipped += 1;
        if self.spec.aggregates.is_none() {
            return self.see(record, ordered(record));
        }
        let Ok(Some(keyed)) = decoded else { return };
        let producer = origin(record);
        let head = &self.entry(&keyed.key).head;
        if !already_applied(head, record.offset, producer.as_ref()) {
            self.remember_rejected(record, &keyed.key, producer, false);
        }
    }

    /// Begins to carry a decision out. Everything in hand must have been taken. Then [`Fold::again`] wants the records of
    /// [`Late::events`] and all that follow the first of those that parks its key, in their order, up to [`Late::before`].
    pub fn redrive(&mut self, late: Late) {
        assert!(self.is_clean(), "what is in hand is written first");
        self.redriving = Some(Redriving {
            source: format!("{}/redrive/{}", self.source, late.number).into(),
            late,
            freed: BTreeMap::new(),
            alone: BTreeSet::new(),
        });
    }

    /// Whether an event is touched by the decision, so that its aggregate must be in memory. What follows in the same batch
    /// may be touched because of it.
    pub fn is_touched(&self, record: &Record, decoded: &Result<Option<Keyed>, Reject>) -> bool {
        let Some(redriving) = &self.redriving else {
            return false;
        };
        let key = decoded.as_ref().ok().and_then(Option::as_ref);
        let key = key.map(|keyed| &keyed.key);
        redriving.late.events.contains_key(&record.offset)
            || key.is_some_and(|key| redriving.freed.contains_key(key))
    }

    /// Takes one record again.
    ///
    /// # Errors
    /// The step panicked again and again.
    pub fn again(
        &mut self,
        record: &Record,
        decoded: Result<Option<Keyed>, Reject>,
    ) -> Result<(), Halt> {
        let Some(redriving) = &self.redriving else {
            return Ok(());
        };
        let itself = redriving.late.events.get(&record.offset).copied();
        let (own, discard) = (redriving.late.own, redriving.late.discard);
        let position = record.position(&self.topic, self.partition);
        let stateful = self.spec.aggregates.is_some();
        match (decoded, itself) {
            (Ok(None), _) => Ok(()),
            (Ok(Some(keyed)), Some(true)) if stateful && self.free(&keyed.key, record.offset) => {
                match discard {
                    true => {
                        let nothing = Step::nothing();
                        self.advance(record, &keyed.key, &position, origin(record), nothing);
                        Ok(())
                    }
                    false => self.follow(record, &keyed, &position),
                }
            }
            // One that waits behind another; or one that nobody could read when it came, and whose place is here.
            (Ok(Some(keyed)), None | Some(true)) if stateful => match self.is_freed(&keyed.key) {
                true => self.follow(record, &keyed, &position),
                false => Ok(()),
            },
            _ if !own || discard => Ok(()),
            (Ok(Some(keyed)), _) if !stateful => self.step_alone(record, &keyed, &position),
            (Ok(Some(keyed)), _) => match self.is_freed(&keyed.key) {
                true => self.follow(record, &keyed, &position),
                false => self.alone(record, &keyed, &position),
            },
            (Err(reject), Some(_)) => self.letter(record, &reject, &position, About::default()),
            (Err(_), None) => Ok(()),
        }
    }

    /// Frees a key if it is parked at this event.
    fn free(&mut self, key: &Bytes, offset: u64) -> bool {
        let number = self.redriving.as_ref().map(|r| r.late.number);
        let head = &mut self.entry(key).head;
        let Some(parked) = head.parked.take_if(|parked| parked.first == offset) else {
            return false;
        };
        head.late = number;
        self.touch(key, offset);
        if let Some(redriving) = &mut self.redriving {
            redriving.freed.insert(key.clone(), parked);
        }
        true
    }

    fn is_freed(&self, key: &Bytes) -> bool {
        let freed = self.redriving.as_ref().map(|r| &r.freed);
        freed.is_some_and(|freed| freed.contains_key(key))
    }

    /// An event of a key that was freed, unless the key is parked again.
    fn follow(&mut self, record: &Record, keyed: &Keyed, position: &Position) -> Result<(), Halt> {
        if self.entry(&keyed.key).head.parked.is_some() {
            return Ok(());
        }
        self.stateful(record, keyed, position)?;
        // Who is parked again has behind it what was behind it before.
        let freed = self.redriving.as_ref().map(|r| &r.freed);
        let before = freed.and_then(|freed| freed.get(&keyed.key)).cloned();
        if let (Some(parked), Some(before)) = (&mut self.entry(&keyed.key).head.parked, before) {
            parked.last = before.last;
            parked.src = before.src;
        }
        Ok(())
    }

    /// An event whose aggregate has gone on without it.
    fn alone(&mut self, record: &Record, keyed: &Keyed, position: &Position) -> Result<(), Halt> {
        let Some(redriving) = &mut self.redriving else {
            return Ok(());
        };
        let (number, before) = (redriving.late.number, redriving.late.before);
        let begun = redriving.alone.contains(&keyed.key);
        let ordered = self.spec.poison == Poison::Park;
        let head = &self.entry(&keyed.key).head;
        let about = About {
            key: Some(&keyed.key),
            ..About::default()
        };
        let first = head.parked.as_ref().map(|parked| parked.first);
        // Another owner was here before: the key is as of a later place than this.
        let ahead = head.pos.max(first).is_some_and(|offset| offset >= before);
        let done = ahead || head.late >= Some(number);
        let gone_on = ordered && head.pos.is_some_and(|pos| pos >= record.offset);
        if done && !begun {
            return Ok(());
        }
        if let Some(first) = first {
            return self.letter(record, &behind(first), position, about);
        }
        if gone_on {
            return self.letter(record, &too_late(), position, about);
        }
        if let Some(redriving) = &mut self.redriving {
            redriving.alone.insert(keyed.key.clone());
        }
        let entry = self.entry(&keyed.key);
        let state = std::mem::replace(&mut entry.state, Box::new(()));
        let result = self.step(&state, keyed, record, position);
        self.entry(&keyed.key).state = state;
        let mut step = match result? {
            Ok(step) => step,
            Err(reject) => return self.letter(record, &reject, position, about),
        };
        self.tally.applied += 1;
        let entry = self.entry(&keyed.key);
        if let Some(state) = step.state.take() {
            entry.state = state;
            entry.exists = true;
        }
        entry.head.late = Some(number);
        if let Some((name, sequence)) = origin(record) {
            let known = entry.head.src.entry(name).or_insert(sequence);
            *known = sequence.max(*known);
        }
        self.touch(&keyed.key, record.offset);
        self.collect(record, position, step);
        Ok(())
    }

    /// Ends: what the decision led to can be taken.
    pub fn redriven(&mut self) {
        self.redriving = None;
    }
}
