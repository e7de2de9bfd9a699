//! The balanced UnixFS tree of files longer than one chunk.
//!
//! Source: the IPFS importer's "balanced" layout with 174 children a node, dag-pb canonical form
//! (links before data). Checked against the values of @dcl/hashing 3.

use sha2::{Digest, Sha256};

/// Bytes of a file in one leaf.
pub(super) const CHUNK_BYTES: u64 = 262_144;
/// Children of one inner node at most.
const FANOUT: usize = 174;
/// UnixFS `Type` of a file.
const UNIXFS_FILE: u64 = 2;

/// How a node's digest becomes the binary CID written into its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// CIDv1: version, codec, multihash.
    V1,
    /// CIDv0: the bare multihash.
    V0,
}

/// Codec byte of a raw block in a CIDv1.
pub(super) const CODEC_RAW: u8 = 0x55;
/// Codec byte of a dag-pb block in a CIDv1.
pub(super) const CODEC_DAG_PB: u8 = 0x70;

/// A finished block: its binary CID and the two sizes its parent records.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) cid: Vec<u8>,
    /// Encoded length of this block and of all blocks below it.
    pub(super) tree_bytes: u64,
    /// Bytes of the file below this block.
    pub(super) file_bytes: u64,
}

/// The sha2-256 multihash of a digest: `0x12 0x20` and 32 bytes.
pub(super) fn multihash(digest: &[u8]) -> Vec<u8> {
    [&[0x12, 0x20], digest].concat()
}

/// The binary CIDv1 of a digest.
pub(super) fn cid_v1(codec: u8, digest: &[u8]) -> Vec<u8> {
    [&[0x01, codec, 0x12, 0x20], digest].concat()
}

/// A balanced tree under construction; holds at most 174 nodes a level.
#[derive(Debug, Clone)]
pub(super) struct Balanced {
    family: Family,
    levels: Vec<Vec<Node>>,
}

impl Balanced {
    pub(super) fn new(family: Family) -> Self {
        Self {
            family,
            levels: Vec::new(),
        }
    }

    /// True until the first leaf arrives.
    pub(super) fn is_empty(&self) -> bool {
        self.levels.is_empty()
    }

    /// Appends the next leaf of the file.
    pub(super) fn push(&mut self, leaf: Node) {
        self.push_at(0, leaf);
    }

    fn push_at(&mut self, level: usize, node: Node) {
        let mut level = level;
        let mut node = node;
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(node);
            if row.len() < FANOUT {
                return;
            }
            let full = std::mem::take(row);
            node = wrap(self.family, &full);
            level += 1;
        }
    }

    /// Closes the tree and gives its root. The tree must have a leaf.
    pub(super) fn finish(mut self) -> Node {
        assert!(
            !self.is_empty(),
            "a file has at least one leaf, empty or not"
        );
        let mut level = 0;
        loop {
            let top = level + 1 == self.levels.len();
            let mut row = std::mem::take(&mut self.levels[level]);
            if top && row.len() == 1 {
                return row.pop().expect("the length was checked to be one");
            }
            // A last group of one is wrapped like any other when there are groups beside it.
            if !row.is_empty() {
                let parent = wrap(self.family, &row);
                self.push_at(level + 1, parent);
            }
            level += 1;
        }
    }
}

/// Builds the dag-pb node over `children`.
fn wrap(family: Family, children: &[Node]) -> Node {
    let mut block = Vec::with_capacity(children.len() * 64);
    let mut unixfs = Vec::new();
    let file_bytes = children.iter().map(|child| child.file_bytes).sum();
    let below_bytes: u64 = children.iter().map(|child| child.tree_bytes).sum();
    varint_field(&mut unixfs, 1, UNIXFS_FILE);
    varint_field(&mut unixfs, 3, file_bytes);
    for child in children {
        let mut link = Vec::with_capacity(64);
        bytes_field(&mut link, 1, &child.cid);
        bytes_field(&mut link, 2, &[]);
        varint_field(&mut link, 3, child.tree_bytes);
        bytes_field(&mut block, 2, &link);
        varint_field(&mut unixfs, 4, child.file_bytes);
    }
    bytes_field(&mut block, 1, &unixfs);
    node_of(family, &block, below_bytes, file_bytes)
}

/// Builds the dag-pb leaf that carries `data` inline, as CIDv0 files do.
pub(super) fn inline_leaf(family: Family, data: &[u8]) -> Node {
    let file_bytes = data.len() as u64;
    let mut unixfs = Vec::with_capacity(data.len() + 16);
    varint_field(&mut unixfs, 1, UNIXFS_FILE);
    if !data.is_empty() {
        bytes_field(&mut unixfs, 2, data);
    }
    varint_field(&mut unixfs, 3, file_bytes);
    let mut block = Vec::with_capacity(unixfs.len() + 8);
    bytes_field(&mut block, 1, &unixfs);
    node_of(family, &block, 0, file_bytes)
}

fn node_of(family: Family, block: &[u8], below_bytes: u64, file_bytes: u64) -> Node {
    let digest = Sha256::digest(block);
    let cid = match family {
        Family::V1 => cid_v1(CODEC_DAG_PB, &digest),
        Family::V0 => multihash(&digest),
    };
    Node {
        cid,
        tree_bytes: block.len() as u64 + below_bytes,
        file_bytes,
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Protobuf field of wire type 0.
fn varint_field(out: &mut Vec<u8>, field: u8, value: u64) {
    out.push(field << 3);
    varint(out, value);
}

/// Protobuf field of wire type 2.
fn bytes_field(out: &mut Vec<u8>, field: u8, value: &[u8]) {
    out.push((field << 3) | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}
