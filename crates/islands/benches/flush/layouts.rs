//! The crowds of the comparison, the same on every machine: a world of 4 800 m square, or of 19 200 m for the sparse
//! one; positions are 32-bit floats from mulberry32.

use islands::Position;

use crate::draw::Random;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum World {
    /// Thirty spots, bell-shaped, with a standard deviation of 32 m on each axis.
    Hot,
    /// Everywhere alike.
    Uniform,
    /// Everywhere alike in a world sixteen times as large: nearly everybody is alone.
    Sparse,
}

impl World {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Uniform => "uniform",
            Self::Sparse => "sparse",
        }
    }

    fn side(self) -> f32 {
        if self == Self::Sparse {
            19_200.0
        } else {
            4_800.0
        }
    }
}

/// Bell-shaped around 0 with standard deviation 1: twelve draws, added.
fn bell(random: &mut Random) -> f32 {
    (0..12).map(|_| random.unit()).sum::<f32>() - 6.0
}

pub(crate) struct Crowd {
    random: Random,
    side: f32,
    pub(crate) places: Vec<(f32, f32)>,
}

impl Crowd {
    pub(crate) fn new(world: World, peers: usize) -> Self {
        let mut random = Random(0x00c0_ffee);
        let side = world.side();
        let spots: Vec<(f32, f32)> = (0..30)
            .map(|_| (random.unit() * side, random.unit() * side))
            .collect();
        let place = |index: usize| {
            if world == World::Hot {
                let (x, z) = spots[index % spots.len()];
                (x + bell(&mut random) * 32.0, z + bell(&mut random) * 32.0)
            } else {
                (random.unit() * side, random.unit() * side)
            }
        };
        let places = (0..peers).map(place).collect();
        let mut crowd = Self {
            random,
            side,
            places,
        };
        (0..peers).for_each(|index| crowd.step(index, 0.0));
        crowd
    }

    /// Moves one peer 0 to `metres` in any direction, within the world.
    pub(crate) fn step(&mut self, index: usize, metres: f32) {
        let (dx, dz, length) = loop {
            let (dx, dz) = (
                self.random.unit() * 2.0 - 1.0,
                self.random.unit() * 2.0 - 1.0,
            );
            let length = (dx * dx + dz * dz).sqrt();
            if length > 0.01 && length <= 1.0 {
                break (dx, dz, length);
            }
        };
        let step = self.random.unit() * metres / length;
        let (x, z) = self.places[index];
        let inside = |v: f32| v.clamp(0.0, self.side);
        self.places[index] = (inside(x + dx * step), inside(z + dz * step));
    }

    pub(crate) fn position(&self, index: usize) -> Position {
        let (x, z) = self.places[index];
        Position::new(x, 0.0, z)
    }
}

/// Of the pairs of peers at most 64 m apart, the share that is in different islands.
pub(crate) fn split_pairs(places: &[(f32, f32)], island: impl Fn(usize) -> u64) -> f64 {
    let key = |(x, z): (f32, f32)| ((x / 64.0) as i32, (z / 64.0) as i32);
    let mut cells = std::collections::BTreeMap::<(i32, i32), Vec<usize>>::new();
    for (index, place) in places.iter().enumerate() {
        cells.entry(key(*place)).or_default().push(index);
    }
    let (mut pairs, mut split) = (0u64, 0u64);
    for (index, &(x, z)) in places.iter().enumerate() {
        let (cx, cz) = key((x, z));
        let own = island(index);
        for near in (-1..=1).flat_map(|dx| (-1..=1).map(move |dz| (cx + dx, cz + dz))) {
            for &other in cells
                .get(&near)
                .into_iter()
                .flatten()
                .filter(|o| **o > index)
            {
                let (dx, dz) = (places[other].0 - x, places[other].1 - z);
                if dx * dx + dz * dz <= 64.0 * 64.0 {
                    pairs += 1;
                    split += u64::from(island(other) != own);
                }
            }
        }
    }
    split as f64 / pairs.max(1) as f64
}
