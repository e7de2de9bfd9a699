//! Numbers for the islands that have none, and the changes that follow from all numbers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::{Changes, Engine, IslandChanged, IslandDelta, IslandId, PeerId, Reason};

impl Engine {
    /// Gives numbers that were lost to islands without one, where members were told them: they need not be told
    /// anything then.
    pub(super) fn reclaim_numbers(&mut self) {
        if self.isles.lost.is_empty() {
            return;
        }
        let mut claims = Vec::new();
        for slot in self.unnumbered() {
            let mut told: BTreeMap<u64, usize> = BTreeMap::new();
            for peer in &self.isles.get(slot).members {
                *told.entry(self.peers.row(*peer).told).or_default() += 1;
            }
            let smallest = self.isles.key(slot, &self.peers).1;
            let lost = told
                .into_iter()
                .filter(|(n, _)| self.isles.lost.contains(n));
            claims.extend(lost.map(|(number, count)| (Reverse(count), number, smallest, slot)));
        }
        claims.sort_unstable();
        for (_, number, _, slot) in claims {
            if self.isles.get(slot).number == 0 && self.isles.lost.contains(&number) {
                self.isles.name(slot, number);
            }
        }
    }

    pub(super) fn give_numbers(&mut self) {
        let mut slots = self.unnumbered();
        slots.sort_by_cached_key(|slot| self.isles.key(*slot, &self.peers));
        for slot in slots {
            self.isles.name(slot, self.next);
            self.next += 1;
        }
    }

    fn unnumbered(&self) -> Vec<u32> {
        let is = |slot: &u32| self.isles.is_alive(*slot) && self.isles.get(*slot).number == 0;
        self.isles.touched.iter().copied().filter(is).collect()
    }

    /// Compares what peers were told with where they are, and notes that they are told.
    pub(super) fn changes(&mut self) -> Changes {
        let mut moved = Vec::new();
        let mut joined: BTreeMap<u64, Vec<PeerId>> = BTreeMap::new();
        let mut left: BTreeMap<u64, Vec<PeerId>> = BTreeMap::new();
        for &(number, peer) in &self.gone {
            left.entry(number).or_default().push(peer);
        }
        for &slot in &self.isles.touched {
            let isle = &self.isles.rows[slot as usize];
            for &peer in &isle.members {
                let row = &mut self.peers.rows[peer as usize];
                let wished = std::mem::take(&mut row.granted) && row.wish == isle.number;
                let from = std::mem::replace(&mut row.told, isle.number);
                if from == isle.number {
                    continue;
                }
                joined.entry(isle.number).or_default().push(row.id);
                if from > 0 {
                    left.entry(from).or_default().push(row.id);
                }
                moved.push(IslandChanged {
                    peer: row.id,
                    island: IslandId(isle.number),
                    from: IslandId::from_number(from),
                    reason: match from {
                        0 => Reason::Arrived,
                        _ if wished => Reason::Wished,
                        _ if self.isles.lost.contains(&from) => Reason::Merged,
                        _ => Reason::Parted,
                    },
                });
            }
        }
        moved.sort_unstable_by_key(|change| change.peer);
        let islands = self.deltas(joined, left);
        Changes { moved, islands }
    }

    fn deltas(
        &self,
        mut joined: BTreeMap<u64, Vec<PeerId>>,
        mut left: BTreeMap<u64, Vec<PeerId>>,
    ) -> Vec<IslandDelta> {
        let numbers: BTreeSet<u64> = joined.keys().chain(left.keys()).copied().collect();
        let sorted = |of: &mut BTreeMap<u64, Vec<PeerId>>, number: u64| {
            let mut peers = of.remove(&number).unwrap_or_default();
            peers.sort_unstable();
            peers
        };
        let delta = |number| IslandDelta {
            island: IslandId(number),
            joined: sorted(&mut joined, number),
            left: sorted(&mut left, number),
            peers: self
                .isles
                .by_number
                .get(&number)
                .map_or(0, |s| self.isles.size(*s)),
        };
        numbers.into_iter().map(delta).collect()
    }
}
