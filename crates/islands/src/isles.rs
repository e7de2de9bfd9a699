//! The table of islands, with the tree that proves each one connected.

use std::collections::{BTreeMap, BTreeSet};

use crate::grid::NONE;
use crate::options::Rules;
use crate::peers::Peers;
use crate::space::Point;

/// A group of peers. While a flush works, it may be without a number, or empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Isle {
    /// The island's number; 0 when it has none yet.
    pub(crate) number: u64,
    pub(crate) members: Vec<u32>,
    /// Pairs of members that form a tree over all of them, as short as the tree could be made when it was made.
    edges: Vec<(u32, u32)>,
    /// The tree does not span the members any more.
    stale: bool,
    /// A member stands elsewhere, or is gone: to be looked at in the next flush.
    pub(crate) dirty: bool,
    /// Members have come or gone since the last flush.
    pub(crate) touched: bool,
    /// Members have gone, so that there is room for others.
    pub(crate) shrunk: bool,
    /// The island is no more, and its slot not free yet.
    dead: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Isles {
    pub(crate) rows: Vec<Isle>,
    /// The islands with a number.
    pub(crate) by_number: BTreeMap<u64, u32>,
    /// Those to be looked at, each once.
    pub(crate) dirty: Vec<u32>,
    /// Those with other members than at the last flush, each once.
    pub(crate) touched: Vec<u32>,
    /// Numbers that were of an island at the last flush and are of none now.
    pub(crate) lost: BTreeSet<u64>,
    free: Vec<u32>,
    /// Slots that become free when the flush ends: until then the lists above may name them.
    dead: Vec<u32>,
}

impl Isles {
    pub(crate) fn get(&self, slot: u32) -> &Isle {
        &self.rows[slot as usize]
    }

    pub(crate) fn size(&self, slot: u32) -> usize {
        self.rows[slot as usize].members.len()
    }

    /// An empty island; number 0 for one that gets its number when the flush ends.
    pub(crate) fn create(&mut self, number: u64) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.rows.push(Isle::default());
            (self.rows.len() - 1) as u32
        });
        self.rows[slot as usize] = Isle {
            number,
            ..Isle::default()
        };
        if number > 0 {
            self.by_number.insert(number, slot);
        }
        self.touch(slot);
        slot
    }

    pub(crate) fn put(&mut self, peers: &mut Peers, slot: u32, peer: u32) {
        let isle = &mut self.rows[slot as usize];
        peers.row_mut(peer).rank = isle.members.len() as u32;
        peers.island[peer as usize] = slot;
        isle.members.push(peer);
        isle.stale = true;
        self.touch(slot);
    }

    /// Takes a peer out of its island. The tree survives the loss of a leaf.
    pub(crate) fn take(&mut self, peers: &mut Peers, peer: u32) {
        let slot = peers.island(peer);
        let isle = &mut self.rows[slot as usize];
        let rank = peers.row(peer).rank;
        isle.members.swap_remove(rank as usize);
        if let Some(&other) = isle.members.get(rank as usize) {
            peers.row_mut(other).rank = rank;
        }
        let before = isle.edges.len();
        isle.edges.retain(|(a, b)| *a != peer && *b != peer);
        isle.stale |= before > isle.edges.len() + 1;
        isle.shrunk = true;
        peers.island[peer as usize] = NONE;
        self.touch(slot);
        self.soil(slot);
    }

    /// Gives the island its members anew, in the order of their tree; `touch` when they are others than before.
    pub(crate) fn refill(
        &mut self,
        peers: &mut Peers,
        slot: u32,
        members: Vec<u32>,
        tree: Vec<(u32, u32)>,
        touch: bool,
    ) {
        for (rank, &peer) in members.iter().enumerate() {
            peers.row_mut(peer).rank = rank as u32;
            peers.island[peer as usize] = slot;
        }
        let isle = &mut self.rows[slot as usize];
        isle.members = members;
        isle.edges = tree;
        isle.stale = false;
        if touch {
            self.touch(slot);
        }
    }

    /// Empties an island: its members are returned, its number is lost.
    pub(crate) fn dissolve(&mut self, slot: u32) -> Vec<u32> {
        let isle = &mut self.rows[slot as usize];
        if isle.number > 0 {
            self.by_number.remove(&isle.number);
            self.lost.insert(isle.number);
        }
        isle.number = 0;
        isle.edges = Vec::new();
        if !std::mem::replace(&mut isle.dead, true) {
            self.dead.push(slot);
        }
        std::mem::take(&mut isle.members)
    }

    pub(crate) fn name(&mut self, slot: u32, number: u64) {
        self.rows[slot as usize].number = number;
        self.by_number.insert(number, slot);
        self.lost.remove(&number);
    }

    fn touch(&mut self, slot: u32) {
        let isle = &mut self.rows[slot as usize];
        if !isle.touched {
            isle.touched = true;
            self.touched.push(slot);
        }
    }

    /// Notes that the island is to be looked at.
    pub(crate) fn soil(&mut self, slot: u32) {
        let isle = &mut self.rows[slot as usize];
        if !isle.dirty {
            isle.dirty = true;
            self.dirty.push(slot);
        }
    }

    pub(crate) fn is_alive(&self, slot: u32) -> bool {
        !self.rows[slot as usize].members.is_empty()
    }

    /// Whether the tree still proves that the members are connected at the leave distance.
    pub(crate) fn is_proved(&self, slot: u32, peers: &Peers, rules: &Rules) -> bool {
        let isle = self.get(slot);
        let holds =
            |(a, b): &(u32, u32)| peers.point(*a).distance2(peers.point(*b)) <= rules.leave2;
        !isle.stale && isle.edges.iter().all(holds)
    }

    /// How strong the island's claim to its number is, and its own rank among islands: members that were told the
    /// number, then all members, then the older, then whoever has the smallest member.
    pub(crate) fn standing(&self, slot: u32, peers: &Peers) -> impl Ord + use<> {
        let isle = self.get(slot);
        let told = |peer: &&u32| isle.number > 0 && peers.row(**peer).told == isle.number;
        (
            isle.members.iter().filter(told).count(),
            isle.members.len(),
            std::cmp::Reverse(self.key(slot, peers)),
        )
    }

    /// What orders islands alike on every machine, whatever their slots: the number, or, for those without one, the
    /// smallest id of a member after all numbers.
    pub(crate) fn key(&self, slot: u32, peers: &Peers) -> (u64, Option<crate::PeerId>) {
        let isle = self.get(slot);
        if isle.number > 0 {
            return (isle.number, None);
        }
        (u64::MAX, isle.members.iter().map(|p| peers.id(*p)).min())
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let row = |isle: &Isle| isle.members.capacity() * 4 + isle.edges.capacity() * 8;
        self.rows.capacity() * size_of::<Isle>()
            + self.rows.iter().map(row).sum::<usize>()
            + (self.dirty.capacity() + self.touched.capacity() + self.free.capacity()) * 4
            + self.by_number.len() * size_of::<(u64, u32)>() * 3 / 2
    }

    /// Ends a flush.
    pub(crate) fn settle(&mut self) {
        for slot in std::mem::take(&mut self.touched) {
            let isle = &mut self.rows[slot as usize];
            (isle.touched, isle.shrunk, isle.dirty) = (false, false, false);
        }
        for slot in std::mem::take(&mut self.dirty) {
            self.rows[slot as usize].dirty = false;
        }
        self.lost.clear();
        self.free.append(&mut self.dead);
    }
}

