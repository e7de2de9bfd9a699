//! What is known of a read model's generations, as one value that is changed as a whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::generation::{Copying, Generation, Origin, State};
use crate::dead_letters::Decision;

/// A read model: which generation is read, which there are, and which of them speaks.
///
/// It is stored under one pointer, so that every change of it is one compare-and-set: there is never a moment with two
/// live generations, or with tables of one and effects of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadModel {
    /// The generation that requests read.
    pub live: u32,
    /// Number of the next one; a number is never used again.
    pub next: u32,
    /// Those that are there, by number.
    pub generations: BTreeMap<u32, Generation>,
    /// Who emitted and asked for effects, in the order of the offsets.
    pub turns: Vec<Turn>,
    /// The generation that a switch which has begun goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switching: Option<Switching>,
    /// What is being decided about dead letters: nobody folds on until it has a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deciding: Option<Box<Decision>>,
    /// Number of the last decision that has one; 0: there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub decided: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A switch that has begun: nobody speaks of what is appended from now on until it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Switching {
    /// The generation it goes to.
    pub to: u32,
    /// The old generation does not run any more: its turn ends where its marks stand.
    #[serde(default)]
    pub abandon: bool,
}

/// From which offsets on a generation speaks: its events and effects go out, those of the others do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// The generation.
    pub generation: u32,
    /// First offset by partition of the input; a partition that is missing starts at 0.
    pub from: Vec<u64>,
    /// When it was decided, ms; 0 for the first.
    pub at: i64,
}

/// Why a read model cannot be changed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No such generation.
    #[error("there is no generation {0}")]
    Unknown(u32),
    /// It cannot be promoted, or dropped, in the state it is in.
    #[error("generation {0} {1}")]
    Unfit(u32, &'static str),
    /// Another switch has begun.
    #[error("a switch to generation {0} has begun and not ended yet")]
    Switching(u32),
    /// There was never another live generation.
    #[error("there is no generation to go back to")]
    NothingBefore,
    /// Something else is being decided, or was.
    #[error("another decision about dead letters was made")]
    Deciding,
}

impl Turn {
    /// First offset of a partition.
    pub fn first(&self, partition: u32) -> u64 {
        self.from.get(partition as usize).copied().unwrap_or(0)
    }
}

impl ReadModel {
    /// With one generation, which is live.
    pub fn new(revision: u32, now: i64) -> Self {
        let first = Generation {
            state: State::Live,
            ..Generation::building(revision, now)
        };
        Self {
            live: 1,
            next: 2,
            generations: BTreeMap::from([(1, first)]),
            turns: vec![Turn {
                generation: 1,
                from: Vec::new(),
                at: 0,
            }],
            switching: None,
            deciding: None,
            decided: 0,
        }
    }

    /// The turn to which an offset belongs.
    fn turn(&self, partition: u32, offset: u64) -> Option<usize> {
        let mut turns = self.turns.iter();
        turns.rposition(|turn| turn.first(partition) <= offset)
    }

    /// Whether what a generation emits because of an event goes out.
    pub fn speaks(&self, generation: u32, partition: u32, offset: u64) -> bool {
        let turn = self.turn(partition, offset);
        turn.is_some_and(|turn| self.turns[turn].generation == generation)
    }

    /// Who spoke before the turn of an offset, and how far it must have come before anyone else may go on: what
    /// readers of its topics see stays in the order of the input.
    pub fn before(&self, partition: u32, offset: u64) -> Option<(u32, u64)> {
        let turn = self.turn(partition, offset)?;
        let first = self.turns[turn].first(partition);
        let before = self.turns[..turn].iter().rev();
        let mut before = before.filter(|before| before.first(partition) < first);
        before.next().map(|before| (before.generation, first))
    }

    fn fit(&self, number: u32) -> Result<&Generation, Refused> {
        let generation = self.generations.get(&number);
        let generation = generation.ok_or(Refused::Unknown(number))?;
        match generation.state {
            State::Dropping => Err(Refused::Unfit(number, "is being dropped")),
            _ => Ok(generation),
        }
    }

    fn settled(&self) -> Result<(), Refused> {
        match self.switching {
            Some(switching) => Err(Refused::Switching(switching.to)),
            None => Ok(()),
        }
    }

    /// Adds a generation to be built. Its number is [`ReadModel::next`] as it was.
    pub fn build(&mut self, generation: Generation) -> u32 {
        let number = self.next;
        self.next += 1;
        self.generations.insert(number, generation);
        number
    }

