//! A crowd that fits one island is in one: the peers connected at the join distance, when they are at most the cap.
//!
//! They can be spread over several islands only if these do not fit together, because of members that hang on at more
//! than the join distance. Then the crowd goes where most of it is, and those who hang on stay behind.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Engine;
use crate::grid::NONE;

/// Where a crowd can go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// Into one of its islands, as that is.
    Shared,
    /// Into one of its islands, and who hangs on there must leave.
    Cleared,
    /// Into a new one.
    New,
}

impl Engine {
    pub(super) fn gather(&mut self) {
        let mut crowds: Vec<Vec<u32>> = Vec::new();
        let islands = &self.peers.island;
        self.grid.small_parts(self.rules.cap, |grid, cells| {
            let all = || cells.iter().flat_map(|c| &grid.cells[*c as usize].entries);
            let island = |peer: u32| islands[peer as usize];
            let mut peers = all().map(|entry| entry.peer);
            let first = peers.next().map_or(NONE, island);
            if peers.any(|peer| island(peer) != first) {
                crowds.push(all().map(|entry| entry.peer).collect());
            }
        });
        crowds.sort_by_cached_key(|crowd| crowd.iter().map(|p| self.peers.id(*p)).min());
        for crowd in crowds {
            self.gather_crowd(&crowd);
        }
    }

    fn gather_crowd(&mut self, crowd: &[u32]) {
        let mut held: BTreeMap<u32, usize> = BTreeMap::new();
        for &peer in crowd {
            *held.entry(self.peers.island(peer)).or_default() += 1;
        }
        if held.len() < 2 {
            return;
        }
        if held
            .keys()
            .map(|isle| self.isles.size(*isle))
            .sum::<usize>()
            <= self.rules.cap
        {
            let mut isles: Vec<u32> = held.into_keys().collect();
            isles.sort_by_cached_key(|isle| Reverse(self.isles.standing(*isle, &self.peers)));
            let mut isles = isles.into_iter();
            let first = isles.next().expect("two or more");
            isles.fold(first, |live, isle| self.unite(live, isle));
            return;
        }
        let home = match self.home(crowd, &held) {
            (Home::Shared, isle) => isle,
            (Home::Cleared, isle) => {
                self.clear(isle, crowd);
                isle
            }
            (Home::New, _) => self.isles.create(0),
        };
        for &peer in crowd {
            if self.peers.island(peer) != home {
                self.isles.take(&mut self.peers, peer);
                self.isles.put(&mut self.peers, home, peer);
            }
        }
        for isle in held.into_keys().filter(|isle| *isle != home) {
            self.split(isle);
        }
        self.enqueue(home);
    }

    /// The home for which the fewest peers must change islands.
    fn home(&self, crowd: &[u32], held: &BTreeMap<u32, usize>) -> (Home, u32) {
        let was_told = |peer: &u32, number: u64| number > 0 && self.peers.row(*peer).told == number;
        let settled = crowd
            .iter()
            .filter(|p| self.peers.row(**p).told > 0)
            .count();
        let mut homes = vec![(settled, Home::New, Reverse(0), (0, None), NONE)];
        for (&isle, &here) in held {
            let row = self.isles.get(isle);
            let staying = crowd.iter().filter(|p| was_told(p, row.number)).count();
            let hanging_on = row.members.len() - here;
            let order = (Reverse(here), self.isles.key(isle, &self.peers), isle);
            if hanging_on + crowd.len() <= self.rules.cap {
                homes.push((settled - staying, Home::Shared, order.0, order.1, order.2));
            } else if here > hanging_on {
                let moving = settled - staying + hanging_on;
                homes.push((moving, Home::Cleared, order.0, order.1, order.2));
            }
        }
        let best = homes.into_iter().min().expect("a new one can be made");
        (best.1, best.4)
    }

    /// Moves everybody who is not of the crowd out of an island.
    fn clear(&mut self, isle: u32, crowd: &[u32]) {
        let mut hanging_on = self.isles.get(isle).members.clone();
        hanging_on.retain(|peer| !crowd.contains(peer));
        let new = self.isles.create(0);
        for peer in hanging_on {
            self.isles.take(&mut self.peers, peer);
            self.isles.put(&mut self.peers, new, peer);
        }
        self.isles.rows[new as usize].shrunk = true;
        self.split(new);
    }
}
