//! Islands within the join distance of each other become one when they fit.
//!
//! Only a peer that moved or came, or an island that has become smaller, can bring about such a pair: the cells of
//! these are queued, and only they and their neighbours are looked at. An island pair that does not fit is dismissed by
//! its sizes before any distance is taken.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::Engine;
use crate::grid::NEAR;

/// Which islands are within reach of which, as far as they fit together; symmetric.
type Contacts = BTreeMap<u32, BTreeSet<u32>>;

/// The islands of the cells that were looked at.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// By cell; not looked at where the smallest is 0.
    cells: Vec<Present>,
    seen: Vec<u32>,
    isles: Vec<u32>,
}

/// The islands of a cell: a part of [`Presence::isles`].
#[derive(Clone, Copy, Debug, Default)]
struct Present {
    from: u32,
    to: u32,
    /// The size of the smallest.
    least: u32,
}

impl Presence {
    fn isles(&self, of: Present) -> &[u32] {
        &self.isles[of.from as usize..of.to as usize]
    }

    fn clear(&mut self) {
        for slot in self.seen.drain(..) {
            self.cells[slot as usize] = Present::default();
        }
        self.isles.clear();
    }
}

impl Engine {
    pub(super) fn merge(&mut self) {
        let queue = self.grid.take_queue();
        let mut presence = std::mem::take(&mut self.presence);
        let mut contacts = self.contacts(&queue, &mut presence);
        presence.clear();
        self.presence = presence;
        self.grid.release(&queue);
        let entry = |engine: &Self, isle: u32| {
            let key = engine.isles.key(isle, &engine.peers);
            Reverse((engine.isles.size(isle), key, isle))
        };
        let mut heap: BinaryHeap<_> = contacts.keys().map(|isle| entry(self, *isle)).collect();
        while let Some(Reverse((size, _, isle))) = heap.pop() {
            if self.isles.size(isle) != size {
                continue;
            }
            let Some(other) = self.partner(isle, &contacts) else {
                continue;
            };
            let live = self.unite(isle, other);
            let dead = if live == isle { other } else { isle };
            inherit(&mut contacts, live, dead);
            heap.push(entry(self, live));
        }
    }

    /// All pairs of islands that fit together and have two peers within the join distance, one of them in a cell of
    /// the queue.
    fn contacts(&self, queue: &[u32], presence: &mut Presence) -> Contacts {
        let cap = self.rules.cap as u32;
        presence
            .cells
            .resize(self.grid.cells.len(), Present::default());
        let mut contacts = Contacts::new();
        for &slot in queue {
            let here = self.isles_in(slot, presence);
            if here.least >= cap {
                continue;
            }
            self.contacts_between((slot, here), (slot, here), presence, &mut contacts);
            let cell = &self.grid.cells[slot as usize];
            for k in (0..NEAR).filter(|k| cell.linked >> k & 1 == 1) {
                let other = cell.near[k];
                if k >= NEAR / 2 && self.grid.is_queued(other) {
                    continue;
                }
                let there = self.isles_in(other, presence);
                if here.least + there.least <= cap {
                    self.contacts_between((slot, here), (other, there), presence, &mut contacts);
                }
            }
        }
        contacts
    }

    /// The islands with peers in a cell.
    fn isles_in(&self, slot: u32, presence: &mut Presence) -> Present {
        let known = presence.cells[slot as usize];
        if known.least > 0 {
            return known;
        }
        let from = presence.isles.len();
        let mut least = u32::MAX / 2;
        for entry in &self.grid.cells[slot as usize].entries {
            let isle = self.peers.island(entry.peer);
            if !presence.isles[from..].contains(&isle) {
                presence.isles.push(isle);
                least = least.min(self.isles.size(isle) as u32);
            }
        }
        let (from, to) = (from as u32, presence.isles.len() as u32);
        let found = Present { from, to, least };
        presence.cells[slot as usize] = found;
        presence.seen.push(slot);
        found
    }

