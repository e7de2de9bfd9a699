//! Which neighbouring cells have peers within the join distance of each other.
//!
//! A link is proved by two peers. They are remembered: as long as both are still there and still near, which is nearly
//! always, the link costs one comparison a flush however crowded the cells are.

use super::{Entry, Grid, NEAR, NONE};
use crate::space::{Bounds, Point};

impl Grid {
    /// Makes the links of all touched cells anew. `cell_of` and `points` are of the peers, by slot.
    pub(crate) fn refresh_links(&mut self, cell_of: &[u32], points: &[Point]) {
        let touched = std::mem::take(&mut self.touched);
        for &slot in &touched {
            let cell = &mut self.cells[slot as usize];
            cell.bounds = Bounds::of(cell.entries.iter().map(|e| e.point));
        }
        for &slot in &touched {
            let near = self.cells[slot as usize].near;
            for (k, other) in near.into_iter().enumerate().filter(|(_, o)| *o != NONE) {
                if k < NEAR / 2 {
                    self.refresh_link(slot, other, k, cell_of, points);
                } else if !self.notes[other as usize].touched {
                    self.refresh_link(other, slot, NEAR - 1 - k, cell_of, points);
                }
            }
        }
        self.touched = touched;
    }

    /// Makes one link anew: from a cell to its neighbour `k` of the first half.
    fn refresh_link(&mut self, slot: u32, other: u32, k: usize, cell_of: &[u32], points: &[Point]) {
        let here = &self.cells[slot as usize];
        let held = here.linked >> k & 1 == 1;
        let (a, b) = here.witness[k];
        // A slot may be another peer's by now: whoever stands there proves the link as well.
        let proves = |a: u32, b: u32| {
            cell_of[a as usize] == slot
                && cell_of[b as usize] == other
                && points[a as usize].distance2(points[b as usize]) <= self.join2
        };
        if held && proves(a, b) {
            return;
        }
        let both = self.notes[slot as usize].occupied && self.notes[other as usize].occupied;
        let proof = if both { self.proof(slot, other) } else { None };
        if held != proof.is_some() {
            self.cells[slot as usize].linked ^= 1 << k;
            self.cells[other as usize].linked ^= 1 << (NEAR - 1 - k);
        }
        if let Some(proof) = proof {
            self.cells[slot as usize].witness[k] = proof;
        }
    }

    /// Two peers of two cells within the join distance, if there are any.
    fn proof(&self, slot: u32, other: u32) -> Option<(u32, u32)> {
        let (here, there) = (&self.cells[slot as usize], &self.cells[other as usize]);
        if here.bounds.gap2(&there.bounds) > self.join2 {
            return None;
        }
        let reaches = |a: &&Entry| there.bounds.distance2(a.point) <= self.join2;
        here.entries.iter().filter(reaches).find_map(|a| {
            let is_near = |b: &&Entry| a.point.distance2(b.point) <= self.join2;
            let b = there.entries.iter().find(is_near)?;
            Some((a.peer, b.peer))
        })
    }
}
