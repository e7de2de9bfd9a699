//! hashV0: the legacy `Qm…` names of entities and their files. Not an IPFS CIDv0.

use sha2::{Digest, Sha256};

use super::base::base58;
use super::dag::multihash;

/// Hashes a whole file in memory: base58btc of `0x12 0x20` and sha-256 of the bytes.
///
/// Source of the algorithm: @dcl/hashing 3 `hashV0`.
pub fn hash_v0(bytes: impl AsRef<[u8]>) -> String {
    let mut hasher = HashV0::new();
    hasher.update(bytes);
    hasher.finish()
}

/// Streaming form of [`hash_v0`].
#[derive(Debug, Clone, Default)]
pub struct HashV0(Sha256);

impl HashV0 {
    /// Starts a hasher over the empty file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the next bytes of the file.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes);
    }

    /// Ends the file and gives its name, 46 characters.
    pub fn finish(self) -> String {
        base58(&multihash(&self.0.finalize()))
    }
}
