//! BC7 and BC5: blocks of 16 bytes that desktop GPUs read as they are.
//!
//! BC7 holds four channels: its encoder is `bc7f`, Basis Universal's, which fits most blocks analytically. Where a level as a whole
//! loses more than is not seen, its worst blocks are encoded again by slower ones ([`mend`]). BC5 holds red and green, each at
//! eight bits' quality, the two axes of a normal map: its encoder is `block_compression`.

use block_compression::CompressionVariant;
use block_compression::encode::compress_rgba8;
use ctt_bc7f::bindings::cPackBC7FlagDefaultPartiallyAnalytical as BC7_EFFORT;

use self::loss::{losses, sum};
use crate::{Level, MipChain};

mod loss;
mod mend;

/// Pixels on a side of a block.
const SIDE: usize = 4;
const BLOCK_BYTES: usize = 16;
/// RGBA of a block's pixels, bytes.
const BLOCK_PIXELS: usize = SIDE * SIDE * 4;
/// Most that the blocks of a level may lose in the mean, in each channel. Over windows larger than a block it is mostly
/// less, of the real images never so much more that a first level's SSIM is below 0.98.
const LOSS_MAX: f32 = 0.02;
/// Fewest blocks that are looked at, where there are so many.
const SAMPLE_MIN: usize = 256;
const SAMPLE_STEP_MAX: usize = 64;
/// How much further in each row the first of its sample is.
const SAMPLE_SHIFT: usize = 5;

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
    let levels = chain.levels().iter().enumerate();
    let alpha = match (chain.has_alpha(), chain.usage().is_srgb()) {
        (false, _) => Alpha::None,
        (true, true) => Alpha::Hides,
        (true, false) => Alpha::Number,
    };
    levels
        .map(|(number, level)| encode_level(level, number == 0, format, alpha))
        .collect()
}

/// What the fourth channel is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alpha {
    /// Nothing: all is opaque.
    None,
    /// What is not opaque at all hides its colour.
    Hides,
    /// A number as the other three are.
    Number,
}

fn encode_level(level: &Level, is_first: bool, format: BlockFormat, alpha: Alpha) -> BlockLevel {
    let bytes = match format {
        BlockFormat::Bc7 => bc7(level, is_first, alpha),
        BlockFormat::Bc5 => bc5(level),
    };
    BlockLevel {
        width: level.width,
        height: level.height,
        bytes,
    }
}

fn bc7(level: &Level, is_first: bool, alpha: Alpha) -> Vec<u8> {
    let (across, down) = (level.width.div_ceil(4), level.height.div_ceil(4));
    let mut bytes = vec![0; across as usize * down as usize * BLOCK_BYTES];
    // A row of blocks at a time stays in the cache.
    let mut pixels = Vec::with_capacity(across as usize * BLOCK_PIXELS);
    let mut sample = Sample::of(across as usize * down as usize);
    let rows = bytes.chunks_exact_mut(across as usize * BLOCK_BYTES);
    for (row, blocks) in rows.enumerate() {
        pixels.clear();
        gather(level, row * SIDE, &mut pixels);
        ctt_bc7f::compress_blocks_into(&pixels, blocks, BC7_EFFORT);
        sample.add(row, blocks, &pixels);
    }
    if sample.loses_much(alpha) {
        mend::mend(level, is_first, &mut bytes, alpha);
    }
    bytes
}

/// Some blocks of a level, spread over it: what they lose, the level loses. To look at all would take as long as to encode them.
struct Sample {
    /// Of so many blocks, one is looked at.
    step: usize,
    blocks: Vec<u8>,
    pixels: Vec<u8>,
}

impl Sample {
    fn of(count: usize) -> Self {
        Self {
            step: (count / SAMPLE_MIN).clamp(1, SAMPLE_STEP_MAX),
            blocks: Vec::new(),
            pixels: Vec::new(),
        }
    }

    /// Looks through the blocks of a row.
    fn add(&mut self, row: usize, blocks: &[u8], pixels: &[u8]) {
        // Each row begins elsewhere, so that no column of an image is left out.
        let first = row * SAMPLE_SHIFT % self.step;
        let chosen = blocks.chunks_exact(BLOCK_BYTES);
        let chosen = chosen.zip(pixels.chunks_exact(BLOCK_PIXELS));
        for (block, pixels) in chosen.skip(first).step_by(self.step) {
            self.blocks.extend_from_slice(block);
            self.pixels.extend_from_slice(pixels);
        }
    }

    fn loses_much(&self, alpha: Alpha) -> bool {
        let losses = losses(&self.blocks, &self.pixels, alpha);
        let most = losses.len() as f32 * LOSS_MAX;
        sum(&losses).into_iter().any(|loss| loss > most)
    }
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
