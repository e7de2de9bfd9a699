//! BC7 and BC5: blocks of 16 bytes that desktop GPUs read as they are.
//!
//! BC7 holds four channels: its encoder is `bc7f`, Basis Universal's, which fits most blocks analytically; what few of them
//! lose is given to `block_compression`, plain Rust after Intel's texture compressor, which is a hundred times as slow. BC5
//! holds red and green, each at eight bits' quality, the two axes of a normal map: its encoder is `block_compression`.

use block_compression::decode::decompress_blocks_as_rgba8;
use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use ctt_bc7f::bindings::cPackBC7FlagDefaultPartiallyAnalytical as BC7_EFFORT;

use crate::{Level, MipChain};

/// Pixels on a side of a block.
const SIDE: usize = 4;
const BLOCK_BYTES: usize = 16;
/// RGBA of a block's pixels, bytes.
const BLOCK_PIXELS: usize = SIDE * SIDE * 4;
/// Most that a block may lose.
const LOSS_MAX: f32 = 0.02;
/// What a decoder of BC7 is told; the settings are the encoder's.
const BC7: CompressionVariant = CompressionVariant::BC7(BC7Settings::opaque_basic());

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
    let levels = chain.levels().iter();
    let alpha = chain.has_alpha();
    levels
        .map(|level| encode_level(level, format, alpha))
        .collect()
}

fn encode_level(level: &Level, format: BlockFormat, alpha: bool) -> BlockLevel {
    let bytes = match format {
        BlockFormat::Bc7 => bc7(level, alpha),
        BlockFormat::Bc5 => bc5(level),
    };
    BlockLevel {
        width: level.width,
        height: level.height,
        bytes,
    }
}

fn bc7(level: &Level, alpha: bool) -> Vec<u8> {
    let (across, down) = (level.width.div_ceil(4), level.height.div_ceil(4));
    let mut bytes = vec![0; across as usize * down as usize * BLOCK_BYTES];
    // A row of blocks at a time stays in the cache.
    let mut pixels = Vec::with_capacity(across as usize * BLOCK_PIXELS);
    let mut poor = Poor::default();
    let rows = bytes.chunks_exact_mut(across as usize * BLOCK_BYTES);
    for (row, blocks) in rows.enumerate() {
        pixels.clear();
        gather(level, row * SIDE, &mut pixels);
        ctt_bc7f::compress_blocks_into(&pixels, blocks, BC7_EFFORT);
        poor.find(row * across as usize, blocks, &pixels);
    }
    poor.mend(&mut bytes, alpha);
    bytes
}

/// Blocks that lose more than is not seen.
#[derive(Default)]
struct Poor {
    /// Their places.
    places: Vec<usize>,
    /// Their pixels, one block below the other.
    pixels: Vec<u8>,
    losses: Vec<f32>,
    decoded: Vec<u8>,
}

impl Poor {
    /// Looks through blocks whose first is the `first`th of the level.
    fn find(&mut self, first: usize, blocks: &[u8], pixels: &[u8]) {
        let rows = (blocks.len() / BLOCK_BYTES * SIDE) as u32;
        self.decoded.resize(pixels.len(), 0);
        decompress_blocks_as_rgba8(BC7, SIDE as u32, rows, blocks, &mut self.decoded);
        let decoded = self.decoded.chunks_exact(BLOCK_PIXELS);
        for (n, (source, decoded)) in pixels.chunks_exact(BLOCK_PIXELS).zip(decoded).enumerate() {
            let loss = loss(source, decoded);
            if loss > LOSS_MAX {
                self.places.push(first + n);
                self.pixels.extend_from_slice(source);
                self.losses.push(loss);
            }
        }
    }

    /// Encodes them by the other encoder, and keeps what loses less.
    fn mend(&self, bytes: &mut [u8], alpha: bool) {
        if self.places.is_empty() {
            return;
        }
        let settings = match alpha {
            true => BC7Settings::alpha_fast(),
            false => BC7Settings::opaque_fast(),
        };
        let rows = (self.places.len() * SIDE) as u32;
        let mut blocks = vec![0; self.places.len() * BLOCK_BYTES];
        let variant = CompressionVariant::BC7(settings);
        let stride = SIDE as u32 * 4;
        compress_rgba8(
            variant,
            &self.pixels,
            &mut blocks,
            SIDE as u32,
            rows,
            stride,
        );
        let mut decoded = vec![0; self.pixels.len()];
        decompress_blocks_as_rgba8(BC7, SIDE as u32, rows, &blocks, &mut decoded);
        let found = self.places.iter().zip(&self.losses);
        let sources = self.pixels.chunks_exact(BLOCK_PIXELS);
        let made = blocks.chunks_exact(BLOCK_BYTES);
        let made = made.zip(decoded.chunks_exact(BLOCK_PIXELS).zip(sources));
        for ((place, before), (block, (decoded, source))) in found.zip(made) {
            if loss(source, decoded) < *before {
                bytes[place * BLOCK_BYTES..][..BLOCK_BYTES].copy_from_slice(block);
            }
        }
    }
}

/// How unlike a block is to its pixels: 1 less SSIM (Wang et al., 2004) of the channel that differs most. The colour of what
/// is transparent counts for nothing.
fn loss(source: &[u8], decoded: &[u8]) -> f32 {
    const C1: f32 = 0.01 * 255.0 * 0.01 * 255.0;
    const C2: f32 = 0.03 * 255.0 * 0.03 * 255.0;
    const COUNT: f32 = (SIDE * SIDE) as f32;
    // Of either: the sum and the sum of squares; and the sum of products.
    let mut sums = [[0.0_f32; 4]; 5];
    let decoded = decoded.as_chunks::<4>().0;
    for (source, decoded) in source.as_chunks::<4>().0.iter().zip(decoded) {
        for channel in 0..4 {
            let seen = channel == 3 || source[3] > 0;
            let (a, b) = match seen {
                true => (f32::from(source[channel]), f32::from(decoded[channel])),
                false => (0.0, 0.0),
            };
            for (sum, value) in sums.iter_mut().zip([a, b, a * a, b * b, a * b]) {
                sum[channel] += value;
            }
        }
    }
    let each = (0..4).map(|channel| {
        let [a, b, aa, bb, ab] = sums.map(|sum| sum[channel] / COUNT);
        let both = 2.0 * (ab - a * b) + C2;
        let each = (aa - a * a).max(0.0) + (bb - b * b).max(0.0) + C2;
        1.0 - (2.0 * a * b + C1) * both / ((a * a + b * b + C1) * each)
    });
    each.fold(0.0, f32::max)
}

/// Appends the pixels of a row of blocks, those of each block behind one another; where a block hangs over, the last
/// column and row are repeated.
fn gather(level: &Level, top: usize, pixels: &mut Vec<u8>) {
    let (width, height) = (level.width as usize, level.height as usize);
    for left in (0..width).step_by(SIDE) {
        for y in top..top + SIDE {
            let row = y.min(height - 1) * width;
            if left + SIDE <= width {
                let at = (row + left) * 4;
                pixels.extend_from_slice(&level.rgba[at..at + SIDE * 4]);
                continue;
            }
            for x in left..left + SIDE {
                let at = (row + x.min(width - 1)) * 4;
                pixels.extend_from_slice(&level.rgba[at..at + 4]);
            }
        }
    }
}

fn bc5(level: &Level) -> Vec<u8> {
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
    let stride = width * 4;
    compress_rgba8(
        CompressionVariant::BC5,
        rgba,
        &mut bytes,
        width,
        height,
        stride,
    );
    bytes
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