    /// Begins to switch: from now on nobody speaks until the offsets are known.
    ///
    /// # Errors
    /// The generation is not there, is being dropped, stops at a time, is paused or live; another switch has begun.
    pub fn begin(&mut self, to: u32, abandon: bool) -> Result<(), Refused> {
        if let Some(begun) = self.switching.filter(|begun| begun.to == to) {
            self.switching = Some(Switching { abandon, ..begun });
            return Ok(());
        }
        self.settled()?;
        let generation = self.fit(to)?;
        if self.live == to {
            return Err(Refused::Unfit(to, "is live already"));
        }
        if generation.until.is_some() {
            let why = "ends at a time: it shows the past and cannot go on";
            return Err(Refused::Unfit(to, why));
        }
        if generation.copying().is_some() {
            return Err(Refused::Unfit(to, "is still being copied from a snapshot"));
        }
        if generation.paused {
            return Err(Refused::Unfit(to, "is paused"));
        }
        self.switching = Some(Switching { to, abandon });
        Ok(())
    }

    /// Ends the switch that had begun when there were `turns` of them: the generation is read, and speaks from these
    /// offsets on. If it has ended since, everything stays as it is.
    pub fn finish(&mut self, turns: usize, mut from: Vec<u64>, now: i64) {
        let Some(Switching { to, .. }) = self.switching.filter(|_| turns == self.turns.len())
        else {
            return;
        };
        self.switching = None;
        // Turns never go back: one that was abandoned early may not have reached its own first offset.
        if let Some(last) = self.turns.last() {
            let firsts = (0..).zip(from.iter_mut());
            firsts.for_each(|(partition, first)| *first = last.first(partition).max(*first));
        }
        let old = std::mem::replace(&mut self.live, to);
        for (number, state) in [(old, State::Retired), (to, State::Live)] {
            if let Some(generation) = self.generations.get_mut(&number) {
                generation.state = state;
            }
        }
        self.turns.push(Turn {
            generation: to,
            from,
            at: now,
        });
    }

    /// The generation that was live before this one, if it is still there.
    ///
    /// # Errors
    /// There is none.
    pub fn previous(&self) -> Result<u32, Refused> {
        let before = self.turns.iter().rev().map(|turn| turn.generation);
        let mut before = before.filter(|number| *number != self.live && self.fit(*number).is_ok());
        before.next().ok_or(Refused::NothingBefore)
    }

    /// Gives a generation up: who runs it stops, and its tables go.
    ///
    /// # Errors
    /// It is not there, it is live, or a switch goes to it.
    pub fn give_up(&mut self, number: u32) -> Result<(), Refused> {
        if self.live == number {
            return Err(Refused::Unfit(number, "is live"));
        }
        self.settled()?;
        let generation = self.generations.get_mut(&number);
        generation.ok_or(Refused::Unknown(number))?.state = State::Dropping;
        Ok(())
    }

    /// Forgets a generation whose tables are gone.
    pub fn forget(&mut self, number: u32) {
        let dropping = |g: &Generation| g.state == State::Dropping;
        if self.generations.get(&number).is_some_and(dropping) {
            self.generations.remove(&number);
        }
    }

    /// Notes how far the copy of a snapshot is, if nobody else has noted it since it had come to `beat`; `None`: it is
    /// done. Says whether it was noted.
    pub fn copied(&mut self, number: u32, beat: u64, now: Option<Copying>) -> bool {
        let generation = self.generations.get_mut(&number);
        let origin = generation.and_then(|g| g.snapshot.as_mut());
        let Some(Origin {
            copying: copying @ Some(_),
            ..
        }) = origin
        else {
            return false;
        };
        let noted = copying.as_ref().is_some_and(|known| known.beat == beat);
        if noted {
            *copying = now;
        }
        noted
    }