    fn contacts_between(
        &self,
        (slot, here): (u32, Present),
        (other, there): (u32, Present),
        presence: &Presence,
        contacts: &mut Contacts,
    ) {
        for &a in presence.isles(here) {
            for &b in presence.isles(there) {
                if a == b || self.isles.size(a) + self.isles.size(b) > self.rules.cap {
                    continue;
                }
                let known = contacts.get(&a).is_some_and(|of| of.contains(&b));
                if !known && (slot == other || self.are_in_reach(slot, a, other, b)) {
                    contacts.entry(a).or_default().insert(b);
                    contacts.entry(b).or_default().insert(a);
                }
            }
        }
    }

    fn are_in_reach(&self, slot: u32, a: u32, other: u32, b: u32) -> bool {
        let of = |slot: u32, isle: u32| {
            let entries = &self.grid.cells[slot as usize].entries;
            entries
                .iter()
                .filter(move |e| self.peers.island(e.peer) == isle)
        };
        let join2 = self.rules.join2;
        of(slot, a).any(|p| of(other, b).any(|q| p.point.distance2(q.point) <= join2))
    }

    /// With which of the islands in reach an island goes together: the one that most of its members wish for, if any,
    /// else the one that has the most neighbours of its members, then the largest.
    fn partner(&self, isle: u32, contacts: &Contacts) -> Option<u32> {
        let fits = |other: &u32| self.isles.size(isle) + self.isles.size(*other) <= self.rules.cap;
        let fitting: Vec<u32> = contacts.get(&isle)?.iter().copied().filter(fits).collect();
        if fitting.len() < 2 {
            return fitting.first().copied();
        }
        if let Some(wished) = self.wished(isle)
            && fitting.contains(&wished)
        {
            return Some(wished);
        }
        let neighbours = self.neighbours(isle, &fitting);
        let rank = |i: &usize| {
            let key = Reverse(self.isles.key(fitting[*i], &self.peers));
            (neighbours[*i], self.isles.size(fitting[*i]), key)
        };
        (0..fitting.len()).max_by_key(rank).map(|i| fitting[i])
    }

    /// The island for which the most members of one have a wish; of several, the oldest.
    fn wished(&self, isle: u32) -> Option<u32> {
        let mut votes: BTreeMap<u64, usize> = BTreeMap::new();
        for peer in &self.isles.get(isle).members {
            *votes.entry(self.peers.row(*peer).wish).or_default() += 1;
        }
        votes.remove(&0);
        let best = votes
            .into_iter()
            .max_by_key(|(number, votes)| (*votes, Reverse(*number)));
        self.isles.by_number.get(&best?.0).copied()
    }

    /// How many pairs of peers within the join distance an island has with each of others.
    fn neighbours(&self, isle: u32, others: &[u32]) -> Vec<usize> {
        let mut counts = vec![0; others.len()];
        for &peer in &self.isles.get(isle).members {
            let point = self.peers.point(peer);
            for cell in self.grid.reach(self.peers.cell(peer)) {
                for entry in &cell.entries {
                    let at = others
                        .iter()
                        .position(|o| *o == self.peers.island(entry.peer));
                    if let Some(at) = at
                        && point.distance2(entry.point) <= self.rules.join2
                    {
                        counts[at] += 1;
                    }
                }
            }
        }
        counts
    }

    /// Makes two islands one, under the number with the better claim; returns its slot.
    pub(super) fn unite(&mut self, a: u32, b: u32) -> u32 {
        let standing = |isle| self.isles.standing(isle, &self.peers);
        let (live, dead) = if standing(a) >= standing(b) {
            (a, b)
        } else {
            (b, a)
        };
        for peer in self.isles.dissolve(dead) {
            self.isles.put(&mut self.peers, live, peer);
        }
        live
    }
}

/// What was in reach of an island that is no more is in reach of the one that took it in.
fn inherit(contacts: &mut Contacts, live: u32, dead: u32) {
    let of_dead = contacts.remove(&dead).unwrap_or_default();
    for other in of_dead {
        let of_other = contacts.entry(other).or_default();
        of_other.remove(&dead);
        if other != live {
            of_other.insert(live);
            contacts.entry(live).or_default().insert(other);
        }
    }
}
