//! What blocks of BC7 lose: 1 less SSIM (Wang et al., 2004).

use block_compression::decode::decompress_blocks_as_rgba8;
use block_compression::{BC7Settings, CompressionVariant};

use super::{Alpha, BLOCK_BYTES, BLOCK_PIXELS, SIDE};

/// Of each channel.
pub(super) type Loss = [f32; 4];

/// What a decoder of BC7 is told; the settings are the encoder's.
const BC7: CompressionVariant = CompressionVariant::BC7(BC7Settings::opaque_basic());

/// What each of these blocks loses of its pixels.
pub(super) fn losses(blocks: &[u8], pixels: &[u8], alpha: Alpha) -> Vec<Loss> {
    let mut decoded = vec![0; pixels.len()];
    let rows = (blocks.len() / BLOCK_BYTES * SIDE) as u32;
    if rows > 0 {
        decompress_blocks_as_rgba8(BC7, SIDE as u32, rows, blocks, &mut decoded);
    }
    let sources = pixels.chunks_exact(BLOCK_PIXELS);
    let all = sources.zip(decoded.chunks_exact(BLOCK_PIXELS));
    all.map(|(source, decoded)| loss(source, decoded, alpha))
        .collect()
}

/// What all of them lose together.
pub(super) fn sum(losses: &[Loss]) -> Loss {
    std::array::from_fn(|channel| losses.iter().map(|loss| loss[channel]).sum())
}

/// What one loses. Colour that alpha hides counts for nothing.
fn loss(source: &[u8], decoded: &[u8], alpha: Alpha) -> Loss {
    const C1: f32 = 0.01 * 255.0 * 0.01 * 255.0;
    const C2: f32 = 0.03 * 255.0 * 0.03 * 255.0;
    const COUNT: f32 = (SIDE * SIDE) as f32;
    // Of either: the sum and the sum of squares; and the sum of products.
    let mut sums = [[0.0_f32; 4]; 5];
    let decoded = decoded.as_chunks::<4>().0;
    for (source, decoded) in source.as_chunks::<4>().0.iter().zip(decoded) {
        for channel in 0..4 {
            let seen = channel == 3 || source[3] > 0 || alpha != Alpha::Hides;
            let (a, b) = match seen {
                true => (f32::from(source[channel]), f32::from(decoded[channel])),
                false => (0.0, 0.0),
            };
            for (sum, value) in sums.iter_mut().zip([a, b, a * a, b * b, a * b]) {
                sum[channel] += value;
            }
        }
    }
    std::array::from_fn(|channel| {
        let [a, b, aa, bb, ab] = sums.map(|sum| sum[channel] / COUNT);
        let both = 2.0 * (ab - a * b) + C2;
        let each = (aa - a * a).max(0.0) + (bb - b * b).max(0.0) + C2;
        1.0 - (2.0 * a * b + C1) * both / ((a * a + b * b + C1) * each)
    })
}
