//! Our encoders over the distinct images of the real models, beside BasisU and the bare BC7 encoder.
//!
//! `cargo bench -p texture --bench corpus`; `CORPUS_STEP=5` takes every fifth image. One thread;
//! CPU is that of the thread, as Linux counts it. Similarity is of the first level, decoded by a
//! transcoder that is not ours, to the pixels both encoders were given.

#[path = "corpus/basisu.rs"]
mod basisu;
#[path = "../tests/it/corpus.rs"]
mod corpus;
#[path = "../tests/it/measure.rs"]
mod measure;

use block_compression::encode::compress_rgba8;
use block_compression::{BC7Settings, CompressionVariant};
use corpus::Picture;
use texture::{
    BlockFormat, ChainOptions, Codec, Image, Limits, MipChain, decode, encode_blocks, encode_ktx2,
    keep_source,
};

/// gltfpack's default quality.
const QUALITY: u32 = 192;
const SIDE_MAX: u32 = 1024;
/// What may be left as PNG or JPEG: the GPU holds it at 32 bits a pixel.
const KEPT_PIXELS_MAX: u64 = 512 * 512;

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

/// Sums over the images, of one encoder.
#[derive(Default)]
struct Sums {
    bytes: usize,
    luma: f64,
    channels: f64,
    seconds: f64,
    images: f64,
    pixels: f64,
}

impl Sums {
    fn add(&mut self, bytes: usize, likeness: (f64, f64), seconds: f64, pixels: usize) {
        self.bytes += bytes;
        self.luma += likeness.0;
        self.channels += likeness.1;
        self.seconds += seconds;
        self.images += 1.0;
        self.pixels += pixels as f64;
    }

    fn print(&self, name: &str) {
        println!(
            "{name:34} {:>10} bytes  SSIM {:.5} (channels) {:.5} (luma)  {:>7.2} CPU s  {:>6.2} MP/s",
            self.bytes,
            self.channels / self.images,
            self.luma / self.images,
            self.seconds,
            self.pixels / 1e6 / self.seconds
        );
    }
}

/// How like the base a file's first level is: by luma, and the mean over channels.
fn likeness(file: &[u8], base: &texture::Level, alpha: bool) -> (f64, f64) {
    let (width, height, rgba) = measure::transcode(file, 0);
    assert_eq!((width, height), (base.width, base.height));
    let found = measure::compare(&base.rgba, &rgba, width as usize, alpha);
    (found.luma, found.channels)
}

#[derive(Default)]
struct Report {
    images: usize,
    input_bytes: usize,
    kept: usize,
    ours: Sums,
    ours_kept: Sums,
    theirs: Sums,
    theirs_kept: Sums,
    uastc: Sums,
    bc7: Sums,
    bare: Sums,
}

fn main() {
    let step = std::env::var("CORPUS_STEP")
        .ok()
        .and_then(|step| step.parse().ok())
        .unwrap_or(1);
    let Some(pictures) = corpus::pictures("models") else {
        return;
    };
    let mut report = Report::default();
    for picture in pictures.iter().step_by(step) {
        measure_one(picture, &mut report);
    }
    let kept = format!(", {} of {} left as they are", report.kept, report.images);
    println!(
        "{} images, {} bytes as PNG and JPEG",
        report.images, report.input_bytes
    );
    report.theirs.print("BasisU 1.16 ETC1S 192");
    report.ours.print("ours ETC1S 192");
    report
        .theirs_kept
        .print("BasisU, the smaller of old and new");
    report.ours_kept.print("ours, the smaller of old and new");
    println!("  {}", kept.trim_start_matches(", "));
    report.uastc.print("ours UASTC + Zstandard 9");
    report.bare.print("bare block_compression BC7");
    report.bc7.print("ours BC7");
}

