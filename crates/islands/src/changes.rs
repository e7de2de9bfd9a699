//! What a flush answers.

use crate::{IslandId, PeerId};

/// Who is in another island than at the last flush. Peers and islands come by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// One for each peer that must be told, by peer: every new peer, and every peer whose island is another one now.
    pub moved: Vec<IslandChanged>,
    /// One for each island whose members are not those of the last flush, by island.
    pub islands: Vec<IslandDelta>,
}

/// A peer's new island. The members with their positions are at [`Engine::island`](crate::Engine::island).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IslandChanged {
    pub peer: PeerId,
    pub island: IslandId,
    /// The island that the peer was told before; never one that came and went within a flush.
    pub from: Option<IslandId>,
    pub reason: Reason,
}

/// Why a peer is in another island.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// New, or back.
    Arrived,
    /// Its island lives on without it: the peer walked away, or stayed with the smaller part.
    Parted,
    /// Its island is no more: it came together with a larger one.
    Merged,
    /// It wished to be there.
    Wished,
}

/// How the members of an island changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IslandDelta {
    pub island: IslandId,
    /// Who is new in it, by peer.
    pub joined: Vec<PeerId>,
    /// Who is not in it any more, by peer; also who was removed. A peer that was removed and set again since the last
    /// flush is in both lists if it came back to the same island.
    pub left: Vec<PeerId>,
    /// How many members it has now; 0 when it is no more.
    pub peers: usize,
}
