//! The decisions that were placed, as far as their topic was read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::TOPIC;
use super::decision::{Decision, Late};
use crate::ports::{Log, PortError, ReadLimits};

#[derive(Default)]
struct Known {
    next: u64,
    /// By processor, in the order of their numbers.
    all: BTreeMap<String, Arc<Vec<Arc<Decision>>>>,
}

/// What people decided about the dead letters of all processors.
#[derive(Default)]
pub struct Decisions {
    known: Mutex<Known>,
}

impl Decisions {
    /// Reads what was placed by now. Of two records with one number the first counts. A log without the topic has no
    /// decisions.
    ///
    /// # Errors
    /// The log's faults that pass.
    pub async fn refresh(&self, log: &dyn Log) -> Result<(), PortError> {
        let ends = match log.ends(TOPIC).await {
            Ok(ends) => ends,
            Err(PortError::Refused(_)) => return Ok(()),
            Err(error) => return Err(error),
        };
        let end = ends.first().copied().unwrap_or(0);
        loop {
            let next = self.lock().next;
            if next >= end {
                return Ok(());
            }
            let batch = log.read(TOPIC, 0, next, ReadLimits::default()).await?;
            if batch.next <= next {
                return Ok(());
            }
            let mut known = self.lock();
            // Another call may have been faster.
            let new = batch.records.iter().filter(|r| r.offset >= known.next);
            let new: Vec<Decision> = new.filter_map(Decision::of).collect();
            known.next = known.next.max(batch.next);
            new.into_iter().for_each(|decision| known.learn(decision));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one in, as if it had been read.
    pub fn learn(&self, decision: Decision) {
        self.lock().learn(decision);
    }

    /// Those about a processor, in the order of their numbers.
    pub fn of(&self, processor: &str) -> Arc<Vec<Arc<Decision>>> {
        self.lock().all.get(processor).cloned().unwrap_or_default()
    }

    /// Number of the last one about a processor; 0 if there is none.
    pub fn last(&self, processor: &str) -> u64 {
        self.of(processor).last().map_or(0, |last| last.number)
    }

    /// What those about a processor mean in one partition to one generation, in the order of their numbers. `lineage`: the
    /// generation, and those whose rows it took over from a snapshot; `until`: it ends at this time, ms.
    pub fn late(
        &self,
        processor: &str,
        lineage: &[u32],
        partition: u32,
        until: Option<i64>,
    ) -> Vec<Late> {
        let (mut last, mut nth) = (0, 0_u8);
        let mut all = Vec::new();
        for decision in self.of(processor).iter() {
            let Some(before) = decision.place(partition) else {
                continue;
            };
            nth = match before == last {
                true => nth.saturating_add(1),
                false => 1,
            };
            last = before;
            let events = decision.events.iter();
            let events = events.filter(|e| e.partition == partition && e.offset < before);
            let events: BTreeMap<u64, bool> = events.map(|e| (e.offset, e.parks)).collect();
            if events.is_empty() || until.is_some_and(|until| decision.at > until) {
                continue;
            }
            all.push(Late {
                number: decision.number,
                before,
                nth,
                discard: decision.discard,
                own: lineage.contains(&decision.generation),
                events,
            });
        }
        all
    }

    /// How many decisions have this place, at most, over the partitions.
    pub(crate) fn crowd(&self, processor: &str, ends: &[u64]) -> usize {
        let all = self.of(processor);
        let of = |(partition, end): (u32, &u64)| {
            let there = all.iter().rev();
            there
                .take_while(|d| d.place(partition) == Some(*end))
                .count()
        };
        (0..).zip(ends).map(of).max().unwrap_or(0)
    }
}

impl Known {
    fn learn(&mut self, decision: Decision) {
        let of = self.all.entry(decision.processor.clone()).or_default();
        if of.last().is_none_or(|last| last.number < decision.number) {
            Arc::make_mut(of).push(Arc::new(decision));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decision::Event;
    use super::*;

    fn decision(number: u64, before: [u64; 2], offset: u64) -> Decision {
        Decision {
            processor: "p".into(),
            number,
            generation: 1,
            before: before.into(),
            events: vec![Event {
                partition: 0,
                offset,
                parks: true,
            }],
            ..Decision::default()
        }
    }

    #[test]
    fn the_first_of_a_number_counts_and_neighbours_are_told_apart() {
        let decisions = Decisions::default();
        for next in [
            decision(1, [5, 0], 2),
            decision(1, [9, 9], 2),
            decision(2, [5, 3], 3),
            decision(3, [7, 3], 6),
        ] {
            decisions.learn(next);
        }
        let late = decisions.late("p", &[2], 0, None);
        let places = late.iter().map(|l| (l.number, l.before, l.nth, l.own));
        let places: Vec<_> = places.collect();
        assert_eq!(
            places,
            [(1, 5, 1, false), (2, 5, 2, false), (3, 7, 1, false)]
        );
        assert!(
            decisions.late("p", &[1], 1, None).is_empty(),
            "no event there"
        );
        assert_eq!(decisions.crowd("p", &[7, 3]), 2);
        assert_eq!(decisions.crowd("p", &[8, 4]), 0);
    }

    #[test]
    fn a_generation_that_ends_before_it_has_none_of_it() {
        let decisions = Decisions::default();
        let at = 50;
        decisions.learn(Decision {
            at,
            ..decision(1, [5, 0], 2)
        });
        assert!(decisions.late("p", &[1], 0, Some(49)).is_empty());
        assert_eq!(decisions.late("p", &[1], 0, Some(50)).len(), 1);
    }

    #[test]
    fn what_was_taken_over_with_its_rows_is_ones_own() {
        let decisions = Decisions::default();
        decisions.learn(decision(1, [5, 0], 2));
        let own = |lineage: &[u32]| decisions.late("p", lineage, 0, None)[0].own;
        assert_eq!([&[1][..], &[3], &[3, 1]].map(own), [true, false, true]);
    }
}
