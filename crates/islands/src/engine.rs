//! The engine as its owner sees it: peers come, move and go; a flush follows.

use std::collections::{BTreeMap, BTreeSet};

use crate::grid::{Grid, NONE};
use crate::isles::Isles;
use crate::options::Rules;
use crate::peers::Peers;
use crate::{Error, IslandId, Options, PeerId, Position};

/// Keeps peers in islands. What it answers depends on the peers, their positions, their wishes and the islands they
/// were in, and on nothing else: neither on the order of calls between two flushes nor on the machine.
#[derive(Debug)]
pub struct Engine {
    pub(crate) options: Options,
    pub(crate) rules: Rules,
    pub(crate) peers: Peers,
    pub(crate) grid: Grid,
    pub(crate) isles: Isles,
    /// Peers in no island yet.
    pub(crate) newcomers: Vec<u32>,
    /// Peers that stand elsewhere than at the last flush.
    pub(crate) moved: Vec<u32>,
    /// Peers that were removed since the last flush, with the number of the island they were told.
    pub(crate) gone: Vec<(u64, PeerId)>,
    /// Who wishes to be in which island.
    pub(crate) wishers: BTreeMap<u64, BTreeSet<u32>>,
    /// Peers with a wish that have moved, or have a new one.
    pub(crate) asked: BTreeSet<u32>,
    /// The number of the next island.
    pub(crate) next: u64,
    /// Room for a flush to work in; empty between flushes.
    pub(crate) presence: crate::flush::Presence,
}

/// A peer as the last flush left it: what a takeover hands over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resident {
    pub peer: PeerId,
    pub position: Position,
    /// The island that the peer was told.
    pub island: IslandId,
    pub desired: Option<IslandId>,
}

impl Engine {
    /// An engine without peers.
    ///
    /// # Errors
    /// [`Error::BadOption`] names the option that is out of its range.
    pub fn new(options: Options) -> Result<Self, Error> {
        let rules = options.rules()?;
        Ok(Self {
            next: options.first_island,
            grid: Grid::new(rules.join2),
            options,
            rules,
            peers: Peers::default(),
            isles: Isles::default(),
            newcomers: Vec::new(),
            moved: Vec::new(),
            gone: Vec::new(),
            wishers: BTreeMap::new(),
            asked: BTreeSet::new(),
            presence: crate::flush::Presence::default(),
        })
    }

    /// Takes a heartbeat: the peer is there now. The last position before a flush counts. A peer that was unknown is
    /// new, and the next flush assigns it an island. `desired` replaces the peer's wish, and one for an island that there
    /// was never takes it back; `None` leaves it as it was.
    ///
    /// # Errors
    /// [`Error::NotFinite`], [`Error::OutOfRange`], and [`Error::TooManyPeers`] for a new peer above the limit; nothing
    /// has changed then.
    pub fn set(
        &mut self,
        peer: PeerId,
        position: Position,
        desired: Option<IslandId>,
    ) -> Result<(), Error> {
        let point = position.point()?;
        let slot = match self.peers.slot(peer) {
            Some(slot) => {
                self.peers.row_mut(slot).at = position;
                if self.peers.point(slot) != point {
                    self.shift(slot, point);
                }
                slot
            }
            None => {
                let slot = self.add(peer, position)?;
                self.peers.row_mut(slot).rank = self.newcomers.len() as u32;
                self.newcomers.push(slot);
                slot
            }
        };
        if let Some(desired) = desired {
            // Who wishes for an island that is still to come has made its name up.
            let is_known = desired.0 < self.next;
            self.wish(slot, if is_known { desired.0 } else { 0 });
        }
        Ok(())
    }

