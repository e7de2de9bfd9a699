//! The table of peers: a row for each, at a slot that stays while the peer is known.

use std::collections::BTreeMap;

use crate::PeerId;
use crate::grid::NONE;
use crate::space::{Point, Position};

#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: PeerId,
    pub(crate) at: Position,
    /// The place in the cell of the grid.
    pub(crate) place: u32,
    /// The place among the island's members, or among the newcomers.
    pub(crate) rank: u32,
    /// The number of the island that the peer was told last; 0 for none.
    pub(crate) told: u64,
    /// The number of the island that the peer wishes to be in; 0 for none.
    pub(crate) wish: u64,
    /// Stands elsewhere than at the last flush.
    pub(crate) moved: bool,
    /// Has been given its wish in this flush.
    pub(crate) granted: bool,
}

/// A peer's id as numbers in the same order: they compare in one step, mostly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u64, u64, u32);

impl Key {
    fn of(PeerId(bytes): PeerId) -> Self {
        let word = |from: usize| {
            let eight = bytes[from..from + 8].try_into().expect("eight bytes");
            u64::from_be_bytes(eight)
        };
        Self(word(0), word(8), word(12) as u32)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Peers {
    slots: BTreeMap<Key, u32>,
    pub(crate) rows: Vec<Row>,
    pub(crate) points: Vec<Point>,
    /// The slot of each peer's island; [`NONE`] for a newcomer.
    pub(crate) island: Vec<u32>,
    /// The slot of each peer's cell; [`NONE`] for a slot out of use.
    pub(crate) cell: Vec<u32>,
    free: Vec<u32>,
}

impl Peers {
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let row = size_of::<Row>() + size_of::<Point>() + 2 * size_of::<u32>();
        self.rows.capacity() * row
            + self.free.capacity() * 4
            + self.slots.len() * size_of::<(Key, u32)>() * 3 / 2
    }

    pub(crate) fn slot(&self, id: PeerId) -> Option<u32> {
        self.slots.get(&Key::of(id)).copied()
    }

    /// All slots, by the peers' ids.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u32> {
        self.slots.values().copied()
    }

    pub(crate) fn row(&self, slot: u32) -> &Row {
        &self.rows[slot as usize]
    }

    pub(crate) fn row_mut(&mut self, slot: u32) -> &mut Row {
        &mut self.rows[slot as usize]
    }

    pub(crate) fn id(&self, slot: u32) -> PeerId {
        self.rows[slot as usize].id
    }

    pub(crate) fn point(&self, slot: u32) -> Point {
        self.points[slot as usize]
    }

    pub(crate) fn island(&self, slot: u32) -> u32 {
        self.island[slot as usize]
    }

    pub(crate) fn cell(&self, slot: u32) -> u32 {
        self.cell[slot as usize]
    }

    /// Adds a peer that is in no island and in no cell yet.
    pub(crate) fn insert(&mut self, id: PeerId, at: Position, point: Point) -> u32 {
        let row = Row {
            id,
            at,
            place: NONE,
            rank: NONE,
            told: 0,
            wish: 0,
            moved: false,
            granted: false,
        };
        let slot = if let Some(slot) = self.free.pop() {
            self.rows[slot as usize] = row;
            self.points[slot as usize] = point;
            self.island[slot as usize] = NONE;
            self.cell[slot as usize] = NONE;
            slot
        } else {
            self.rows.push(row);
            self.points.push(point);
            self.island.push(NONE);
            self.cell.push(NONE);
            (self.rows.len() - 1) as u32
        };
        self.slots.insert(Key::of(id), slot);
        slot
    }

    pub(crate) fn remove(&mut self, slot: u32) {
        let row = &mut self.rows[slot as usize];
        row.wish = 0;
        self.slots.remove(&Key::of(row.id));
        self.cell[slot as usize] = NONE;
        self.free.push(slot);
    }
}
