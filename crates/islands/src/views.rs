//! Reading what there is: islands with their members, peers, and what a takeover needs.

use crate::grid::NONE;
use crate::space::UNITS_PER_METRE;
use crate::{Engine, IslandId, Options, PeerId, Position, Resident};

/// An island as the last flush left it, with its members where they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct IslandView {
    pub island: IslandId,
    /// By peer.
    pub peers: Vec<(PeerId, Position)>,
    /// The mean of the members' positions on the ground plane, in metres; y is 0.
    pub center: Position,
    /// The distance from the centre to the farthest member, in metres.
    pub radius: f64,
}

impl Engine {
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How many peers there are, those included whom no flush has seen yet.
    #[must_use]
    pub fn peer_count(&self) -> usize {
        self.peers.len()
    }

    #[must_use]
    pub fn island_count(&self) -> usize {
        self.isles.by_number.len()
    }

    /// About how much memory the engine holds, in bytes. Walks over the islands and the grid.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let lists = self.newcomers.capacity() + self.moved.capacity();
        self.peers.heap_bytes() + self.grid.heap_bytes() + self.isles.heap_bytes() + lists * 4
    }

    /// The text of an island's id: the room's name.
    #[must_use]
    pub fn name(&self, island: IslandId) -> String {
        island.text(&self.options.room_prefix)
    }

    /// The island of a text, as clients send it in `desired_room`; `None` when no island can be called that.
    #[must_use]
    pub fn island_named(&self, text: &str) -> Option<IslandId> {
        IslandId::parse(&self.options.room_prefix, text)
    }

    /// The number the next island gets. Every number given so far is below: keep it with what a takeover needs.
    #[must_use]
    pub fn next_island(&self) -> u64 {
        self.next
    }

    /// The island that the peer was told at the last flush.
    #[must_use]
    pub fn island_of(&self, peer: PeerId) -> Option<IslandId> {
        let slot = self.peers.slot(peer)?;
        IslandId::from_number(self.peers.row(slot).told)
    }

    #[must_use]
    pub fn position_of(&self, peer: PeerId) -> Option<Position> {
        self.peers.slot(peer).map(|slot| self.peers.row(slot).at)
    }

    /// One island; `None` when there is none of this id.
    #[must_use]
    pub fn island(&self, island: IslandId) -> Option<IslandView> {
        let slot = self.isles.by_number.get(&island.0)?;
        Some(self.view(island, *slot))
    }

    /// All islands, by id.
    pub fn islands(&self) -> impl Iterator<Item = IslandView> {
        let all = self.isles.by_number.iter();
        all.map(|(number, slot)| self.view(IslandId(*number), *slot))
    }

    /// All peers with their positions and islands, by peer; no island for those whom no flush has seen yet.
    pub fn peers(&self) -> impl Iterator<Item = (PeerId, Position, Option<IslandId>)> {
        self.peers.slots().map(|slot| {
            let row = self.peers.row(slot);
            (row.id, row.at, IslandId::from_number(row.told))
        })
    }

    /// What [`Engine::restore`] takes, by peer. Call it right after a flush: peers whom no flush has seen are left out.
    pub fn residents(&self) -> impl Iterator<Item = Resident> {
        self.peers.slots().filter_map(|slot| {
            let row = self.peers.row(slot);
            Some(Resident {
                peer: row.id,
                position: row.at,
                island: IslandId::from_number(row.told)
                    .filter(|_| self.peers.island(slot) != NONE)?,
                desired: IslandId::from_number(row.wish),
            })
        })
    }

    fn view(&self, island: IslandId, slot: u32) -> IslandView {
        let members = &self.isles.get(slot).members;
        let points = || members.iter().map(|peer| self.peers.point(*peer));
        let mean = |sum: i64| sum as f64 / members.len().max(1) as f64;
        let x = mean(points().map(|p| i64::from(p.x)).sum());
        let z = mean(points().map(|p| i64::from(p.z)).sum());
        let distance2 = |p: crate::space::Point| {
            let (dx, dz) = (f64::from(p.x) - x, f64::from(p.z) - z);
            dx * dx + dz * dz
        };
        let metres = |units: f64| units / UNITS_PER_METRE;
        let mut peers: Vec<_> = members
            .iter()
            .map(|peer| (self.peers.id(*peer), self.peers.row(*peer).at))
            .collect();
        peers.sort_unstable_by_key(|(id, _)| *id);
        IslandView {
            island,
            peers,
            center: Position::new(metres(x) as f32, 0.0, metres(z) as f32),
            radius: metres(points().map(distance2).fold(0.0, f64::max).sqrt()),
        }
    }
}
