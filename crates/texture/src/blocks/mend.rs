//! The worst blocks of a level of BC7, encoded again until the level loses no more than it may.
//!
//! First by `bc7f` without its shortcuts; where that is not enough, by `block_compression`, plain Rust after Intel's texture
//! compressor, which is some fifteen times as slow again. That one is for the first level alone: the others are seen from afar,
//! and the smallest, of few blocks, are those that lose most.

use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use ctt_bc7f::bindings::cPackBC7FlagDefaultNonAnalytical as BC7_EFFORT_MOST;

use super::loss::{Loss, losses, sum};
use super::{Alpha, BLOCK_BYTES, BLOCK_PIXELS, LOSS_MAX, SIDE, gather};
use crate::Level;

/// Part of a level that is encoded again before it is looked at anew.
const PART: usize = 32;
/// Fewest blocks in such a part.
const PART_MIN: usize = 64;
/// A block that loses no more than this in any channel is well enough.
const WELL: f32 = 0.005;

struct Mending<'a> {
    alpha: Alpha,
    bytes: &'a mut [u8],
    /// Pixels of each block.
    pixels: Vec<u8>,
    losses: Vec<Loss>,
}

/// Encodes the worst blocks again.
pub(super) fn mend(level: &Level, is_first: bool, bytes: &mut [u8], alpha: Alpha) {
    let mut pixels = Vec::with_capacity(bytes.len() / BLOCK_BYTES * BLOCK_PIXELS);
    for top in (0..level.height as usize).step_by(SIDE) {
        gather(level, top, &mut pixels);
    }
    let losses = losses(bytes, &pixels, alpha);
    let mut mending = Mending {
        alpha,
        bytes,
        pixels,
        losses,
    };
    mending.mend(|pixels| ctt_bc7f::compress_blocks(pixels, BC7_EFFORT_MOST));
    if is_first {
        mending.mend(|pixels| slow(pixels, alpha));
    }
}

/// Whole blocks, one below the other.
fn slow(pixels: &[u8], alpha: Alpha) -> Vec<u8> {
    let settings = match alpha {
        Alpha::None => BC7Settings::opaque_fast(),
        Alpha::Hides | Alpha::Number => BC7Settings::alpha_fast(),
    };
    let count = pixels.len() / BLOCK_PIXELS;
    let mut blocks = vec![0; count * BLOCK_BYTES];
    let (width, rows) = (SIDE as u32, (count * SIDE) as u32);
    let variant = CompressionVariant::BC7(settings);
    compress_rgba8(variant, pixels, &mut blocks, width, rows, width * 4);
    blocks
}

impl Mending<'_> {
    /// Encodes blocks by another encoder, from the worst on, until the level is well.
    fn mend(&mut self, encode: impl Fn(&[u8]) -> Vec<u8>) {
        let count = self.losses.len();
        let mut places: Vec<usize> = (0..count).filter(|&at| self.worst(at) > WELL).collect();
        places.sort_by(|&a, &b| self.worst(b).total_cmp(&self.worst(a)));
        for part in places.chunks((count / PART).max(PART_MIN)) {
            if self.is_well() {
                return;
            }
            self.again(part, &encode);
        }
    }

    /// What a block loses in the channel that differs most.
    fn worst(&self, at: usize) -> f32 {
        self.losses[at].into_iter().fold(0.0, f32::max)
    }

    fn is_well(&self) -> bool {
        let most = self.losses.len() as f32 * LOSS_MAX;
        sum(&self.losses).into_iter().all(|loss| loss <= most)
    }

    /// Encodes these blocks by another encoder, and keeps what loses less.
    fn again(&mut self, places: &[usize], encode: impl Fn(&[u8]) -> Vec<u8>) {
        let pixels = places
            .iter()
            .map(|at| &self.pixels[at * BLOCK_PIXELS..][..BLOCK_PIXELS]);
        let pixels = pixels.collect::<Vec<_>>().concat();
        let blocks = encode(&pixels);
        let made = blocks.chunks_exact(BLOCK_BYTES);
        let made = made.zip(losses(&blocks, &pixels, self.alpha));
        for (&at, (block, loss)) in places.iter().zip(made) {
            if loss.into_iter().fold(0.0, f32::max) < self.worst(at) {
                self.bytes[at * BLOCK_BYTES..][..BLOCK_BYTES].copy_from_slice(block);
                self.losses[at] = loss;
            }
        }
    }
}
