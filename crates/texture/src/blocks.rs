//! BC7 and BC5: blocks of 16 bytes that desktop GPUs read as they are.
//!
//! The encoder is `block_compression`, plain Rust after Intel's texture compressor. BC7 holds four
//! channels, BC5 red and green, each at eight bits' quality: the two axes of a normal map.

use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};

use crate::{Level, MipChain};

/// Which blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockFormat {
    /// Red, green, blue, alpha.
    Bc7,
    /// Red and green.
    Bc5,
}

/// One level, compressed: rows of blocks in the order of the chain's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockLevel {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// ⌈width / 4⌉ × ⌈height / 4⌉ × 16 bytes.
    pub bytes: Vec<u8>,
}

/// Every level of a chain, from the largest; at least one block each. This is what Unity's
/// Texture2D holds, back to back, when the chain was made with
/// [`ChainOptions::unity`](crate::ChainOptions::unity).
#[must_use]
pub fn encode_blocks(chain: &MipChain, format: BlockFormat) -> Vec<BlockLevel> {
    let variant = match format {
        BlockFormat::Bc7 if chain.has_alpha() => {
            CompressionVariant::BC7(BC7Settings::alpha_very_fast())
        }
        BlockFormat::Bc7 => CompressionVariant::BC7(BC7Settings::opaque_fast()),
        BlockFormat::Bc5 => CompressionVariant::BC5,
    };
    chain
        .levels()
        .iter()
        .map(|level| encode_level(level, variant))
        .collect()
}

fn encode_level(level: &Level, variant: CompressionVariant) -> BlockLevel {
    let (width, height) = (
        level.width.next_multiple_of(4),
        level.height.next_multiple_of(4),
    );
    let padded;
    let rgba = if (width, height) == (level.width, level.height) {
        &level.rgba
    } else {
        padded = pad(level, width, height);
        &padded
    };
    let mut bytes = vec![0; width as usize / 4 * (height as usize / 4) * 16];
    compress_rgba8(variant, rgba, &mut bytes, width, height, width * 4);
    BlockLevel {
        width: level.width,
        height: level.height,
        bytes,
    }
}

/// The level with its last column and row repeated.
fn pad(level: &Level, width: u32, height: u32) -> Vec<u8> {
    let mut padded = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (x.min(level.width - 1), y.min(level.height - 1));
            let at = (y as usize * level.width as usize + x as usize) * 4;
            padded.extend_from_slice(&level.rgba[at..at + 4]);
        }
    }
    padded
}