/// A connected part of some peers: its members, and a tree over them.
pub(crate) struct Part {
    pub(crate) members: Vec<u32>,
    pub(crate) tree: Vec<(u32, u32)>,
}

/// The parts of `members` that are connected by steps of at most `reach2`, each with its shortest tree (Prim's
/// algorithm, O(n²) for n members, which an island's cap bounds).
///
/// The shortest tree has the shortest longest edge: it is the proof that moving peers break last.
pub(crate) fn connected_parts(members: &[u32], peers: &Peers, reach2: u64) -> Vec<Part> {
    /// Somebody not in the tree yet: the nearest in it, and how far that is.
    struct Outside {
        peer: u32,
        point: Point,
        nearest: u32,
        distance2: u64,
    }
    let mut outside: Vec<Outside> = members
        .iter()
        .map(|&peer| Outside {
            peer,
            point: peers.point(peer),
            nearest: NONE,
            distance2: u64::MAX,
        })
        .collect();
    let mut parts: Vec<Part> = Vec::new();
    let mut next = outside.len().checked_sub(1);
    while let Some(index) = next {
        let new = outside.swap_remove(index);
        if new.distance2 > reach2 {
            parts.push(Part {
                members: Vec::new(),
                tree: Vec::new(),
            });
        }
        let part = parts.last_mut().expect("the first is far from nobody");
        part.members.push(new.peer);
        if new.distance2 <= reach2 {
            part.tree.push((new.nearest, new.peer));
        } else {
            // A part begins: nobody left outside is near an earlier one.
            outside.iter_mut().for_each(|o| o.distance2 = u64::MAX);
        }
        let mut least = (u64::MAX, outside.len().checked_sub(1));
        for (index, other) in outside.iter_mut().enumerate() {
            let distance2 = new.point.distance2(other.point);
            if distance2 < other.distance2 {
                (other.nearest, other.distance2) = (new.peer, distance2);
            }
            if other.distance2 < least.0 {
                least = (other.distance2, Some(index));
            }
        }
        next = least.1;
    }
    parts
}
