//! A small stage: peers by number, on a map in metres.

use std::collections::BTreeMap;

use islands::{Changes, Engine, IslandId, Options, PeerId, Position};

pub(crate) fn peer(number: u32) -> PeerId {
    let mut address = [0; 20];
    // Not in the order of the numbers, as addresses are not in the order of arrival.
    address[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    address[16..].copy_from_slice(&number.to_be_bytes());
    PeerId(address)
}

pub(crate) fn number(peer: PeerId) -> u32 {
    u32::from_be_bytes(peer.0[16..].try_into().expect("four bytes"))
}

pub(crate) fn at(x: f32, z: f32) -> Position {
    Position::new(x, 0.0, z)
}

pub(crate) fn engine(cap: usize) -> Engine {
    Engine::new(Options {
        island_peers_max: cap,
        ..Options::default()
    })
    .expect("options in range")
}

pub(crate) struct Stage {
    pub(crate) engine: Engine,
}

impl Stage {
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            engine: engine(cap),
        }
    }

    pub(crate) fn put(&mut self, who: u32, x: f32, z: f32) -> &mut Self {
        self.engine
            .set(peer(who), at(x, z), None)
            .expect("a position in range");
        self
    }

    pub(crate) fn wish(&mut self, who: u32, room: &str) -> &mut Self {
        let room = self.engine.island_named(room);
        let position = self.engine.position_of(peer(who)).expect("a known peer");
        self.engine
            .set(peer(who), position, room)
            .expect("a position in range");
        self
    }

    pub(crate) fn remove(&mut self, who: u32) -> &mut Self {
        self.engine.remove(peer(who)).expect("a known peer");
        self
    }

    pub(crate) fn flush(&mut self) -> Changes {
        self.engine.flush()
    }

    /// Room to the numbers of who is in it, ascending.
    pub(crate) fn rooms(&self) -> BTreeMap<String, Vec<u32>> {
        rooms(&self.engine)
    }

    /// Flushes, and compares the rooms: `"I1: 1 2, I2: 3"`.
    pub(crate) fn expect(&mut self, rooms: &str) -> Changes {
        let changes = self.flush();
        assert_eq!(self.text(), rooms);
        changes
    }

    pub(crate) fn text(&self) -> String {
        let room = |(name, who): (String, Vec<u32>)| {
            let who: Vec<_> = who.iter().map(u32::to_string).collect();
            format!("{name}: {}", who.join(" "))
        };
        let rooms: Vec<_> = self.rooms().into_iter().map(room).collect();
        rooms.join(", ")
    }
}

pub(crate) fn rooms(engine: &Engine) -> BTreeMap<String, Vec<u32>> {
    let room = |view: islands::IslandView| {
        let mut who: Vec<u32> = view.peers.iter().map(|(id, _)| number(*id)).collect();
        who.sort_unstable();
        (engine.name(view.island), who)
    };
    engine.islands().map(room).collect()
}

/// Peer to island, of all peers.
pub(crate) fn assignment(engine: &Engine) -> BTreeMap<PeerId, IslandId> {
    engine
        .peers()
        .map(|(id, _, island)| (id, island.expect("a flush has seen everybody")))
        .collect()
}
