//! The search of the longest match, over chains of positions with the same hash.

use super::{DISTANCE_MAX, MATCH_MIN};

/// Positions count from here, so that 0 in the hash table is farther than any match may be.
const BASE: usize = 1 << 16;
const HASH_BITS: u32 = 15;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// 0 when nothing was found.
    pub(super) length: usize,
    pub(super) distance: usize,
}

pub(super) struct Chains<'a> {
    source: &'a [u8],
    /// Matches end before this.
    end: usize,
    /// The last position with a hash.
    heads: Vec<u32>,
    /// For a position, how far back the one before it with its hash is.
    deltas: Vec<u16>,
    /// Positions before this are in the chains.
    inserted: usize,
    /// Candidates tried for one position.
    attempts: u32,
}

/// What is known of the run of one byte that starts at the searched position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Unknown,
    No,
    Length(usize),
}

/// A search under way.
struct Search {
    /// Searched position and the lowest one that may match it, as chain indices.
    here: usize,
    lowest: usize,
    candidate: usize,
    /// Which of the candidate's bytes has the chain that is followed.
    lane: usize,
    best: Match,
    run: Run,
}

impl<'a> Chains<'a> {
    pub(super) fn new(source: &'a [u8], end: usize, attempts: u32) -> Self {
        Self {
            source,
            end,
            attempts,
            heads: vec![0; 1 << HASH_BITS],
            deltas: vec![u16::MAX; BASE],
            inserted: 0,
        }
    }

    fn word(&self, at: usize) -> u32 {
        let bytes = self.source[at..at + 4].try_into();
        u32::from_le_bytes(bytes.expect("four bytes"))
    }

    fn hash(&self, at: usize) -> usize {
        (self.word(at).wrapping_mul(2_654_435_761) >> (32 - HASH_BITS)) as usize
    }

    fn delta(&self, index: usize) -> usize {
        usize::from(self.deltas[index & 0xffff])
    }

    fn insert_before(&mut self, at: usize) {
        for position in self.inserted..at {
            let hash = self.hash(position);
            let index = position + BASE;
            let delta = (index - self.heads[hash] as usize).min(DISTANCE_MAX);
            self.deltas[index & 0xffff] = delta as u16;
            self.heads[hash] = index as u32;
        }
        self.inserted = self.inserted.max(at);
    }

    /// Equal bytes from `a` and `b` on, `a` before the end.
    fn common_length(&self, a: usize, b: usize) -> usize {
        let from_a = &self.source[a..self.end];
        let from_b = &self.source[b..b + from_a.len()];
        let (words_a, rest_a) = from_a.as_chunks::<8>();
        let (words_b, rest_b) = from_b.as_chunks::<8>();
        for (number, (a, b)) in words_a.iter().zip(words_b).enumerate() {
            let differing = u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b);
            if differing != 0 {
                return number * 8 + differing.trailing_zeros() as usize / 8;
            }
        }
        let pairs = rest_a.iter().zip(rest_b);
        words_a.len() * 8 + pairs.take_while(|(a, b)| a == b).count()
    }

    /// How often the byte before `at` stands in a row from there on.
    fn run_length(&self, at: usize) -> usize {
        self.common_length(at, at - 1)
    }

    fn run_length_back(&self, at: usize, byte: u8) -> usize {
        let (rest, words) = self.source[..at].as_rchunks::<8>();
        let run = u64::from_le_bytes([byte; 8]);
        for (number, word) in words.iter().rev().enumerate() {
            let differing = u64::from_le_bytes(*word) ^ run;
            if differing != 0 {
                return number * 8 + differing.leading_zeros() as usize / 8;
            }
        }
        let rest = rest.iter().rev();
        words.len() * 8 + rest.take_while(|found| **found == byte).count()
    }

    /// The longest match for `at`, longer than three bytes; of equals the nearest.
    pub(super) fn longest(&mut self, at: usize) -> Match {
        self.insert_before(at);
        let here = at + BASE;
        let mut search = Search {
            here,
            lowest: BASE.max(here - DISTANCE_MAX),
            candidate: self.heads[self.hash(at)] as usize,
            lane: 0,
            best: Match {
                length: MATCH_MIN - 1,
                distance: 0,
            },
            run: Run::Unknown,
        };
        let mut attempts = self.attempts;
        while search.candidate >= search.lowest && attempts > 0 {
            attempts -= 1;
            if !self.jump(&mut search) {
                search.candidate -= self.delta(search.candidate + search.lane);
            }
        }
        if search.best.length < MATCH_MIN {
            return Match::default();
        }
        search.best
    }

    /// Compares the candidate; whether a farther one was chosen than the next of the chain.
    fn jump(&self, search: &mut Search) -> bool {
        let length = self.compare(search);
        if length == search.best.length && self.better_chain(search) {
            return true;
        }
        self.delta(search.candidate) == 1 && search.lane == 0 && self.inside_run(search)
    }

    /// The length of the candidate's match, 0 if it can't be the best.
    fn compare(&self, search: &mut Search) -> usize {
        let (here, there) = (search.here - BASE, search.candidate - BASE);
        let last = search.best.length - 1;
        let ends_alike = self.source[here + last..here + last + 2]
            == self.source[there + last..there + last + 2];
        if !ends_alike || self.word(there) != self.word(here) {
            return 0;
        }
        let length = self.common_length(here, there);
        if length > search.best.length {
            search.best = Match {
                length,
                distance: search.here - search.candidate,
            };
        }
        length
    }

    /// After a new best match: another byte of it may have a chain with longer steps.
    fn better_chain(&self, search: &mut Search) -> bool {
        const TRIGGER: usize = 4;
        let length = search.best.length;
        if search.candidate + length > search.here {
            return false;
        }
        let end = length - MATCH_MIN + 1;
        let (mut farthest, mut at, mut effort) = (1, 0, 1 << TRIGGER);
        while at < end {
            let delta = self.delta(search.candidate + at);
            let step = effort >> TRIGGER;
            effort += 1;
            if delta > farthest {
                farthest = delta;
                search.lane = at;
                effort = 1 << TRIGGER;
            }
            at += step;
        }
        if farthest <= 1 {
            return false;
        }
        search.candidate -= farthest;
        true
    }

    /// The candidate may lie in a run of one byte, whose positions are all candidates: jump to the useful one.
    fn inside_run(&self, search: &mut Search) -> bool {
        let here = search.here - BASE;
        let pattern = self.word(here);
        let byte = pattern as u8;
        if search.run == Run::Unknown {
            let uniform = pattern == u32::from(byte) * 0x0101_0101;
            search.run = if uniform {
                Run::Length(self.run_length(here + 4) + 4)
            } else {
                Run::No
            };
        }
        let Run::Length(wanted) = search.run else {
            return false;
        };
        let before = search.candidate - 1;
        if before < search.lowest || self.word(before - BASE) != pattern {
            return false;
        }
        let forward = self.run_length(before - BASE + 4) + 4;
        let back = self.run_length_back(before - BASE, byte);
        let back = before - (before - back).max(search.lowest);
        if back + forward >= wanted && forward <= wanted {
            search.candidate = before + forward - wanted;
            return true;
        }
        search.candidate = before - back;
        let length = (back + forward).min(wanted);
        if search.best.length < length {
            search.best = Match {
                length,
                distance: search.here - search.candidate,
            };
        }
        search.candidate -= self.delta(search.candidate);
        true
    }
}
