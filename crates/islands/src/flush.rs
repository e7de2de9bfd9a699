//! A flush, in the order of its steps. Each step leaves true what the steps before it made true:
//!
//! 1. [`split`]: every island is connected at the leave distance;
//! 2. [`admit`]: every peer is in an island;
//! 3. [`gather`]: a crowd that fits one island is in one;
//! 4. [`merge`]: no two islands within reach of each other fit into one;
//! 5. [`wish`]: no peer within reach of the island it wishes for is kept out of it while there is room;
//! 6. [`number`]: islands without a number get one, and the changes are written down.
//!
//! No step depends on slots, on the order of calls, or on which cells were looked at: whatever is compared ends with
//! numbers of islands or ids of peers.

mod admit;
mod gather;
mod merge;
mod number;
mod split;
mod wish;

pub(crate) use merge::Presence;

use crate::{Changes, Engine};

impl Engine {
    /// Brings the islands up to date with everything since the last flush, and answers what changed.
    ///
    /// The cost follows the peers that have moved, come or gone, and the islands they are in: docs/islands.md.
    pub fn flush(&mut self) -> Changes {
        self.grid
            .refresh_links(&self.peers.cell, &self.peers.points);
        for index in 0..self.grid.touched.len() {
            self.grid.enqueue(self.grid.touched[index]);
        }
        self.split_dirty();
        self.admit();
        self.gather();
        loop {
            self.merge();
            self.reclaim_numbers();
            if !self.grant_wishes() {
                break;
            }
        }
        self.give_numbers();
        let changes = self.changes();
        self.settle();
        changes
    }

    fn settle(&mut self) {
        for index in 0..self.isles.touched.len() {
            self.prove(self.isles.touched[index]);
        }
        for slot in self.moved.drain(..) {
            self.peers.rows[slot as usize].moved = false;
        }
        self.newcomers.clear();
        self.gone.clear();
        self.asked.clear();
        self.isles.settle();
        self.grid.settle();
    }
}