    /// Forgets a peer at once: it has disconnected, or was silent for too long. A peer that is removed and set again is
    /// new, and is told its island again.
    ///
    /// # Errors
    /// [`Error::UnknownPeer`]; nothing has changed then.
    pub fn remove(&mut self, peer: PeerId) -> Result<(), Error> {
        let slot = self.peers.slot(peer).ok_or(Error::UnknownPeer(peer))?;
        let row = self.peers.row(slot);
        let (told, wish, rank) = (row.told, row.wish, row.rank as usize);
        if told > 0 {
            self.gone.push((told, peer));
        }
        if self.peers.island(slot) == NONE {
            self.newcomers.swap_remove(rank);
            if let Some(&other) = self.newcomers.get(rank) {
                self.peers.row_mut(other).rank = rank as u32;
            }
        } else {
            self.isles.take(&mut self.peers, slot);
        }
        self.unwish(slot, wish);
        self.lift(slot);
        self.peers.remove(slot);
        Ok(())
    }

    /// Takes over a peer from an engine before this one, with the island it is in. Call it for every
    /// [`Resident`] before the first flush. That flush tells nobody anything that the engine before had told, and later
    /// ones are those the engine before would have made.
    ///
    /// Numbers of islands that came and went in the engine before are not known here: set
    /// [`Options::first_island`] from its [`Engine::next_island`].
    ///
    /// # Errors
    /// As [`Engine::set`], and [`Error::DuplicatePeer`], and [`Error::IslandFull`] when the cap is lower than it was:
    /// such a peer can be [`set`](Engine::set) as a new one.
    pub fn restore(&mut self, resident: &Resident) -> Result<(), Error> {
        let number = resident.island.0;
        resident.position.point()?;
        if self.peers.slot(resident.peer).is_some() {
            return Err(Error::DuplicatePeer(resident.peer));
        }
        let known = self.isles.by_number.get(&number).copied();
        if known.is_some_and(|isle| self.isles.size(isle) >= self.rules.cap) {
            return Err(Error::IslandFull(number));
        }
        let slot = self.add(resident.peer, resident.position)?;
        self.peers.row_mut(slot).told = number;
        let isle = known.unwrap_or_else(|| self.isles.create(number));
        self.isles.put(&mut self.peers, isle, slot);
        self.isles.soil(isle);
        if let Some(desired) = resident.desired {
            self.wish(slot, desired.0);
        }
        self.next = self.next.max(number.saturating_add(1));
        Ok(())
    }

    fn add(&mut self, peer: PeerId, position: Position) -> Result<u32, Error> {
        let point = position.point()?;
        if self.peers.len() >= self.options.peers_max {
            return Err(Error::TooManyPeers(self.options.peers_max));
        }
        let slot = self.peers.insert(peer, position, point);
        let (cell, place) = self.grid.insert(slot, point);
        self.peers.cell[slot as usize] = cell;
        self.peers.row_mut(slot).place = place;
        Ok(slot)
    }

    /// A known peer stands elsewhere.
    fn shift(&mut self, slot: u32, point: crate::space::Point) {
        self.peers.points[slot as usize] = point;
        let place = self.peers.row(slot).place;
        if !self.grid.shift(self.peers.cell(slot), place, point) {
            self.lift(slot);
            let (cell, place) = self.grid.insert(slot, point);
            self.peers.cell[slot as usize] = cell;
            self.peers.row_mut(slot).place = place;
        }
        let isle = self.peers.island(slot);
        if isle == NONE {
            return;
        }
        self.isles.soil(isle);
        let row = self.peers.row_mut(slot);
        if !std::mem::replace(&mut row.moved, true) {
            self.moved.push(slot);
            if row.wish > 0 {
                self.asked.insert(slot);
            }
        }
    }

    /// Takes a peer out of its cell.
    fn lift(&mut self, slot: u32) {
        let (cell, place) = (self.peers.cell(slot), self.peers.row(slot).place);
        if let Some(other) = self.grid.remove(cell, place) {
            self.peers.row_mut(other).place = place;
        }
    }

    fn wish(&mut self, slot: u32, number: u64) {
        let before = std::mem::replace(&mut self.peers.row_mut(slot).wish, number);
        if before != number {
            self.unwish(slot, before);
        }
        if before != number && number > 0 {
            self.wishers.entry(number).or_default().insert(slot);
            self.asked.insert(slot);
        }
    }

    fn unwish(&mut self, slot: u32, number: u64) {
        if let Some(who) = self.wishers.get_mut(&number) {
            who.remove(&slot);
            if who.is_empty() {
                self.wishers.remove(&number);
            }
        }
    }
}
