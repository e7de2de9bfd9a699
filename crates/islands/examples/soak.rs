//! A long run: a crowd that walks, teleports, leaves, comes back and wishes, from one seed.
//!
//! `cargo run --release -p islands --example soak -- [PEERS] [FLUSHES] [SEED]`. Every hundred flushes one line: calls
//! a second, how long flushes take, memory; and an engine that takes over must have nothing to say. The last line is a
//! number made of all changes: the same on every machine.

#[path = "../benches/flush/draw.rs"]
mod draw;

use std::hash::{DefaultHasher, Hash, Hasher};

use draw::{Random, peer};
use islands::{Changes, Engine, Options, Position};
use rustix::time::{ClockId, clock_gettime};

/// The side of the world in metres, and how many crowds there are in it.
const SIDE: f32 = 4_800.0;
const SPOTS: usize = 40;

/// One place in the world that at most one peer has at a time.
struct Walker {
    number: usize,
    at: (f32, f32),
    gone: bool,
}

struct Soak {
    random: Random,
    spots: Vec<(f32, f32)>,
    walkers: Vec<Walker>,
    engine: Engine,
    next: usize,
    calls: usize,
}

impl Soak {
    fn new(peers: usize, seed: u32) -> Self {
        let mut random = Random(seed);
        let spot = |random: &mut Random| (random.unit() * SIDE, random.unit() * SIDE);
        let spots = (0..SPOTS).map(|_| spot(&mut random)).collect();
        let walker = |number| Walker {
            number,
            at: (0.0, 0.0),
            gone: true,
        };
        Self {
            random,
            spots,
            walkers: (0..peers).map(walker).collect(),
            engine: Engine::new(Options::default()).expect("the defaults are in range"),
            next: peers,
            calls: 0,
        }
    }

    /// A place in one of the crowds, or, one time in three, anywhere.
    fn place(&mut self) -> (f32, f32) {
        let spot = self.spots[(self.random.unit() * SPOTS as f32) as usize % SPOTS];
        let spread = if self.random.unit() < 0.33 {
            SIDE
        } else {
            120.0
        };
        let near =
            |random: &mut Random, v: f32| (v + (random.unit() - 0.5) * spread).clamp(0.0, SIDE);
        (
            near(&mut self.random, spot.0),
            near(&mut self.random, spot.1),
        )
    }

    /// What one peer does between two flushes.
    fn act(&mut self, index: usize) {
        let chance = self.random.unit();
        let gone = self.walkers[index].gone;
        if gone && chance < 0.9 {
            let place = self.place();
            let walker = &mut self.walkers[index];
            (walker.at, walker.gone) = (place, false);
            // Half are new, half had been there before.
            if chance < 0.45 {
                walker.number = self.next;
                self.next += 1;
            }
        } else if !gone && chance < 0.005 {
            self.walkers[index].gone = true;
            let id = peer(self.walkers[index].number);
            self.engine.remove(id).expect("it is there");
            self.calls += 1;
        } else if !gone && chance < 0.007 {
            self.walkers[index].at = self.place();
        } else if !gone && chance < 0.6 {
            let step =
                |random: &mut Random, v: f32| (v + (random.unit() - 0.5) * 12.0).clamp(0.0, SIDE);
            let (x, z) = self.walkers[index].at;
            self.walkers[index].at = (step(&mut self.random, x), step(&mut self.random, z));
        }
        let walker = &self.walkers[index];
        if walker.gone {
            return;
        }
        let (id, position) = (
            peer(walker.number),
            Position::new(walker.at.0, 0.0, walker.at.1),
        );
        let wish = (chance > 0.999).then(|| {
            let number = (self.random.unit() * self.engine.next_island() as f32) as u64;
            islands::IslandId::from_number(number)
        });
        self.engine
            .set(id, position, wish.flatten())
            .expect("in range");
        self.calls += 1;
    }

    /// An engine that takes over now has nothing to say, and no island is above the cap.
    fn check(&self) {
        let mut heir = Engine::new(self.engine.options().clone()).expect("in range");
        for resident in self.engine.residents() {
            heir.restore(&resident).expect("as it was");
        }
        assert_eq!(
            heir.flush(),
            Changes::default(),
            "a takeover had something to say"
        );
        let cap = self.engine.options().island_peers_max;
        assert!(
            self.engine
                .islands()
                .all(|island| island.peers.len() <= cap)
        );
    }
}

/// Time on the processor, in seconds.
fn seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn main() {
    let mut words = std::env::args()
        .skip(1)
        .map(|word| word.parse().expect("a number"));
    let mut word = |default: usize| words.next().unwrap_or(default);
    let (peers, flushes, seed) = (word(20_000), word(1_000), word(1));
    let mut soak = Soak::new(peers, seed as u32);
    let mut hash = DefaultHasher::new();
    let (mut times, mut told, mut called) = (Vec::new(), 0, 0.0);
    for flush in 1..=flushes {
        let start = seconds();
        (0..peers).for_each(|index| soak.act(index));
        let middle = seconds();
        let changes = soak.engine.flush();
        times.push((seconds() - middle) * 1e3);
        called += middle - start;
        told += changes.moved.len();
        changes
            .moved
            .iter()
            .for_each(|c| (c.peer, c.island, c.from).hash(&mut hash));
        if flush % 100 == 0 || flush == flushes {
            soak.check();
            times.sort_by(f64::total_cmp);
            println!(
                "flush {flush}: {} peers in {} islands, {:.0} calls/s, flush median {:.2} ms, max {:.2} ms, {:.1} told a flush, {:.1} MB",
                soak.engine.peer_count(),
                soak.engine.island_count(),
                soak.calls as f64 / called,
                times[times.len() / 2],
                times[times.len() - 1],
                told as f64 / times.len() as f64,
                soak.engine.heap_bytes() as f64 / 1e6,
            );
            times.clear();
            (told, called, soak.calls) = (0, 0.0, 0);
        }
    }
    println!("changes: {:016x}", hash.finish());
}
