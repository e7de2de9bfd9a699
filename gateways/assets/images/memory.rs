//! What URLs held when they were last looked at: a bounded number of them, those asked for last.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use super::{Outcome, Stored, Wanted};

/// What is known of a URL.
#[derive(Clone, Debug)]
pub(super) struct Known {
    outcome: Outcome,
    /// Headers of a question whether it is still so; without any, it is fetched again.
    validators: HeaderMap,
    kept_for: Duration,
    until: Instant,
}

impl Known {
    /// Believed from now on for so long.
    pub(super) fn new(outcome: Outcome, validators: HeaderMap, kept_for: Duration) -> Self {
        Self {
            outcome,
            validators,
            kept_for,
            until: Instant::now() + kept_for,
        }
    }
}

/// The memory.
pub(super) struct Memory {
    known: HashMap<Wanted, (Known, u64)>,
    /// By when they were asked for: the first goes first.
    turns: BTreeMap<u64, Wanted>,
    turn: u64,
    most: usize,
}

impl Memory {
    /// Remembers at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self {
            known: HashMap::new(),
            turns: BTreeMap::new(),
            turn: 0,
            most,
        }
    }

    /// What is still believed of a URL.
    pub(super) fn fresh(&mut self, wanted: &Wanted) -> Option<Outcome> {
        let (known, turn) = self.known.get_mut(wanted)?;
        if known.until <= Instant::now() {
            return None;
        }
        self.turn += 1;
        self.turns.remove(turn);
        self.turns.insert(self.turn, wanted.clone());
        *turn = self.turn;
        Some(known.outcome.clone())
    }

    /// How long what was found out last of a URL is believed, from then on.
    pub(super) fn kept_for(&self, wanted: &Wanted) -> Option<Duration> {
        let (known, _) = self.known.get(wanted)?;
        Some(known.kept_for)
    }

    /// What a URL held at last, and how to ask whether it still does.
    pub(super) fn last(&self, wanted: &Wanted) -> Option<(Stored, HeaderMap)> {
        let (known, _) = self.known.get(wanted)?;
        let stored = known.outcome.as_ref().ok()?;
        let asks = !known.validators.is_empty();
        asks.then(|| (stored.clone(), known.validators.clone()))
    }

    /// Remembers a URL.
    pub(super) fn keep(&mut self, wanted: Wanted, known: Known) {
        self.forget(&wanted);
        self.turn += 1;
        self.turns.insert(self.turn, wanted.clone());
        self.known.insert(wanted, (known, self.turn));
        while self.known.len() > self.most {
            let Some((_, first)) = self.turns.pop_first() else {
                return;
            };
            self.known.remove(&first);
        }
    }

    /// Forgets a URL.
    pub(super) fn forget(&mut self, wanted: &Wanted) {
        if let Some((_, turn)) = self.known.remove(wanted) {
            self.turns.remove(&turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, header};
    use reqwest::Url;
    use texture::Usage;

    use super::*;

    fn wanted(number: usize) -> Wanted {
        Wanted {
            url: Url::parse(&format!("https://x.org/{number}")).expect("a URL"),
            usage: Usage::Colour,
        }
    }

    fn known(kept_for: Duration) -> Known {
        let name = format!("{:064}.png", 0);
        let stored = Stored::parse(&name).expect("a name");
        let tag = (header::IF_NONE_MATCH, HeaderValue::from_static("\"x\""));
        Known::new(Ok(stored), HeaderMap::from_iter([tag]), kept_for)
    }

    #[test]
    fn the_ones_asked_for_last_are_kept() {
        let mut memory = Memory::new(3);
        let long = Duration::from_secs(3600);
        for number in 0..3 {
            memory.keep(wanted(number), known(long));
        }
        assert!(memory.fresh(&wanted(0)).is_some());
        memory.keep(wanted(3), known(long));
        memory.keep(wanted(3), known(long));
        let kept: Vec<bool> = (0..4).map(|n| memory.fresh(&wanted(n)).is_some()).collect();
        assert_eq!(kept, [true, false, true, true]);
        assert_eq!((memory.known.len(), memory.turns.len()), (3, 3));
        memory.forget(&wanted(0));
        assert_eq!((memory.known.len(), memory.turns.len()), (2, 2));
    }

    #[test]
    fn what_is_old_is_only_asked_about() {
        let mut memory = Memory::new(3);
        memory.keep(wanted(0), known(Duration::ZERO));
        assert!(memory.fresh(&wanted(0)).is_none());
        assert!(memory.last(&wanted(0)).is_some());
        let other = Wanted {
            usage: Usage::Data,
            ..wanted(0)
        };
        assert!(memory.last(&other).is_none());
    }
}
