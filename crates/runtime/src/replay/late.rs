//! Decisions about dead letters in the naive fold.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Keyed, Poison, Record};

use super::naive::{Became, Naive, Panicked, Taken};
use crate::dead_letters::Late;
use crate::engine::redelivery::{already_applied, behind, origin, too_late};
use crate::ports::{Head, Parked};

/// What came of an event because of a decision.
#[derive(Debug)]
pub struct TakenLate {
    /// The event.
    pub record: Record,
    /// Number of the decision.
    pub decision: u64,
    /// The decision's place: before the record at this offset.
    pub before: u64,
    /// What it led to.
    pub taken: Taken,
}

/// What waited of keys that a decision frees, as their heads held it.
type Freed = BTreeMap<Bytes, Parked>;

impl Naive {
    /// What was decided about the partition, in the order of the decisions.
    #[must_use]
    pub fn decided(mut self, all: Vec<Late>) -> Self {
        let discards = all.iter().filter(|late| late.discard);
        self.left_out = discards.flat_map(|l| l.events.keys().copied()).collect();
        self.to_come = all.into();
        self
    }

    /// Takes note of a decision that comes after all that are known.
    pub fn learn(&mut self, late: Late) {
        if late.discard {
            self.left_out.extend(late.events.keys());
        }
        self.to_come.push_back(late);
    }

    /// Whether a person has decided to leave an event out.
    pub fn is_left_out(&self, offset: u64) -> bool {
        self.left_out.contains(&offset)
    }

    /// Whether an event was rejected where it stands, and comes later.
    pub(super) fn comes_late(&self, offset: u64) -> bool {
        let mut to_come = self.to_come.iter();
        to_come.any(|l| l.own && l.events.get(&offset) == Some(&false))
    }

    /// A repetition of an event that comes late must not be taken for another event.
    pub(super) fn pass_over(&mut self, key: &Bytes, record: &Record) {
        if self.processor.spec().aggregates.is_none() {
            return;
        }
        let producer = origin(record).filter(|_| self.by_head());
        let head = &mut self.folded_mut(key).head;
        if !already_applied(head, record.offset, producer.as_ref()) {
            head.src.extend(producer);
        }
    }

    /// Whether [`Naive::decide`] has anything to do.
    pub fn is_due(&self, before: u64) -> bool {
        self.to_come.front().is_some_and(|l| l.before <= before)
    }

    /// Carries out what was decided before an offset: to be called before the record at it is taken, and at the end.
    ///
    /// # Errors
    /// A step panicked.
    pub fn decide(&mut self, before: u64) -> Result<Vec<TakenLate>, Panicked> {
        self.decide_done(before, u64::MAX)
    }

    /// The same; of the decisions with their place at the offset itself only those before the number `done`.
    ///
    /// # Errors
    /// A step panicked.
    pub fn decide_done(&mut self, before: u64, done: u64) -> Result<Vec<TakenLate>, Panicked> {
        let due = |l: &Late| l.before < before || (l.before == before && l.number < done);
        let mut all = Vec::new();
        while self.to_come.front().is_some_and(due)
            && let Some(late) = self.to_come.pop_front()
        {
            let mut freed = Freed::new();
            for record in self.touched(&late) {
                let taken = self.take_late(&late, &record, &mut freed)?;
                all.extend(taken.map(|taken| TakenLate {
                    record,
                    decision: late.number,
                    before: late.before,
                    taken,
                }));
            }
        }
        Ok(all)
    }

    /// Whatever waits of the keys that a decision frees, and the events that come alone, in the order of the log.
    fn touched(&mut self, late: &Late) -> Vec<Record> {
        let mut records = Vec::new();
        let mut freed = BTreeMap::new();
        for (key, waiting) in &self.waiting {
            let parked = self.keys.get(key).and_then(|f| f.head.parked.as_ref());
            if let Some(parked) = parked.filter(|p| late.events.get(&p.first) == Some(&true)) {
                freed.insert(key.clone(), parked.first);
                records.extend(waiting.iter().cloned());
            }
        }
        // Those that come alone; and those that nobody could read when they came, and that belong to such a key.
        for (offset, record) in &self.late {
            let comes = match late.events.get(offset) {
                Some(parks) => !parks && late.own && !late.discard,
                None => match self.processor.decode(record) {
                    Ok(Some(keyed)) => freed.get(&keyed.key).is_some_and(|first| first < offset),
                    _ => false,
                },
            };
            if comes && *offset < late.before {
                records.push(record.clone());
            }
        }
        records.sort_by_key(|record| record.offset);
        records
    }