    /// Lets a generation stand still, or go on.
    ///
    /// # Errors
    /// It is not there, or is being dropped.
    pub fn pause(&mut self, number: u32, paused: bool) -> Result<(), Refused> {
        self.fit(number)?;
        if let Some(generation) = self.generations.get_mut(&number) {
            generation.paused = paused;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(model: &mut ReadModel) -> u32 {
        model.build(Generation {
            state: State::Building,
            ..model.generations[&1].clone()
        })
    }

    #[test]
    fn each_offset_has_one_speaker() {
        let mut model = ReadModel::new(1, 0);
        assert!(model.speaks(1, 0, 0) && model.speaks(1, 9, u64::MAX));
        let two = built(&mut model);
        model.begin(two, false).expect("fit");
        assert_eq!(
            model.begin(1, false),
            Err(Refused::Switching(two)),
            "one at a time"
        );
        model.finish(1, vec![10, 0], 5);
        assert_eq!((model.live, model.switching), (two, None));
        let speaker = |model: &ReadModel, partition, offset| {
            let all = [1, 2].map(|g| model.speaks(g, partition, offset));
            assert_eq!(all.iter().filter(|speaks| **speaks).count(), 1);
            if all[0] { 1 } else { 2 }
        };
        assert_eq!(speaker(&model, 0, 9), 1);
        assert_eq!(speaker(&model, 0, 10), 2);
        assert_eq!(speaker(&model, 1, 0), 2);
        assert_eq!(model.before(0, 10), Some((1, 10)));
        assert_eq!(model.before(0, 9), None);
        assert_eq!(model.before(1, 3), None, "it had nothing to say there");
        // And back.
        assert_eq!(model.previous(), Ok(1));
        model.begin(1, false).expect("fit");
        model.finish(2, vec![4, 7], 6);
        assert_eq!(speaker(&model, 0, 12), 1, "nothing came meanwhile");
        assert_eq!((speaker(&model, 1, 6), speaker(&model, 1, 7)), (2, 1));
        assert_eq!(model.before(0, 12), Some((1, 10)));
        assert_eq!(model.before(1, 7), Some((2, 7)));
    }

    #[test]
    fn a_switch_that_ended_does_not_end_again() {
        let mut model = ReadModel::new(1, 0);
        let two = built(&mut model);
        model.begin(two, false).expect("fit");
        model.finish(1, vec![3], 1);
        let ended = model.clone();
        model.finish(1, vec![9], 2);
        assert_eq!(model, ended);
        // Nor when another to the same generation has begun meanwhile.
        model.begin(1, false).expect("fit");
        model.finish(2, vec![4], 3);
        model.begin(two, false).expect("fit");
        let begun = model.clone();
        model.finish(1, vec![9], 4);
        assert_eq!(model, begun);
    }

    #[test]
    fn nothing_switches_to_a_copy_that_has_not_ended() {
        let mut model = ReadModel::new(1, 0);
        let copying = |beat| {
            Some(Copying {
                beat,
                ..Copying::default()
            })
        };
        let two = model.build(Generation {
            snapshot: Some(Origin {
                number: 1,
                lineage: vec![1],
                rows_from: vec![4, 7],
                whole_at: vec![5, 9],
                copying: copying(0),
            }),
            ..Generation::building(1, 0)
        });
        let of = |model: &ReadModel, partition| model.generations[&two].rows_from(partition);
        assert_eq!([0, 1, 2].map(|p| of(&model, p)), [4, 7, 0]);
        assert_eq!(model.generations[&two].lineage(two), [two, 1]);
        assert!(model.begin(two, false).is_err());
        assert!(model.copied(two, 0, copying(1)), "it is claimed");
        assert!(!model.copied(two, 0, copying(1)), "by one");
        assert!(!model.copied(1, 0, None), "the first is no copy");
        assert!(model.copied(two, 1, None));
        assert!(!model.copied(two, 1, None), "it has ended");
        assert_eq!(model.begin(two, false), Ok(()));
    }

    #[test]
    fn what_is_live_or_unfit_is_refused() {
        let mut model = ReadModel::new(1, 0);
        assert_eq!(model.begin(7, false), Err(Refused::Unknown(7)));
        assert_eq!(model.previous(), Err(Refused::NothingBefore));
        assert!(model.begin(1, false).is_err() && model.give_up(1).is_err());
        let past = model.build(Generation {
            until: Some(5),
            state: State::Building,
            ..model.generations[&1].clone()
        });
        assert!(model.begin(past, false).is_err());
        model.give_up(past).expect("it is not live");
        assert!(model.begin(past, false).is_err() && model.pause(past, true).is_err());
        model.forget(1);
        model.forget(past);
        assert_eq!(model.generations.keys().collect::<Vec<_>>(), [&1]);
        assert_eq!(built(&mut model), past + 1, "a number is never used again");
    }
}
