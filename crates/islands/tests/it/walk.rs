//! Seeded walks: the same seed makes the same crowd, options and steps on any machine.

use islands::{Engine, Options, PeerId, Position};

use crate::crowd::{at, peer};

/// A small generator of good quality (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From `low` to `high`, in steps of 1/16 m.
    fn metres(&mut self, low: i64, high: i64) -> f32 {
        let steps = self.below(((high - low) * 16) as u64) as i64;
        (low * 16 + steps) as f32 / 16.0
    }
}

/// What happens to a peer between two flushes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Set(PeerId, Position, Option<u64>),
    Remove(PeerId),
}

impl Step {
    pub(crate) fn apply(&self, engine: &mut Engine) {
        match *self {
            Self::Set(peer, position, wish) => {
                let wish = wish.and_then(islands::IslandId::from_number);
                engine.set(peer, position, wish).expect("in range");
            }
            Self::Remove(peer) => engine.remove(peer).expect("it is known"),
        }
    }
}

/// A walk: options, and the steps before each flush.
pub(crate) struct Walk {
    pub(crate) options: Options,
    pub(crate) ticks: Vec<Vec<Step>>,
}

impl Walk {
    /// Some ten to sixty peers, a dozen flushes. Caps, crowding, speed and wishes differ from seed to seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let caps = [1, 2, 3, 4, 6, 8, 12, 20, 100];
        let cap = caps[random.below(9) as usize];
        let options = Options {
            island_peers_max: cap,
            leave_distance_m: [64.0, 80.0, 80.0, 120.0][random.below(4) as usize],
            bulk_fill_percent: [50, 90, 100][random.below(3) as usize],
            ..Options::default()
        };
        let people = 10 + random.below(50) as u32;
        let side = [60, 200, 500, 1200][random.below(4) as usize];
        let reach = [4, 20, 90][random.below(3) as usize];
        let wishful = random.below(4) == 0;
        let mut places: Vec<Option<(f32, f32)>> = vec![None; people as usize];
        let mut ticks = Vec::new();
        for _ in 0..12 {
            let mut steps = Vec::new();
            for who in 0..people {
                let place = &mut places[who as usize];
                let step = random.below(100);
                *place = match *place {
                    None if step < 30 => {
                        Some((random.metres(-side, side), random.metres(-side, side)))
                    }
                    None => None,
                    Some(_) if step < 3 => {
                        steps.push(Step::Remove(peer(who)));
                        // Half of them are back at once: a new session.
                        (step == 0)
                            .then(|| (random.metres(-side, side), random.metres(-side, side)))
                    }
                    Some((x, z)) if step < 60 => Some((
                        x + random.metres(-reach, reach),
                        z + random.metres(-reach, reach),
                    )),
                    still => still,
                };
                if let Some((x, z)) = *place {
                    let wish = (wishful && random.below(8) == 0).then(|| 1 + random.below(12));
                    steps.push(Step::Set(peer(who), at(x, z), wish));
                }
            }
            ticks.push(steps);
        }
        Self { options, ticks }
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::new(self.options.clone()).expect("options in range")
    }
}
