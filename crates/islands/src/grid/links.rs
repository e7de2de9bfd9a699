//! Which neighbouring cells have peers within the join distance of each other.
//!
//! A link is proved by two peers. They are remembered: as long as both are still there and still near, which is nearly
//! always, the link costs one comparison a flush however crowded the cells are.

use super::{Entry, Grid, NEAR, NONE};
use crate::space::Bounds;

impl Grid {
    /// Makes the links of all touched cells anew.
    ///
    /// `standing` tells the cell of a peer and its place there, for slots that may be out of use.
    pub(crate) fn refresh_links(&mut self, standing: impl Fn(u32) -> (u32, u32)) {
        let touched = std::mem::take(&mut self.touched);
        for &slot in &touched {
            let cell = &mut self.cells[slot as usize];
            cell.bounds = Bounds::of(cell.entries.iter().map(|e| e.point));
        }
        for &slot in &touched {
            for k in 0..NEAR {
                let other = self.cells[slot as usize].near[k];
                if other == NONE {
                    continue;
                }
                if k >= NEAR / 2 {
                    if !self.cells[other as usize].touched {
                        self.refresh_link(other, slot, NEAR - 1 - k, &standing);
                    }
                } else {
                    self.refresh_link(slot, other, k, &standing);
                }
            }
        }
        self.touched = touched;
    }

    /// Makes one link anew: from a cell to its neighbour `k` of the first half.
    fn refresh_link(
        &mut self,
        slot: u32,
        other: u32,
        k: usize,
        standing: &impl Fn(u32) -> (u32, u32),
    ) {
        let (here, there) = (&self.cells[slot as usize], &self.cells[other as usize]);
        let held = here.linked >> k & 1 == 1;
        let proof = if here.entries.is_empty() || there.entries.is_empty() {
            None
        } else if held && self.still_proved(here.witness[k], slot, other, standing) {
            return;
        } else {
            self.proof(slot, other)
        };
        let bit =
            |set: &mut u32, k: usize| *set = *set & !(1 << k) | u32::from(proof.is_some()) << k;
        bit(&mut self.cells[slot as usize].linked, k);
        bit(&mut self.cells[other as usize].linked, NEAR - 1 - k);
        if let Some(proof) = proof {
            self.cells[slot as usize].witness[k] = proof;
        }
    }

    fn still_proved(
        &self,
        witness: (u32, u32),
        slot: u32,
        other: u32,
        standing: &impl Fn(u32) -> (u32, u32),
    ) -> bool {
        let entry = |peer: u32, cell: u32| -> Option<Entry> {
            let (is_in, place) = standing(peer);
            let entries = &self.cells[cell as usize].entries;
            (is_in == cell).then(|| entries[place as usize])
        };
        let pair = entry(witness.0, slot).zip(entry(witness.1, other));
        pair.is_some_and(|(a, b)| a.point.distance2(b.point) <= self.join2)
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