    fn take_late(
        &mut self,
        late: &Late,
        record: &Record,
        freed: &mut Freed,
    ) -> Result<Option<Taken>, Panicked> {
        let keyed = match self.processor.decode(record) {
            Ok(Some(keyed)) => keyed,
            Ok(None) => return Ok(None),
            Err(reject) => {
                let became = Became::Unreadable(reject);
                return Ok(Some(Taken { key: None, became }));
            }
        };
        let key = &keyed.key;
        let became = if self.processor.spec().aggregates.is_none() {
            let became = self.step(record, &keyed)?;
            self.keys.remove(key);
            Some(became)
        } else if self.free(late, key, record.offset, freed) && late.discard {
            let head = &mut self.folded_mut(key).head;
            if let Some(producer) = origin(record) {
                (head.pos, head.id) = (Some(record.offset), Some(record.headers.id));
                head.src.extend([producer]);
            }
            Some(Became::LeftOut)
        } else if let Some(before) = freed.get(key) {
            self.follow(record, &keyed, before)?
        } else {
            self.alone(late.number, record, &keyed)?
        };
        let key = Some(keyed.key);
        Ok(became.map(|became| Taken { key, became }))
    }

    fn free(&mut self, late: &Late, key: &Bytes, offset: u64, freed: &mut Freed) -> bool {
        let head = &mut self.folded_mut(key).head;
        let decided = late.events.get(&offset) == Some(&true);
        let here = |parked: &mut Parked| decided && parked.first == offset;
        let Some(parked) = head.parked.take_if(here) else {
            return false;
        };
        head.late = Some(late.number);
        freed.insert(key.clone(), parked);
        self.waiting.remove(key);
        true
    }

    /// An event of a key that was freed; it waits on if the key was parked again.
    fn follow(
        &mut self,
        record: &Record,
        keyed: &Keyed,
        before: &Parked,
    ) -> Result<Option<Became>, Panicked> {
        if self.folded_mut(&keyed.key).head.parked.is_some() {
            let waiting = self.waiting.entry(keyed.key.clone()).or_default();
            waiting.push(record.clone());
            return Ok(None);
        }
        let became = self.step(record, keyed)?;
        if let Some(parked) = &mut self.folded_mut(&keyed.key).head.parked {
            parked.last = before.last;
            parked.src.clone_from(&before.src);
        }
        Ok(Some(became))
    }

    /// An event whose key has gone on without it.
    fn alone(
        &mut self,
        decision: u64,
        record: &Record,
        keyed: &Keyed,
    ) -> Result<Option<Became>, Panicked> {
        let ordered = self.processor.spec().poison == Poison::Park;
        let head = &mut self.folded_mut(&keyed.key).head;
        let parks = false;
        if let Some(parked) = &head.parked {
            let reject = behind(parked.first);
            return Ok(Some(Became::Rejected { reject, parks }));
        }
        if ordered && head.pos.is_some_and(|pos| pos >= record.offset) {
            let reject = too_late();
            return Ok(Some(Became::Rejected { reject, parks }));
        }
        // For the step it is as if nothing had come yet; what the key remembers of the log stays.
        let mut head: Head = std::mem::take(head);
        let became = self.step(record, keyed)?;
        let became = match became {
            Became::Rejected { reject, .. } => {
                self.waiting.remove(&keyed.key);
                let parks = false;
                Became::Rejected { reject, parks }
            }
            applied => {
                head.late = Some(decision);
                if let Some((name, sequence)) = origin(record).filter(|_| self.by_head()) {
                    let known = head.src.entry(name).or_insert(sequence);
                    *known = sequence.max(*known);
                }
                applied
            }
        };
        self.folded_mut(&keyed.key).head = head;
        Ok(Some(became))
    }
}
