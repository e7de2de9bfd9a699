//! hashV1: the current names of files and entities.

use sha2::{Digest, Sha256};

use super::base::base32;
use super::dag::{Balanced, CHUNK_BYTES, CODEC_RAW, Family, Node, cid_v1};

/// Hashes a whole file in memory to its CIDv1 (`bafkrei…` up to 262 144 bytes, `bafybei…` above).
///
/// Source of the algorithm: @dcl/hashing 3 `hashV1`, that is, IPFS with CIDv1 and raw leaves.
pub fn hash_v1(bytes: impl AsRef<[u8]>) -> String {
    let mut hasher = HashV1::new();
    hasher.update(bytes);
    hasher.finish()
}

/// Streaming form of [`hash_v1`]; memory does not grow with the file (a few kB a tree level).
#[derive(Debug, Clone)]
pub struct HashV1 {
    leaf: Sha256,
    leaf_bytes: u64,
    tree: Balanced,
}

impl Default for HashV1 {
    fn default() -> Self {
        Self::new()
    }
}

impl HashV1 {
    /// Starts a hasher over the empty file.
    pub fn new() -> Self {
        Self {
            leaf: Sha256::new(),
            leaf_bytes: 0,
            tree: Balanced::new(Family::V1),
        }
    }

    /// Appends the next bytes of the file; the split into calls does not matter.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        let mut rest = bytes.as_ref();
        while !rest.is_empty() {
            // Closed late: whether a full chunk is the whole file is known only now.
            if self.leaf_bytes == CHUNK_BYTES {
                self.close_leaf();
            }
            let room = (CHUNK_BYTES - self.leaf_bytes) as usize;
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.leaf.update(now);
            self.leaf_bytes += now.len() as u64;
            rest = later;
        }
    }

    /// Ends the file and gives its name, 59 characters.
    pub fn finish(mut self) -> String {
        self.close_leaf();
        format!("b{}", base32(&self.tree.finish().cid))
    }

    fn close_leaf(&mut self) {
        let digest = self.leaf.finalize_reset();
        let bytes = std::mem::take(&mut self.leaf_bytes);
        let cid = cid_v1(CODEC_RAW, &digest);
        self.tree.push(Node {
            cid,
            tree_bytes: bytes,
            file_bytes: bytes,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::hash_v1;

    #[test]
    fn the_empty_file_has_the_known_name() {
        let name = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
        assert_eq!(hash_v1(b""), name);
    }
}
