//! How much a bundle may ask of who reads it.

/// Upper bounds of what is read. Memory follows real input: nothing is allocated for a declared size before it is
/// within its limit and within what the bytes that are there can unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files of a container together, unpacked.
    pub stream_bytes: u64,
    /// Bytes of the info block, unpacked.
    pub info_bytes: u64,
    /// Data blocks of a container.
    pub blocks: u32,
    /// Files in a container.
    pub files: u32,
    /// Types, objects, externals and script types of a serialized file, each. What is told of an object in a report takes
    /// up to 512 bytes.
    pub entries: u32,
    /// Nodes of all type trees of a serialized file together.
    pub tree_nodes: u32,
    /// Levels of a type tree.
    pub tree_levels: u8,
    /// Values in one object: every number, text, list and structure counts as one, a run of bytes as one. A value takes
    /// up to 80 bytes of memory.
    pub values: u64,
}

impl Default for Limits {
    /// Four times what the largest scene bundle needs.
    fn default() -> Self {
        Self {
            stream_bytes: 512 << 20,
            info_bytes: 16 << 20,
            blocks: 1 << 16,
            files: 1 << 10,
            entries: 1 << 18,
            tree_nodes: 1 << 18,
            tree_levels: 64,
            values: 1 << 22,
        }
    }
}
