//! Where bots walk: spots that people gather at, and ways between them.

use gateways::sources::outbound::Jitter;

/// Farthest from the origin, metres, on both axes: Genesis City.
const REACH_M: f64 = 2_300.0;
/// How far from a spot most stand, metres.
const CROWD_M: f64 = 32.0;
/// Metres a second.
const SPEED_M: (f64, f64) = (1.5, 8.0);
/// Share of the ways that lead to another spot.
const TRAVELS: f64 = 0.08;

/// The spots.
pub(super) struct Ground(Vec<(f64, f64)>);

/// Somebody on its way.
pub(super) struct Walk {
    dice: Jitter,
    spot: usize,
    at: (f64, f64),
    goal: (f64, f64),
    speed: f64,
}

fn between(dice: &mut Jitter, from: f64, to: f64) -> f64 {
    from + dice.fraction() * (to - from)
}

impl Ground {
    pub(super) fn new(seed: u64, spots: usize) -> Self {
        let mut dice = Jitter::new(seed);
        // A city that is as large as its number of spots wants.
        let reach = (400.0 * (spots as f64).sqrt()).min(REACH_M);
        let spot = |_| {
            let x = between(&mut dice, -reach, reach);
            (x, between(&mut dice, -reach, reach))
        };
        Self((0..spots).map(spot).collect())
    }
}

impl Walk {
    pub(super) fn new(seed: u64, ground: &Ground) -> Self {
        let mut dice = Jitter::new(seed);
        let spot = (dice.fraction() * ground.0.len() as f64) as usize;
        let mut walk = Self {
            dice,
            spot: spot.min(ground.0.len() - 1),
            at: (0.0, 0.0),
            goal: (0.0, 0.0),
            speed: 0.0,
        };
        walk.at = walk.near(ground);
        walk.aim(ground);
        walk
    }

    /// A place at its spot: the sum of three dice is nearly a bell.
    fn near(&mut self, ground: &Ground) -> (f64, f64) {
        let (x, z) = ground.0[self.spot];
        let mut off = || {
            let three: f64 = (0..3).map(|_| self.dice.fraction() - 0.5).sum();
            three * 2.0 * CROWD_M
        };
        (x + off(), z + off())
    }

    fn aim(&mut self, ground: &Ground) {
        if self.dice.fraction() < TRAVELS {
            let spot = (self.dice.fraction() * ground.0.len() as f64) as usize;
            self.spot = spot.min(ground.0.len() - 1);
        }
        self.goal = self.near(ground);
        self.speed = between(&mut self.dice, SPEED_M.0, SPEED_M.1);
    }

    /// Walks for so many seconds; gives where it is then.
    pub(super) fn step(&mut self, ground: &Ground, seconds: f64) -> (f32, f32) {
        let (dx, dz) = (self.goal.0 - self.at.0, self.goal.1 - self.at.1);
        let (far, stride) = (dx.hypot(dz), self.speed * seconds);
        if far <= stride {
            self.at = self.goal;
            self.aim(ground);
        } else {
            self.at.0 += dx / far * stride;
            self.at.1 += dz / far * stride;
        }
        (self.at.0 as f32, self.at.1 as f32)
    }

    /// A number below one, for what is not a way.
    pub(super) fn fraction(&mut self) -> f64 {
        self.dice.fraction()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_has_steps_and_no_leaps_and_is_the_same_again() {
        let ground = Ground::new(7, 4);
        let way = || -> Vec<(f32, f32)> {
            let mut walk = Walk::new(3, &ground);
            (0..2000).map(|_| walk.step(&ground, 1.0)).collect()
        };
        let steps = way();
        assert_eq!(steps, way());
        let mut far = 0.0_f32;
        for pair in steps.windows(2) {
            let step = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
            assert!(step <= SPEED_M.1 as f32 + 0.01, "{step}");
            far = far.max((pair[1].0 - steps[0].0).hypot(pair[1].1 - steps[0].1));
        }
        assert!(far > 10.0, "it went {far} m away");
    }
}
