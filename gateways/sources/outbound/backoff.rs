//! Waiting longer after each failure: capped exponential, with jitter from an explicit source.

use std::time::Duration;

/// Numbers that spread retries apart. Seeded, so that a test or a simulation can repeat them (splitmix64).
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// A source that gives the same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0.0 .. 1.0`.
    pub fn fraction(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The waits after failures in a row.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    factor: f64,
    cap: Duration,
    next: Duration,
    failures: u32,
}

impl Backoff {
    /// Starts at `first`, multiplies by `factor`, stops growing at `cap`.
    pub fn new(first: Duration, factor: f64, cap: Duration) -> Self {
        let first = first.min(cap);
        Self {
            first,
            factor: factor.max(1.0),
            cap,
            next: first,
            failures: 0,
        }
    }

    /// The next wait, between 80 % and 100 % of the step; never shorter than `after`, what the server asked for
    /// (itself capped, so that a server cannot silence us for ever).
    pub fn step(&mut self, jitter: &mut Jitter, after: Option<Duration>) -> Duration {
        let wait = self.next.mul_f64(0.8 + 0.2 * jitter.fraction());
        self.next = self.next.mul_f64(self.factor).min(self.cap);
        self.failures = self.failures.saturating_add(1);
        wait.max(after.unwrap_or_default().min(self.cap))
    }

    /// It worked: the next failure starts anew.
    pub fn reset(&mut self) {
        self.next = self.first;
        self.failures = 0;
    }

    /// Failures since the last success.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Jitter};
    use std::time::Duration;

    #[test]
    fn waits_grow_to_the_cap_and_start_anew() {
        let mut jitter = Jitter::new(7);
        let second = Duration::from_secs(1);
        let mut backoff = Backoff::new(second, 1.5, 4 * second);
        let waits: Vec<Duration> = (0..8).map(|_| backoff.step(&mut jitter, None)).collect();
        assert!(waits[0] <= second && waits[0] >= second.mul_f64(0.8));
        assert!(waits[7] <= 4 * second && waits[7] >= 3 * second);
        assert_eq!(backoff.failures(), 8);
        backoff.reset();
        assert!(backoff.step(&mut jitter, None) <= second);
        assert_eq!(backoff.step(&mut jitter, Some(3 * second)), 3 * second);
        assert_eq!(backoff.step(&mut jitter, Some(3600 * second)), 4 * second);
    }

    #[test]
    fn a_seed_decides_every_number() {
        let (mut a, mut b) = (Jitter::new(3), Jitter::new(3));
        assert!((0..99).all(|_| a.next_u64() == b.next_u64()));
        assert!((0..99).all(|_| (0.0..1.0).contains(&a.fraction())));
    }
}
