//! Genuine IPFS CIDv0 names, used by builder and kernel assets.

use super::base::base58;
use super::dag::{Balanced, CHUNK_BYTES, Family, inline_leaf};

/// Hashes a whole file in memory to the CIDv0 `ipfs add` gives it.
///
/// Source of the algorithm: UnixFS v1 with dag-pb leaves that hold the data inline.
pub fn cid_v0_dag_pb(bytes: impl AsRef<[u8]>) -> String {
    let mut hasher = CidV0DagPb::new();
    hasher.update(bytes);
    hasher.finish()
}

/// Streaming form of [`cid_v0_dag_pb`]; holds one chunk (262 144 bytes) because a leaf's length
/// stands before its data.
#[derive(Debug, Clone)]
pub struct CidV0DagPb {
    chunk: Vec<u8>,
    tree: Balanced,
}

impl Default for CidV0DagPb {
    fn default() -> Self {
        Self::new()
    }
}

impl CidV0DagPb {
    /// Starts a hasher over the empty file.
    pub fn new() -> Self {
        Self {
            chunk: Vec::new(),
            tree: Balanced::new(Family::V0),
        }
    }

    /// Appends the next bytes of the file; the split into calls does not matter.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        let chunk_bytes = CHUNK_BYTES as usize;
        let mut rest = bytes.as_ref();
        while !rest.is_empty() {
            if self.chunk.len() == chunk_bytes {
                self.close_leaf();
            }
            let room = chunk_bytes - self.chunk.len();
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.chunk.extend_from_slice(now);
            rest = later;
        }
    }

    /// Ends the file and gives its name, 46 characters.
    pub fn finish(mut self) -> String {
        self.close_leaf();
        base58(&self.tree.finish().cid)
    }

    fn close_leaf(&mut self) {
        self.tree.push(inline_leaf(Family::V0, &self.chunk));
        self.chunk.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::cid_v0_dag_pb;

    #[test]
    fn known_ipfs_names_are_reproduced() {
        assert_eq!(
            cid_v0_dag_pb(b""),
            "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"
        );
        assert_eq!(
            cid_v0_dag_pb(b"hello world"),
            "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD"
        );
    }
}
