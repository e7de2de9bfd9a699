//! ETC1S with BasisLZ: the universal texture format that is smallest on the wire.
//!
//! A block of 4 × 4 pixels has a colour, one of eight intensity tables and two bits a pixel. Blocks
//! share a palette of the first two and a palette of patterns; indices are Huffman coded. The encoder is
//! our own. It chooses everything by error + λ × bits, with errors weighed as SSIM weighs them.

mod bits;
mod block;
mod endpoints;
mod fit;
mod history;
mod selectors;
mod stream;
mod tree;

use crate::{Level, MipChain};

use block::Block;
pub(crate) use block::INTENSITIES;
use endpoints::Source;

/// Entries of a palette at most: what Basis Universal's readers allow.
const PALETTE_MAX: usize = 16_128;

/// The quality at which [`lambda`] is [`LAMBDA`]; numbers mean about what they mean to BasisU.
const QUALITY: f32 = 192.0;
const LAMBDA: f32 = 0.73;
/// Pixels of a texture for which that holds.
const PIXELS: f32 = 512.0 * 512.0;
/// So many steps of quality halve the price of an error.
const QUALITY_OCTAVE: f32 = 32.0;

/// Error a bit. The fewer pixels a texture has, the larger each is seen, and the more its error counts: nearly
/// by their number, which would give every texture the same weight in a mean over textures.
fn lambda(quality: u8, pixels: f32) -> f32 {
    let octaves = (QUALITY - f32::from(quality)) / QUALITY_OCTAVE;
    // To the power of 3/4; square roots are the same everywhere.
    let share = (pixels / PIXELS).sqrt();
    LAMBDA * octaves.exp2() * share * share.sqrt()
}

/// The parts of a BasisLZ texture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Entries of the first palette.
    pub endpoint_count: u16,
    /// Entries of the second.
    pub selector_count: u16,
    /// The first palette.
    pub endpoints: Vec<u8>,
    /// The second palette.
    pub selectors: Vec<u8>,
    /// The codes of the slices.
    pub tables: Vec<u8>,
    /// For each level its colour, and then its alpha where the chain has any.
    pub slices: Vec<Vec<u8>>,
}

/// Blocks of one level, or of its alpha.
#[derive(Debug, Clone, Copy)]
struct Slice {
    /// The number of its first block among all.
    first: usize,
    across: usize,
    down: usize,
}

impl Slice {
    /// Blocks before `place` whose endpoint can be taken over, and how far back they are.
    fn neighbours(&self, place: usize) -> impl Iterator<Item = (Source, usize)> {
        let (x, y) = (place % self.across, place / self.across);
        let left = (x > 0).then_some((Source::Left, 1));
        let above = (y > 0).then_some((Source::Above, self.across));
        let both = (x > 0 && y > 0).then_some((Source::AboveLeft, self.across + 1));
        [left, above, both].into_iter().flatten()
    }
}

/// Encodes every level, `quality` from 1 to 255: more is larger and better. Memory: about 250 bytes
/// for each block of 16 pixels, and the palettes.
#[must_use]
pub fn encode(chain: &MipChain, quality: u8) -> Encoded {
    let mut blocks = Vec::new();
    let mut slices = Vec::new();
    let weights = if chain.usage().is_srgb() {
        block::PERCEPTUAL
    } else {
        block::EVEN
    };
    for level in chain.levels() {
        add_slice(level, [0, 1, 2], weights, &mut blocks, &mut slices);
        if chain.has_alpha() {
            add_slice(level, [3, 3, 3], block::EVEN, &mut blocks, &mut slices);
        }
    }
    let base = &chain.levels()[0];
    let lambda = lambda(quality, base.width as f32 * base.height as f32);
    let endpoints = endpoints::choose(&blocks, &slices, lambda);
    let own: Vec<_> = endpoints
        .indices
        .iter()
        .map(|index| endpoints.palette[usize::from(*index)])
        .collect();
    let selectors = selectors::choose(&blocks, &own, &slices, lambda);
    stream::write(&endpoints, &selectors, &slices)
}

/// The blocks of three channels of a level; pixels beyond the edge repeat the edge.
fn add_slice(
    level: &Level,
    channels: [usize; 3],
    weights: block::Weights,
    blocks: &mut Vec<Block>,
    slices: &mut Vec<Slice>,
) {
    let (width, height) = (level.width as usize, level.height as usize);
    let slice = Slice {
        first: blocks.len(),
        across: width.div_ceil(4),
        down: height.div_ceil(4),
    };
    for place in 0..slice.across * slice.down {
        let (left, top) = (place % slice.across * 4, place / slice.across * 4);
        let mut pixels = [[0.0; 16]; 3];
        for pixel in 0..16 {
            let x = (left + pixel % 4).min(width - 1);
            let y = (top + pixel / 4).min(height - 1);
            let rgba = &level.rgba[(y * width + x) * 4..][..4];
            for (channel, from) in pixels.iter_mut().zip(channels) {
                channel[pixel] = f32::from(rgba[from]);
            }
        }
        blocks.push(Block::new(pixels, weights));
    }
    slices.push(slice);
}