fn measure_one(picture: &Picture, report: &mut Report) {
    let image = decode(&picture.file, &Limits::default()).expect("a sound image");
    report.images += 1;
    report.input_bytes += picture.file.len();
    let options = ChainOptions::ktx2(SIDE_MAX);
    // BasisU is given the size that it would have: it does not shrink what is of one colour.
    let full = ChainOptions {
        shrink_uniform: false,
        ..options
    };
    let full = MipChain::new(&image, picture.usage, &full).expect("a sound image");
    let base = &full.levels()[0];
    let pixels = base.rgba.len() / 4;
    let chain = || MipChain::new(&image, picture.usage, &options).expect("a sound image");

    let ((chain, ours), seconds) = timed(|| {
        let chain = chain();
        let file = encode_ktx2(&chain, &Codec::etc1s()).expect("ETC1S holds everything");
        (chain, file)
    });
    let (theirs, their_seconds) = timed(|| basisu::encode(base, picture.usage, QUALITY));
    let ours_like = likeness(&ours, &chain.levels()[0], chain.has_alpha());
    let theirs_like = likeness(&theirs, base, chain.has_alpha());
    report.ours.add(ours.len(), ours_like, seconds, pixels);
    report
        .theirs
        .add(theirs.len(), theirs_like, their_seconds, pixels);
    let keep = |file: &[u8]| keep_source(&picture.file, &image, &chain, file, KEPT_PIXELS_MAX);
    let exact = |kept: bool, file: &[u8], like| {
        if kept {
            (picture.file.len(), (1.0, 1.0))
        } else {
            (file.len(), like)
        }
    };
    report.kept += usize::from(keep(&ours));
    let (bytes, like) = exact(keep(&ours), &ours, ours_like);
    report.ours_kept.add(bytes, like, seconds, pixels);
    let (bytes, like) = exact(keep(&theirs), &theirs, theirs_like);
    report.theirs_kept.add(bytes, like, their_seconds, pixels);
    println!(
        "{:32} {:?} {}x{} {} bytes: ours {} {:.4} {:.4} {:.2} s, BasisU {} {:.4} {:.4} {:.2} s",
        picture.name,
        picture.usage,
        base.width,
        base.height,
        picture.file.len(),
        ours.len(),
        ours_like.1,
        ours_like.0,
        seconds,
        theirs.len(),
        theirs_like.1,
        theirs_like.0,
        their_seconds
    );
    measure_blocks(&full, report);
    measure_uastc(&image, picture, report);
}

fn measure_uastc(image: &Image, picture: &Picture, report: &mut Report) {
    let options = ChainOptions::ktx2(SIDE_MAX);
    let chain = MipChain::new(image, picture.usage, &options).expect("a sound image");
    let (file, seconds) = timed(|| encode_ktx2(&chain, &Codec::uastc()).expect("holds everything"));
    let base = &chain.levels()[0];
    let like = likeness(&file, base, chain.has_alpha());
    report
        .uastc
        .add(file.len(), like, seconds, base.rgba.len() / 4);
}

/// BC7 of all levels by our call, and by the encoder crate alone on the levels that need no padding.
fn measure_blocks(chain: &MipChain, report: &mut Report) {
    let all: usize = chain
        .levels()
        .iter()
        .map(|level| level.rgba.len() / 4)
        .sum();
    let settings = if chain.has_alpha() {
        BC7Settings::alpha_very_fast()
    } else {
        BC7Settings::opaque_fast()
    };
    let (bytes, seconds) = timed(|| {
        let padded = chain
            .levels()
            .iter()
            .filter(|l| l.width % 4 == 0 && l.height % 4 == 0);
        let mut bytes = 0;
        for level in padded {
            let mut blocks = vec![0; level.rgba.len() / 4];
            let (width, height) = (level.width, level.height);
            let variant = CompressionVariant::BC7(settings);
            compress_rgba8(variant, &level.rgba, &mut blocks, width, height, width * 4);
            bytes += blocks.len();
        }
        bytes
    });
    report.bare.add(bytes, (0.0, 0.0), seconds, all);
    let (levels, seconds) = timed(|| encode_blocks(chain, BlockFormat::Bc7));
    let bytes = levels.iter().map(|level| level.bytes.len()).sum();
    report.bc7.add(bytes, (0.0, 0.0), seconds, all);
}
