//! What can be set, with the limits of each, and what can go wrong.

use crate::space::squared_units;

/// How far apart the distances of [`Options`] may be, in metres.
const DISTANCE_RANGE_M: std::ops::RangeInclusive<f64> = 0.1..=65_536.0;

/// The largest cap: the check of an island costs its square.
const ISLAND_PEERS_RANGE: std::ops::RangeInclusive<usize> = 1..=2_000;

/// Distances, caps and names. The defaults are those of the original service.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Peers at most this far apart come into one island, in metres; inclusive. 0.1 to 65 536.
    pub join_distance_m: f64,
    /// Peers of an island stay in it while a chain of steps of at most this length connects them, in metres;
    /// inclusive; not below `join_distance_m`.
    pub leave_distance_m: f64,
    /// No island ever has more peers. 1 to 2 000.
    pub island_peers_max: usize,
    /// How full, in percent, the islands are made into which a crowd larger than the cap is cut: what is left is room
    /// for who comes by. 50 to 100.
    pub bulk_fill_percent: usize,
    /// The engine refuses a peer more than these.
    pub peers_max: usize,
    /// What the text of an island's id begins with.
    pub room_prefix: String,
    /// The number of the first island to be made. After a takeover: above every number given before, see
    /// [`Engine::next_island`](crate::Engine::next_island).
    pub first_island: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            join_distance_m: 64.0,
            leave_distance_m: 80.0,
            island_peers_max: 100,
            bulk_fill_percent: 90,
            peers_max: 200_000,
            room_prefix: "I".to_owned(),
            first_island: 1,
        }
    }
}

/// The options as the algorithm needs them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) join2: u64,
    pub(crate) leave2: u64,
    pub(crate) cap: usize,
    /// Parts of a crowd larger than the cap are made of at most so many.
    pub(crate) bulk: usize,
}

impl Options {
    pub(crate) fn rules(&self) -> Result<Rules, Error> {
        let refuse = |name, range: String| Err(Error::BadOption { name, range });
        for (name, value) in [
            ("join_distance_m", self.join_distance_m),
            ("leave_distance_m", self.leave_distance_m),
        ] {
            if !DISTANCE_RANGE_M.contains(&value) {
                return refuse(name, format!("{DISTANCE_RANGE_M:?}"));
            }
        }
        if self.leave_distance_m < self.join_distance_m {
            return refuse("leave_distance_m", "at least join_distance_m".to_owned());
        }
        if !ISLAND_PEERS_RANGE.contains(&self.island_peers_max) {
            return refuse("island_peers_max", format!("{ISLAND_PEERS_RANGE:?}"));
        }
        if !(50..=100).contains(&self.bulk_fill_percent) {
            return refuse("bulk_fill_percent", "50..=100".to_owned());
        }
        if u32::try_from(self.peers_max).is_err() {
            return refuse("peers_max", "below 2^32".to_owned());
        }
        if self.first_island == 0 {
            return refuse("first_island", "from 1".to_owned());
        }
        Ok(Rules {
            join2: squared_units(self.join_distance_m),
            leave2: squared_units(self.leave_distance_m),
            cap: self.island_peers_max,
            bulk: (self.island_peers_max * self.bulk_fill_percent / 100).max(1),
        })
    }
}

/// What the engine refuses. Nothing has changed when one of these is returned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("option {name} must be {range}")]
    BadOption { name: &'static str, range: String },
    #[error("position is not finite")]
    NotFinite,
    #[error("position is more than 262144 m from the origin")]
    OutOfRange,
    #[error("not an address of 0x and 40 hex digits")]
    NotAnAddress,
    #[error("peer {0} is unknown")]
    UnknownPeer(crate::PeerId),
    #[error("peer {0} is known already")]
    DuplicatePeer(crate::PeerId),
    #[error("more than {0} peers")]
    TooManyPeers(usize),
    #[error("island number {0} has as many peers as the cap allows")]
    IslandFull(u64),
}
