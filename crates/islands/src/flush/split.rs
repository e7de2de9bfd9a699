//! Islands whose members are no longer connected at the leave distance come apart; the larger part keeps the number.

use std::cmp::Reverse;

use crate::Engine;
use crate::isles::{Part, connected_parts};

impl Engine {
    pub(super) fn split_dirty(&mut self) {
        for index in 0..self.isles.dirty.len() {
            self.split(self.isles.dirty[index]);
        }
    }

    /// Checks one island, and takes it apart if need be. An empty one is dissolved.
    pub(super) fn split(&mut self, slot: u32) {
        if !self.isles.is_alive(slot) {
            self.isles.dissolve(slot);
            return;
        }
        if !self.isles.is_proved(slot, &self.peers, &self.rules) {
            let members = &self.isles.get(slot).members;
            let mut parts = connected_parts(members, &self.peers, self.rules.leave2);
            let number = self.isles.get(slot).number;
            let keeper = (0..parts.len())
                .max_by_key(|i| self.claim(&parts[*i], number))
                .expect("an island that is alive has members");
            let kept = parts.swap_remove(keeper);
            let came_apart = !parts.is_empty();
            if came_apart {
                self.isles.rows[slot as usize].shrunk = true;
            }
            self.isles
                .refill(&mut self.peers, slot, kept.members, kept.tree, came_apart);
            for part in parts {
                let new = self.isles.create(0);
                self.isles
                    .refill(&mut self.peers, new, part.members, part.tree, true);
                self.enqueue(new);
            }
        }
        if self.isles.get(slot).shrunk {
            self.enqueue(slot);
        }
    }

    /// How strong a part's claim to the number of its island is: those who were told it, all, those who stood still,
    /// and whoever has the smallest id.
    fn claim(&self, part: &Part, number: u64) -> impl Ord + use<> {
        let count = |is: &dyn Fn(&crate::peers::Row) -> bool| {
            part.members
                .iter()
                .filter(|peer| is(self.peers.row(**peer)))
                .count()
        };
        (
            count(&|row| number > 0 && row.told == number),
            part.members.len(),
            count(&|row| !row.moved),
            Reverse(part.members.iter().map(|p| self.peers.id(*p)).min()),
        )
    }

    /// Has [`merge`](super::merge) look at an island's surroundings: it has room that it had not before.
    pub(super) fn enqueue(&mut self, slot: u32) {
        for peer in &self.isles.get(slot).members {
            self.grid.enqueue(self.peers.cell(*peer));
        }
    }

    /// Makes the tree of an island anew if it does not span it. It is connected: the steps before have seen to it.
    pub(super) fn prove(&mut self, slot: u32) {
        if self.isles.is_alive(slot) && !self.isles.is_proved(slot, &self.peers, &self.rules) {
            let members = &self.isles.get(slot).members;
            let mut parts = connected_parts(members, &self.peers, self.rules.leave2);
            debug_assert_eq!(parts.len(), 1, "an island in pieces at the end of a flush");
            let part = parts.swap_remove(0);
            self.isles
                .refill(&mut self.peers, slot, part.members, part.tree, false);
        }
    }
}
