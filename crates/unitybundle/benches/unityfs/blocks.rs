//! BC7 of the different images, beside the bare encoder at the same effort on the same pixels.

use std::collections::BTreeMap;
use std::fmt::Write;

use block_compression::decode::decompress_blocks_as_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use bundler::TextureKey;
use bundler::model::TextureUsage;
use ctt_bc7f::bindings::cPackBC7FlagDefaultPartiallyAnalytical as BC7_EFFORT;
use texture::{BlockFormat, ChainOptions, Level, Limits, MipChain, Usage, decode, encode_blocks};

use crate::clock::fastest;
use crate::likeness::ssim;
use crate::runs::Image;

/// Of so many turns the fastest counts, of either side: the machine has other things to do.
const TURNS: usize = 3;

/// What an encoder has done.
#[derive(Default)]
struct Row {
    seconds: f64,
    /// Squared errors of all channels, and how many.
    error: f64,
    values: usize,
    /// Of each image, the similarity of the channel that differs most.
    alike: Vec<f64>,
}

pub(crate) struct Blocks {
    pixels: usize,
    bare: Row,
    ours: Row,
}

pub(crate) fn measure(images: &BTreeMap<TextureKey, Image>) -> Blocks {
    // The first call makes the encoder's tables.
    let _ = ctt_bc7f::compress_blocks(&[0; 64], BC7_EFFORT);
    let mut blocks = Blocks {
        pixels: 0,
        bare: Row::default(),
        ours: Row::default(),
    };
    for image in images.values() {
        let usage = match image.usage {
            TextureUsage::Color | TextureUsage::ColorAlpha => Usage::Colour,
            TextureUsage::Data => Usage::Data,
            // Two channels, which another encoder does.
            TextureUsage::Normal => continue,
        };
        let source = decode(&image.file, &Limits::default()).expect("a sound image");
        let options = ChainOptions::unity(image.side_max);
        let chain = MipChain::new(&source, usage, &options).expect("a sound image");
        blocks.add(&chain);
    }
    blocks
}

impl Blocks {
    fn add(&mut self, chain: &MipChain) {
        let usage = chain.usage();
        let (encoded, seconds) = fastest(TURNS, || encode_blocks(chain, BlockFormat::Bc7));
        self.ours.seconds += seconds;
        for (number, (level, encoded)) in chain.levels().iter().zip(encoded).enumerate() {
            let pixels = gathered(level);
            let (bare, seconds) = fastest(TURNS, || ctt_bc7f::compress_blocks(&pixels, BC7_EFFORT));
            self.bare.seconds += seconds;
            self.pixels += level.rgba.len() / 4;
            if level.width.is_multiple_of(4) && level.height.is_multiple_of(4) {
                self.bare.judge(level, usage, &bare, number == 0);
                self.ours.judge(level, usage, &encoded.bytes, number == 0);
            }
        }
    }

    pub(crate) fn table(&self) -> String {
        let megapixels = self.pixels as f64 / 1e6;
        let mut table = format!(
            "**BC7.** {} different images that are no normal maps, {megapixels:.1} MP with all levels. SSIM is that of the channel that \
            differs most, of the first level.\n\n\
            | | MP/s | of the bare encoder | PSNR, dB | least SSIM | images below 0.98 |\n\
            | --- | ---: | ---: | ---: | ---: | ---: |\n",
            self.ours.alike.len()
        );
        let rows = [
            ("bare `bc7f`", &self.bare),
            ("texture, which looks after what it loses", &self.ours),
        ];
        for (name, row) in rows {
            let psnr = 10.0 * (255.0 * 255.0 * row.values as f64 / row.error).log10();
            let least = row.alike.iter().copied().fold(1.0, f64::min);
            let _ = writeln!(
                table,
                "| {name} | {:.1} | {:.2} | {psnr:.1} | {least:.4} | {} |",
                megapixels / row.seconds,
                self.bare.seconds / row.seconds,
                row.alike.iter().filter(|alike| **alike < 0.98).count()
            );
        }
        table
    }
}

impl Row {
    fn judge(&mut self, level: &Level, usage: Usage, blocks: &[u8], is_first: bool) {
        let mut rgba = vec![0; level.rgba.len()];
        let variant = CompressionVariant::BC7(BC7Settings::opaque_fast());
        decompress_blocks_as_rgba8(variant, level.width, level.height, blocks, &mut rgba);
        let errors = level.rgba.iter().zip(&rgba);
        let errors = errors.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
        self.error += errors.sum::<f64>();
        self.values += rgba.len();
        if is_first {
            let width = level.width as usize;
            self.alike.push(ssim(&level.rgba, &rgba, usage, width));
        }
    }
}

/// The pixels of each block behind one another; of one that hangs over, the last column and row again.
fn gathered(level: &Level) -> Vec<u8> {
    let (width, height) = (level.width as usize, level.height as usize);
    let mut pixels = Vec::with_capacity(level.rgba.len());
    for top in (0..height).step_by(4) {
        for left in (0..width).step_by(4) {
            for y in top..top + 4 {
                for x in left..left + 4 {
                    let at = (y.min(height - 1) * width + x.min(width - 1)) * 4;
                    pixels.extend_from_slice(&level.rgba[at..at + 4]);
                }
            }
        }
    }
    pixels
}
