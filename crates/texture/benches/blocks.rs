//! BC7 of the distinct images of the real models, beside the bare encoder crate and another one.
//!
//! `cargo bench -p texture --bench blocks`; `CORPUS_STEP=5` takes every fifth image. One thread; CPU
//! is that of the thread, as Linux counts it. ETC1S and UASTC stand beside BasisU in `make bench-assets`.

#[path = "../tests/it/corpus.rs"]
mod corpus;

use block_compression::decode::decompress_blocks_as_rgba8;
use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use ctt_bc7f::bindings::cPackBC7FlagDefaultPartiallyAnalytical as BC7_EFFORT;
use texture::{BlockFormat, ChainOptions, Level, Limits, MipChain, decode, encode_blocks};

const SIDE_MAX: u32 = 1024;

/// CPU seconds of this thread.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu();
    let made = work();
    (made, cpu() - before)
}

/// What an encoder has done.
#[derive(Default)]
struct Row {
    pixels: usize,
    seconds: f64,
    /// Squared errors of all channels, and how many.
    error: f64,
    values: usize,
}

impl Row {
    fn add(&mut self, level: &Level, (blocks, seconds): (Vec<u8>, f64)) {
        let (width, height) = (level.width, level.height);
        let mut rgba = vec![0; level.rgba.len()];
        let variant = CompressionVariant::BC7(BC7Settings::opaque_fast());
        decompress_blocks_as_rgba8(variant, width, height, &blocks, &mut rgba);
        let errors = level.rgba.iter().zip(&rgba);
        let errors = errors.map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
        self.error += errors.sum::<f64>();
        self.values += rgba.len();
        self.pixels += rgba.len() / 4;
        self.seconds += seconds;
    }

    fn print(&self, name: &str) {
        let megapixels = self.pixels as f64 / 1e6;
        let psnr = 10.0 * (255.0 * 255.0 * self.values as f64 / self.error).log10();
        let (seconds, speed) = (self.seconds, megapixels / self.seconds);
        println!(
            "{name:24} {megapixels:>6.1} MP  {seconds:>7.2} CPU s  {speed:>6.2} MP/s  {psnr:.1} dB"
        );
    }
}

fn main() {
    let step = std::env::var("CORPUS_STEP")
        .ok()
        .and_then(|step| step.parse().ok())
        .unwrap_or(1);
    let Some(pictures) = corpus::pictures("models") else {
        return;
    };
    // The first call makes the encoder's tables.
    let _ = ctt_bc7f::compress_blocks(&[0; 64], BC7_EFFORT);
    let (mut bare, mut ours, mut other) = (Row::default(), Row::default(), Row::default());
    for picture in pictures.iter().step_by(step) {
        let image = decode(&picture.file, &Limits::default()).expect("a sound image");
        let options = ChainOptions {
            shrink_uniform: false,
            ..ChainOptions::ktx2(SIDE_MAX)
        };
        let chain = MipChain::new(&image, picture.usage, &options).expect("a sound image");
        let (encoded, seconds) = timed(|| encode_blocks(&chain, BlockFormat::Bc7));
        let pixels = |level: &Level| level.rgba.len() as f64;
        let all: f64 = chain.levels().iter().map(pixels).sum();
        for (level, encoded) in chain.levels().iter().zip(encoded) {
            // Levels that need no padding: the others take no time, and no two encoders pad alike.
            if level.width % 4 == 0 && level.height % 4 == 0 {
                ours.add(level, (encoded.bytes, seconds * pixels(level) / all));
                let blocks = gathered(level);
                let made = timed(|| ctt_bc7f::compress_blocks(&blocks, BC7_EFFORT));
                bare.add(level, made);
                other.add(level, timed(|| another(level, chain.has_alpha())));
            }
        }
        println!("{:32} {seconds:.3} CPU s", picture.name);
    }
    bare.print("bare bc7f");
    ours.print("texture");
    other.print("block_compression");
}

/// The pixels of each block behind one another.
fn gathered(level: &Level) -> Vec<u8> {
    let stride = level.width as usize * 4;
    let mut pixels = Vec::with_capacity(level.rgba.len());
    for rows in level.rgba.chunks_exact(stride * 4) {
        for left in (0..stride).step_by(16) {
            for row in rows.chunks_exact(stride) {
                pixels.extend_from_slice(&row[left..left + 16]);
            }
        }
    }
    pixels
}

/// The encoder after Intel's, in plain Rust, at settings whose blocks look alike.
fn another(level: &Level, has_alpha: bool) -> Vec<u8> {
    let settings = match has_alpha {
        true => BC7Settings::alpha_very_fast(),
        false => BC7Settings::opaque_fast(),
    };
    let mut blocks = vec![0; level.rgba.len() / 4];
    let (width, height) = (level.width, level.height);
    let variant = CompressionVariant::BC7(settings);
    compress_rgba8(variant, &level.rgba, &mut blocks, width, height, width * 4);
    blocks
}
