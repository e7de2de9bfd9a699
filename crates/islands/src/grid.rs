//! Who stands where: peers in square cells, each cell joined to its neighbours.
//!
//! The side of a cell is the join distance over √2, rounded down: peers of one cell are always within the join distance
//! of each other, so a cell is one node of the graph "within the join distance", and what is within reach of a cell lies
//! in itself and in the 20 cells of [`OFFSETS`].
//!
//! A cell knows its neighbours by slot, so that a walk over the grid looks nothing up. Whether two cells are linked, that
//! is, whether some two of their peers are within the join distance, is kept as a bit and made anew only for cells
//! that something moved in ([`links`]).

pub(crate) mod links;
pub(crate) mod small;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::space::{Bounds, Point};

/// No slot.
pub(crate) const NONE: u32 = u32::MAX;

/// How many cells are within reach of one, itself apart.
pub(crate) const NEAR: usize = 20;

/// Where the cells within reach lie. The corners of the square are too far; `OFFSETS[19 - k]` is opposite to
/// `OFFSETS[k]`.
const OFFSETS: [(i32, i32); NEAR] = [
    (-2, -1),
    (-2, 0),
    (-2, 1),
    (-1, -2),
    (-1, -1),
    (-1, 0),
    (-1, 1),
    (-1, 2),
    (0, -2),
    (0, -1),
    (0, 1),
    (0, 2),
    (1, -2),
    (1, -1),
    (1, 0),
    (1, 1),
    (1, 2),
    (2, -1),
    (2, 0),
    (2, 1),
];

/// Empty cells are kept for who comes back, up to as many as there are others and this.
const EMPTY_CELLS_KEPT: usize = 1024;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) point: Point,
    pub(crate) peer: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) entries: Vec<Entry>,
    /// The slots of the cells within reach, [`NONE`] where nobody was ever.
    pub(crate) near: [u32; NEAR],
    /// Bit k: a peer here is within the join distance of a peer in `near[k]`.
    pub(crate) linked: u32,
    /// For the first half of `near`: two peers that proved the link when it was last looked for.
    witness: [(u32, u32); NEAR / 2],
    bounds: Bounds,
}

/// What is asked of many cells at once, apart from them so that it stays in the processor's cache.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Note {
    /// The corner with the lowest coordinates.
    corner: Point,
    /// The flush and the verdict of `small`.
    mark: u32,
    /// Somebody came, went or moved since the last flush.
    touched: bool,
    /// Who is in reach of whom may have changed for islands here; see `flush::merge`.
    queued: bool,
    occupied: bool,
}

#[derive(Debug)]
pub(crate) struct Grid {
    side: i32,
    join2: u64,
    pub(crate) cells: Vec<Cell>,
    notes: Vec<Note>,
    slots: BTreeMap<(i32, i32), u32>,
    free: Vec<u32>,
    /// The touched cells, each once.
    pub(crate) touched: Vec<u32>,
    /// The queued cells, each once.
    queue: Vec<u32>,
    empty: usize,
    round: u32,
}

impl Grid {
    pub(crate) fn new(join2: u64) -> Self {
        let side = (join2 / 2).isqrt().max(1);
        Self {
            side: i32::try_from(side).expect("the join distance is bounded"),
            join2,
            cells: Vec::new(),
            notes: Vec::new(),
            slots: BTreeMap::new(),
            free: Vec::new(),
            touched: Vec::new(),
            queue: Vec::new(),
            empty: 0,
            round: 0,
        }
    }

    fn key(&self, point: Point) -> (i32, i32) {
        (point.x.div_euclid(self.side), point.z.div_euclid(self.side))
    }

    /// Puts a peer in; returns the slot of its cell and its place there.
    pub(crate) fn insert(&mut self, peer: u32, point: Point) -> (u32, u32) {
        let slot = self.slot(self.key(point));
        self.push(slot, Entry { point, peer })
    }

    /// Takes the entry at a place out; returns the peer that has that place now, if any.
    pub(crate) fn remove(&mut self, slot: u32, place: u32) -> Option<u32> {
        self.touch(slot);
        let cell = &mut self.cells[slot as usize];
        cell.entries.swap_remove(place as usize);
        if cell.entries.is_empty() {
            self.notes[slot as usize].occupied = false;
            self.empty += 1;
        }
        cell.entries.get(place as usize).map(|entry| entry.peer)
    }

    /// Moves the entry at a place within its cell, if the point is in that cell; false otherwise.
    pub(crate) fn shift(&mut self, slot: u32, place: u32, point: Point) -> bool {
        let corner = self.notes[slot as usize].corner;
        let is_in = |low: i32, v: i32| (0..self.side).contains(&v.wrapping_sub(low));
        let stays = is_in(corner.x, point.x) && is_in(corner.z, point.z);
        if stays {
            self.cells[slot as usize].entries[place as usize].point = point;
            self.touch(slot);
        }
        stays
    }

