//! Chance from a seed.

use identity::sign::Wallet;
use sha2::{Digest, Sha256};

use crate::sources::outbound::Jitter;

/// Throws the same numbers for the same seed and purpose.
#[derive(Clone, Debug)]
pub(super) struct Dice(Jitter);

impl Dice {
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let digest = Sha256::digest(format!("worldlog demo\n{seed}\n{purpose}"));
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(Jitter::new(u64::from_be_bytes(first)))
    }

    /// A number below `n`, which is not 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.0.next_u64() % n as u64) as usize
    }

    /// True once in `n` times.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of them; there must be one.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A number in `0.0 .. 1.0` with two decimals.
    pub(super) fn shade(&mut self) -> f64 {
        self.below(100) as f64 / 100.0
    }

    /// A colour.
    pub(super) fn colour(&mut self) -> [u8; 3] {
        let bits = self.0.next_u64().to_le_bytes();
        [bits[0], bits[1], bits[2]]
    }

    /// A number of 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// A wallet that the seed decides.
pub(super) fn wallet(seed: u64, role: &str) -> Wallet {
    for round in 0_u32.. {
        let text = format!("worldlog demo key\n{seed}\n{role}\n{round}");
        if let Ok(wallet) = Wallet::from_private_key(Sha256::digest(text).into()) {
            return wallet;
        }
    }
    unreachable!("one digest in 2^128 is no key")
}
