//! Crowds that fit one island: the connected parts of the graph "within the join distance" with at most so many peers.

use super::{Grid, NEAR, NONE};

/// What the walk of a flush has found out about a cell.
const SMALL: u32 = 0;
const LARGE: u32 = 1;

impl Grid {
    /// Calls `found` with the cells of every connected part of at most `cap` peers that a touched cell is of, or was
    /// before it was touched.
    ///
    /// Each part comes once. A walk stops where it has met more than `cap` peers, or a cell that an earlier walk knows
    /// to belong to so many, so that the cost is bounded by the touched cells and what `cap` peers occupy around them.
    pub(crate) fn small_parts(&mut self, cap: usize, mut found: impl FnMut(&Self, &[u32])) {
        self.start_round();
        let mut part = Vec::new();
        for index in 0..self.touched.len() {
            let slot = self.touched[index];
            let near = self.cells[slot as usize].near;
            for seed in std::iter::once(slot).chain(near) {
                if seed == NONE || self.seen(seed) || !self.notes[seed as usize].occupied {
                    continue;
                }
                let small = self.walk(seed, cap, &mut part);
                let verdict = if small { SMALL } else { LARGE };
                for &cell in &part {
                    self.notes[cell as usize].mark = self.round << 1 | verdict;
                }
                if small {
                    found(self, &part);
                }
            }
        }
    }

    /// After two thousand million flushes the marks begin anew.
    fn start_round(&mut self) {
        self.round += 1;
        if self.round > u32::MAX >> 1 {
            self.round = 1;
            self.notes.iter_mut().for_each(|note| note.mark = 0);
        }
    }

    fn seen(&self, slot: u32) -> bool {
        self.notes[slot as usize].mark >> 1 == self.round
    }

    /// Collects the part of a cell; false as soon as it is known to be too large.
    fn walk(&mut self, seed: u32, cap: usize, part: &mut Vec<u32>) -> bool {
        part.clear();
        part.push(seed);
        self.notes[seed as usize].mark = self.round << 1;
        let (mut next, mut peers) = (0, 0);
        while let Some(&slot) = part.get(next) {
            next += 1;
            let cell = &self.cells[slot as usize];
            peers += cell.entries.len();
            if peers > cap {
                return false;
            }
            let (linked, near) = (cell.linked, cell.near);
            for (_, other) in (0..NEAR).zip(near).filter(|(k, _)| linked >> k & 1 == 1) {
                let mark = &mut self.notes[other as usize].mark;
                if *mark >> 1 != self.round {
                    *mark = self.round << 1;
                    part.push(other);
                } else if *mark & 1 == LARGE {
                    return false;
                }
            }
        }
        true
    }
}
