//! A peer that wishes for an island within its reach is moved there when there is room.

use crate::Engine;

impl Engine {
    /// Grants what wishes can be granted; false when there was none. A peer moves at most once a flush for its wish.
    pub(super) fn grant_wishes(&mut self) -> bool {
        if self.wishers.is_empty() {
            return false;
        }
        let mut asking: Vec<u32> = self.asked.iter().copied().collect();
        for slot in self.isles.touched.iter().chain(&self.isles.dirty) {
            let number = self.isles.get(*slot).number;
            asking.extend(self.wishers.get(&number).into_iter().flatten());
        }
        asking.sort_unstable_by_key(|peer| self.peers.id(*peer));
        asking.dedup();
        let mut any = false;
        for peer in asking {
            any |= self.grant(peer);
        }
        any
    }

    fn grant(&mut self, peer: u32) -> bool {
        let row = self.peers.row(peer);
        let from = self.peers.island(peer);
        let Some(&wished) = self.isles.by_number.get(&row.wish) else {
            return false;
        };
        let is_full = self.isles.size(wished) >= self.rules.cap;
        if wished == from || row.granted || is_full || !self.is_in_reach(peer, wished) {
            return false;
        }
        self.isles.take(&mut self.peers, peer);
        self.isles.put(&mut self.peers, wished, peer);
        self.peers.row_mut(peer).granted = true;
        self.split(from);
        self.grid.enqueue(self.peers.cell(peer));
        true
    }

    /// Whether a peer is within the join distance of a member of an island.
    fn is_in_reach(&self, peer: u32, isle: u32) -> bool {
        let point = self.peers.point(peer);
        let mut entries = self
            .grid
            .reach(self.peers.cell(peer))
            .flat_map(|cell| &cell.entries);
        entries.any(|entry| {
            self.peers.island(entry.peer) == isle
                && point.distance2(entry.point) <= self.rules.join2
        })
    }
}
