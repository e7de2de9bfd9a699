//! Packing and unpacking of one block.

use std::io::Read as _;

use super::Compression;
use crate::error::BlockName;
use crate::{Error, Result};

/// An LZ4 block unpacks to at most this much a byte: each byte of a length adds 255.
const LZ4_RATIO_MAX: u64 = 255;
/// An LZMA stream: a match of 273 bytes takes about a quarter of a bit where all probabilities are at their end.
const LZMA_RATIO_MAX: u64 = 1 << 14;
/// What either may unpack to beyond its ratio.
const SLACK_BYTES: u64 = 1 << 10;

/// Appends the `size` bytes that `packed` unpacks to. They are allocated only if `packed` can be so much.
pub(super) fn unpack(
    block: BlockName,
    compression: Compression,
    packed: &[u8],
    size: u32,
    out: &mut Vec<u8>,
) -> Result<()> {
    let ratio = match compression {
        Compression::Stored => 1,
        Compression::Lzma => LZMA_RATIO_MAX,
        Compression::Lz4 | Compression::Lz4Hc => LZ4_RATIO_MAX,
    };
    let possible = packed.len() as u64 * ratio + SLACK_BYTES;
    Error::check("unpacked size of a block", u64::from(size), possible)?;
    let (start, size) = (out.len(), size as usize);
    let failed = |reason: String| Error::Compression { block, reason };
    let written = match compression {
        Compression::Stored => {
            out.extend_from_slice(packed);
            packed.len()
        }
        Compression::Lzma => unpack_lzma(packed, size, out).map_err(failed)?,
        Compression::Lz4 | Compression::Lz4Hc => {
            out.resize(start + size, 0);
            let written = lz4_flex::block::decompress_into(packed, &mut out[start..]);
            written.map_err(|error| failed(error.to_string()))?
        }
    };
    if written != size {
        return Err(failed(format!("{written} bytes instead of {size}")));
    }
    Ok(())
}

/// Unity's LZMA: a byte of properties, the window's size, then the stream without its size.
fn unpack_lzma(packed: &[u8], size: usize, out: &mut Vec<u8>) -> Result<usize, String> {
    let Some((header, stream)) = packed.split_first_chunk::<5>() else {
        return Err("no LZMA header".to_owned());
    };
    let window = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    // No distance is longer than what came before, so a larger window would only take memory.
    let window = window
        .min(u32::try_from(size).unwrap_or(u32::MAX))
        .max(1 << 12);
    let size = size as u64;
    let reader = lzma_rust2::LzmaReader::new_with_props(stream, size, header[0], window, None);
    let mut reader = reader.map_err(|error| error.to_string())?.take(size);
    reader.read_to_end(out).map_err(|error| error.to_string())
}
