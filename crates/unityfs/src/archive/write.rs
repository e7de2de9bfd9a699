//! From a stream to a container.

use super::{Archive, CHUNK_BYTES, Packing};
use crate::cursor::{fill, put_text};
use crate::lz4hc::{self, Effort};
use crate::{Error, Result};

/// LZ4HC, blocks and directory together, padding behind the info block.
pub(super) const FLAGS: u32 = 0x243;
/// A block as it is, of a container that is one block.
const WHOLE_STREAM: u16 = 0x40;
const LZ4HC: u16 = 3;

/// Lengths and flags of a block, and its bytes.
struct Packed<'a> {
    bytes: u32,
    flags: u16,
    content: std::borrow::Cow<'a, [u8]>,
}

impl Archive {
    /// The container's bytes. They depend on the files, the engine's version and the packing only.
    ///
    /// # Errors
    /// When the stream is over 4 GiB, which the format has no number for.
    pub fn write(&self, packing: Packing) -> Result<Vec<u8>> {
        let mut stream = std::borrow::Cow::Borrowed(self.stream.as_slice());
        if packing == Packing::Stored && !stream.len().is_multiple_of(16) {
            fill(stream.to_mut(), 16);
        }
        Error::check("stream", stream.len() as u64, u64::from(u32::MAX))?;
        let blocks = match packing {
            Packing::Stored => vec![Packed {
                bytes: stream.len() as u32,
                flags: WHOLE_STREAM,
                content: std::borrow::Cow::Borrowed(&stream),
            }],
            Packing::Lz4Hc => stream.chunks(CHUNK_BYTES).map(pack).collect(),
        };
        let info = self.info(&blocks);
        let packed_info = lz4hc::compress(&info, Effort::Most);

        let mut out = b"UnityFS\0".to_vec();
        out.extend_from_slice(&8_u32.to_be_bytes());
        put_text(&mut out, &self.player);
        put_text(&mut out, &self.engine);
        let size_at = out.len();
        out.extend_from_slice(&[0; 8]);
        out.extend_from_slice(&(packed_info.len() as u32).to_be_bytes());
        out.extend_from_slice(&(info.len() as u32).to_be_bytes());
        out.extend_from_slice(&FLAGS.to_be_bytes());
        fill(&mut out, 16);
        out.extend_from_slice(&packed_info);
        fill(&mut out, 16);
        for block in &blocks {
            out.extend_from_slice(&block.content);
        }
        let size = out.len() as i64;
        out[size_at..size_at + 8].copy_from_slice(&size.to_be_bytes());
        Ok(out)
    }

    fn info(&self, blocks: &[Packed<'_>]) -> Vec<u8> {
        let mut out = vec![0; 16];
        out.extend_from_slice(&(blocks.len() as u32).to_be_bytes());
        for block in blocks {
            out.extend_from_slice(&block.bytes.to_be_bytes());
            out.extend_from_slice(&(block.content.len() as u32).to_be_bytes());
            out.extend_from_slice(&block.flags.to_be_bytes());
        }
        out.extend_from_slice(&(self.files.len() as u32).to_be_bytes());
        for file in &self.files {
            out.extend_from_slice(&file.offset.to_be_bytes());
            out.extend_from_slice(&file.size.to_be_bytes());
            out.extend_from_slice(&file.flags.to_be_bytes());
            put_text(&mut out, &file.name);
        }
        out
    }
}

/// A chunk by LZ4HC, or as it is when that does not shrink it.
fn pack(chunk: &[u8]) -> Packed<'_> {
    let packed = lz4hc::compress(chunk, Effort::Good);
    let shrunk = packed.len() < chunk.len();
    Packed {
        bytes: chunk.len() as u32,
        flags: if shrunk { LZ4HC } else { 0 },
        content: if shrunk { packed.into() } else { chunk.into() },
    }
}