    fn push(&mut self, slot: u32, entry: Entry) -> (u32, u32) {
        self.touch(slot);
        let note = &mut self.notes[slot as usize];
        self.empty -= usize::from(!std::mem::replace(&mut note.occupied, true));
        let entries = &mut self.cells[slot as usize].entries;
        entries.push(entry);
        (slot, (entries.len() - 1) as u32)
    }

    fn touch(&mut self, slot: u32) {
        let note = &mut self.notes[slot as usize];
        if !note.touched {
            note.touched = true;
            self.touched.push(slot);
        }
    }

    /// The cell of a key, made when there is none.
    fn slot(&mut self, key: (i32, i32)) -> u32 {
        if let Some(&slot) = self.slots.get(&key) {
            return slot;
        }
        if self.empty > 2 * self.empty_max() {
            // Between two flushes, somebody is all over the place.
            self.sweep();
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.cells.push(Cell::new());
            self.notes.push(Note::default());
            (self.cells.len() - 1) as u32
        });
        let mut cell = Cell::new();
        for (k, (dx, dz)) in OFFSETS.into_iter().enumerate() {
            if let Some(&other) = self.slots.get(&(key.0 + dx, key.1 + dz)) {
                cell.near[k] = other;
                self.cells[other as usize].near[NEAR - 1 - k] = slot;
            }
        }
        self.cells[slot as usize] = cell;
        self.notes[slot as usize] = Note {
            corner: Point {
                x: key.0 * self.side,
                z: key.1 * self.side,
            },
            ..Note::default()
        };
        self.slots.insert(key, slot);
        self.empty += 1;
        slot
    }

    /// Notes that islands in this cell may have come within reach of others.
    pub(crate) fn enqueue(&mut self, slot: u32) {
        let note = &mut self.notes[slot as usize];
        if !note.queued {
            note.queued = true;
            self.queue.push(slot);
        }
    }

    /// The queued cells. They stay marked until [`Grid::release`].
    pub(crate) fn take_queue(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.queue)
    }

    /// Whether the cell is of those that [`Grid::take_queue`] gave.
    pub(crate) fn is_queued(&self, slot: u32) -> bool {
        self.notes[slot as usize].queued
    }

    pub(crate) fn release(&mut self, queue: &[u32]) {
        for &slot in queue {
            self.notes[slot as usize].queued = false;
        }
    }

    /// The cells whose peers can be within the join distance of a peer in this one, itself included.
    pub(crate) fn reach(&self, slot: u32) -> impl Iterator<Item = &Cell> {
        let cell = &self.cells[slot as usize];
        let linked = (0..NEAR)
            .filter(|k| cell.linked >> k & 1 == 1)
            .map(|k| &self.cells[cell.near[k] as usize]);
        std::iter::once(cell).chain(linked)
    }

    /// Ends a flush: nothing is touched any more, and superfluous empty cells go.
    pub(crate) fn settle(&mut self) {
        for slot in self.touched.drain(..) {
            self.notes[slot as usize].touched = false;
        }
        if self.empty > self.empty_max() {
            self.sweep();
        }
    }

    fn empty_max(&self) -> usize {
        self.slots.len() - self.empty + EMPTY_CELLS_KEPT
    }

    /// Drops the empty cells. Who was left alone there is looked at as if the cell were still known to be touched.
    fn sweep(&mut self) {
        let is_empty = |(_, slot): &(&_, &u32)| !self.notes[**slot as usize].occupied;
        let gone = self.slots.iter().filter(is_empty);
        let gone: Vec<_> = gone.map(|(key, slot)| (*key, *slot)).collect();
        for (key, slot) in gone {
            if self.notes[slot as usize].touched {
                for near in self.cells[slot as usize].near {
                    if near != NONE {
                        self.touch(near);
                    }
                }
            }
            self.notes[slot as usize].touched = false;
            self.drop_cell(key, slot);
        }
        let notes = &self.notes;
        self.touched.retain(|slot| notes[*slot as usize].touched);
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let entries = self.cells.iter().map(|cell| cell.entries.capacity());
        self.cells.capacity() * size_of::<Cell>()
            + self.notes.capacity() * size_of::<Note>()
            + entries.sum::<usize>() * size_of::<Entry>()
            + (self.touched.capacity() + self.queue.capacity() + self.free.capacity()) * 4
            // A tree of pairs is filled to two thirds, mostly.
            + self.slots.len() * size_of::<((i32, i32), u32)>() * 3 / 2
    }

    fn drop_cell(&mut self, key: (i32, i32), slot: u32) {
        let near = self.cells[slot as usize].near;
        for (k, other) in near.into_iter().enumerate().filter(|(_, o)| *o != NONE) {
            let other = &mut self.cells[other as usize];
            other.near[NEAR - 1 - k] = NONE;
            other.linked &= !(1 << (NEAR - 1 - k));
        }
        self.cells[slot as usize].entries = Vec::new();
        self.slots.remove(&key);
        self.free.push(slot);
        self.empty -= 1;
    }
}

impl Cell {
    fn new() -> Self {
        Self {
            entries: Vec::new(),
            near: [NONE; NEAR],
            linked: 0,
            witness: [(NONE, NONE); NEAR / 2],
            bounds: Bounds::EMPTY,
        }
    }
}
