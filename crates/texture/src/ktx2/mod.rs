//! The KTX 2.0 container: a header, an index of levels, and a description of what the bits mean.
//!
//! Khronos, "KTX File Format Specification", version 2.0. Levels lie in the file from the smallest
//! to the largest, so that a reader can show something early.

mod description;

pub(crate) use description::{Contents, describe};

const MAGIC: [u8; 12] = [
    0xab, b'K', b'T', b'X', b' ', b'2', b'0', 0xbb, b'\r', b'\n', 0x1a, b'\n',
];
/// Magic, nine numbers, four places of 32 bits, and one of 64.
const HEADER_BYTES: usize = 80;
const LEVEL_INDEX_BYTES: usize = 24;
/// Sorted by key, as the format demands; the values end with a zero.
const METADATA: [(&str, &str); 2] = [("KTXorientation", "rd"), ("KTXwriter", "worldlog texture")];

/// How levels are compressed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Supercompression {
    BasisLz = 1,
    Zstandard = 2,
}

/// A level as it lies in the file.
#[derive(Debug, Clone)]
pub(crate) struct StoredLevel {
    pub(crate) bytes: Vec<u8>,
    /// Before supercompression; 0 for BasisLZ.
    pub(crate) plain_bytes: usize,
}

/// Everything a file says.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) contents: Contents,
    pub(crate) is_srgb: bool,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) supercompression: Supercompression,
    /// Data of the supercompression that all levels share.
    pub(crate) global: Vec<u8>,
    /// From the largest.
    pub(crate) levels: Vec<StoredLevel>,
}

impl File {
    /// The file's bytes.
    pub(crate) fn write(&self) -> Vec<u8> {
        let description = describe(self.contents, self.is_srgb, self.supercompression);
        let metadata = metadata();
        let description_at = HEADER_BYTES + self.levels.len() * LEVEL_INDEX_BYTES;
        let metadata_at = description_at + description.len();
        let global_at = (metadata_at + metadata.len()).next_multiple_of(8);
        let levels_at = global_at + self.global.len();
        let payload: usize = self.levels.iter().map(|level| level.bytes.len()).sum();
        let mut out = Vec::with_capacity(levels_at + payload);
        out.extend_from_slice(&MAGIC);
        let header = [
            self.contents.vulkan_format(self.is_srgb),
            1,
            self.width,
            self.height,
            0,
            0,
            1,
            self.levels.len() as u32,
            self.supercompression as u32,
            description_at as u32,
            description.len() as u32,
            metadata_at as u32,
            metadata.len() as u32,
        ];
        header.iter().for_each(|number| put32(&mut out, *number));
        let has_global = !self.global.is_empty();
        put64(&mut out, if has_global { global_at } else { 0 });
        put64(&mut out, self.global.len());
        let mut ends = levels_at + payload;
        for level in &self.levels {
            ends -= level.bytes.len();
            put64(&mut out, ends);
            put64(&mut out, level.bytes.len());
            put64(&mut out, level.plain_bytes);
        }
        out.extend_from_slice(&description);
        out.extend_from_slice(&metadata);
        out.resize(global_at, 0);
        out.extend_from_slice(&self.global);
        self.levels
            .iter()
            .rev()
            .for_each(|level| out.extend_from_slice(&level.bytes));
        out
    }
}

fn metadata() -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in METADATA {
        put32(&mut out, (key.len() + value.len() + 2) as u32);
        for text in [key, value] {
            out.extend_from_slice(text.as_bytes());
            out.push(0);
        }
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

pub(crate) fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u64).to_le_bytes());
}
