//! BC7 of the distinct images of the real models, beside the bare encoder crate.
//!
//! `cargo bench -p texture --bench blocks`; `CORPUS_STEP=5` takes every fifth image. One thread; CPU
//! is that of the thread, as Linux counts it. ETC1S and UASTC stand beside BasisU in `make bench-assets`.

#[path = "../tests/it/corpus.rs"]
mod corpus;

use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use texture::{BlockFormat, ChainOptions, Limits, MipChain, decode, encode_blocks};

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

fn main() {
    let step = std::env::var("CORPUS_STEP")
        .ok()
        .and_then(|step| step.parse().ok())
        .unwrap_or(1);
    let Some(pictures) = corpus::pictures("models") else {
        return;
    };
    let (mut bare, mut ours) = ((0, 0.0), (0, 0.0));
    for picture in pictures.iter().step_by(step) {
        let image = decode(&picture.file, &Limits::default()).expect("a sound image");
        let options = ChainOptions {
            shrink_uniform: false,
            ..ChainOptions::ktx2(SIDE_MAX)
        };
        let chain = MipChain::new(&image, picture.usage, &options).expect("a sound image");
        let (bytes, seconds) = timed(|| bare_blocks(&chain));
        bare = (bare.0 + bytes, bare.1 + seconds);
        let (levels, seconds) = timed(|| encode_blocks(&chain, BlockFormat::Bc7));
        let bytes = levels.iter().map(|level| level.bytes.len()).sum::<usize>();
        ours = (ours.0 + bytes, ours.1 + seconds);
        println!("{:32} {seconds:.2} CPU s", picture.name);
    }
    for (name, (bytes, seconds)) in [("bare block_compression", bare), ("texture", ours)] {
        println!(
            "{name:24} {bytes:>10} bytes  {seconds:>7.2} CPU s  {:>6.2} MP/s",
            bytes as f64 / 1e6 / seconds
        );
    }
}

/// BC7 by the encoder crate alone, of the levels that need no padding; gives how many bytes.
fn bare_blocks(chain: &MipChain) -> usize {
    let settings = if chain.has_alpha() {
        BC7Settings::alpha_very_fast()
    } else {
        BC7Settings::opaque_fast()
    };
    let levels = chain.levels().iter();
    let whole = levels.filter(|level| level.width % 4 == 0 && level.height % 4 == 0);
    let mut bytes = 0;
    for level in whole {
        let mut blocks = vec![0; level.rgba.len() / 4];
        let (width, height) = (level.width, level.height);
        let variant = CompressionVariant::BC7(settings);
        compress_rgba8(variant, &level.rgba, &mut blocks, width, height, width * 4);
        bytes += blocks.len();
    }
    bytes
}
