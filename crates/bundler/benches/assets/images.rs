//! The different images of the models: ours beside BasisU at gltfpack's settings, on the same pixels.
//!
//! CPU is from the file to the texture for us, and of the encoder alone for BasisU. Similarity is of
//! the first level, decoded by a transcoder that is neither's, to the pixels both were given.

use std::collections::BTreeMap;
use std::fmt::Write;

use bundler::TextureKey;
use bundler::model::TextureUsage;
use texture::{
    ChainOptions, Codec, Level, Limits, MipChain, Usage, decode, encode_ktx2, keep_source,
};

use crate::clock::timed;
use crate::whole::Asked;
use crate::{basisu, measure};

/// gltfpack's default quality.
const QUALITY: u32 = 192;

/// Sums over the images, of one encoder.
#[derive(Default)]
struct Sums {
    bytes: usize,
    luma: f64,
    channels: f64,
    seconds: f64,
}

impl Sums {
    fn add(&mut self, bytes: usize, (luma, channels): (f64, f64), seconds: f64) {
        self.bytes += bytes;
        self.luma += luma;
        self.channels += channels;
        self.seconds += seconds;
    }
}

/// What came of all images.
#[derive(Default)]
pub(crate) struct Images {
    count: usize,
    input_bytes: usize,
    pixels: usize,
    kept: usize,
    ours: Sums,
    ours_kept: Sums,
    theirs: Sums,
    theirs_kept: Sums,
    uastc: Sums,
    basisu: BTreeMap<TextureKey, usize>,
}

pub(crate) fn measure(requests: &BTreeMap<TextureKey, Asked>) -> Images {
    let mut images = Images::default();
    for (key, asked) in requests {
        images.add(*key, asked);
    }
    images
}

/// How like the base a file's first level is: by luma, and the mean over channels.
fn likeness(file: &[u8], base: &Level, alpha: bool) -> (f64, f64) {
    let (width, height, rgba) = measure::transcode(file, 0);
    assert_eq!((width, height), (base.width, base.height));
    let found = measure::compare(&base.rgba, &rgba, width as usize, alpha);
    (found.luma, found.channels)
}

impl Images {
    fn add(&mut self, key: TextureKey, asked: &Asked) {
        let usage = match asked.usage {
            TextureUsage::Color | TextureUsage::ColorAlpha => Usage::Colour,
            TextureUsage::Data => Usage::Data,
            TextureUsage::Normal => Usage::Normal,
        };
        let image = decode(&asked.file, &Limits::default()).expect("a sound image");
        let options = ChainOptions::ktx2(asked.side_max);
        // BasisU is given the size that it would have: it does not shrink what is of one colour.
        let full = ChainOptions {
            shrink_uniform: false,
            ..options
        };
        let full = MipChain::new(&image, usage, &full).expect("a sound image");
        let base = &full.levels()[0];
        let ours = |codec: Codec| {
            timed(|| {
                let image = decode(&asked.file, &Limits::default()).expect("a sound image");
                let chain = MipChain::new(&image, usage, &options).expect("a sound image");
                let file = encode_ktx2(&chain, &codec).expect("it holds everything");
                (chain, file)
            })
        };
        let ((chain, own), seconds) = ours(Codec::etc1s());
        let (theirs, their_seconds) = basisu::encode(base, usage, QUALITY);
        let (own_base, alpha) = (&chain.levels()[0], chain.has_alpha());
        let own_like = likeness(&own, own_base, alpha);
        let their_like = likeness(&theirs, base, alpha);
        println!(
            "{:?} {}x{} {} bytes: ours {} {:.4} {:.4} {:.2} s, BasisU {} {:.4} {:.4} {:.2} s",
            usage,
            base.width,
            base.height,
            asked.file.len(),
            own.len(),
            own_like.1,
            own_like.0,
            seconds,
            theirs.len(),
            their_like.1,
            their_like.0,
            their_seconds
        );
        self.count += 1;
        self.input_bytes += asked.file.len();
        self.pixels += base.rgba.len() / 4;
        self.ours.add(own.len(), own_like, seconds);
        self.theirs.add(theirs.len(), their_like, their_seconds);
        self.basisu.insert(key, theirs.len());
        let pixels_max = u64::from(asked.side_max).pow(2);
        let keep = |file: &[u8]| keep_source(&asked.file, &image, &chain, file, pixels_max);
        let smaller = |file: &[u8], like| {
            if keep(file) {
                (asked.file.len(), (1.0, 1.0))
            } else {
                (file.len(), like)
            }
        };
        self.kept += usize::from(keep(&own));
        let (bytes, like) = smaller(&own, own_like);
        self.ours_kept.add(bytes, like, seconds);
        let (bytes, like) = smaller(&theirs, their_like);
        self.theirs_kept.add(bytes, like, their_seconds);
        let ((_, file), seconds) = ours(Codec::uastc());
        self.uastc
            .add(file.len(), likeness(&file, own_base, alpha), seconds);
    }

    /// Bytes of BasisU's texture of an image.
    pub(crate) fn basisu_bytes(&self, key: &TextureKey) -> usize {
        self.basisu[key]
    }

    pub(crate) fn basisu_seconds(&self) -> f64 {
        self.theirs.seconds
    }

    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "**Images.** {} different images, {} bytes as PNG and JPEG, {:.1} MP at ≤ 1024, with mip maps. SSIM is the mean over \
            images of red, green, blue (and alpha), and of luma alone.\n\n\
            | | Bytes | SSIM, channels | SSIM, luma | CPU s | MP/s |\n\
            | --- | ---: | ---: | ---: | ---: | ---: |\n",
            self.count,
            self.input_bytes,
            self.pixels as f64 / 1e6
        );
        let kept = format!(
            "texture, the smaller of old and new ({} images kept)",
            self.kept
        );
        let rows = [
            ("BasisU 1.16 ETC1S, quality 192", &self.theirs),
            ("texture, ETC1S", &self.ours),
            ("BasisU, the smaller of old and new", &self.theirs_kept),
            (&kept, &self.ours_kept),
            ("texture, UASTC + Zstandard 9", &self.uastc),
        ];
        for (name, sums) in rows {
            let count = self.count as f64;
            let _ = writeln!(
                table,
                "| {name} | {} | {:.5} | {:.5} | {:.1} | {:.2} |",
                sums.bytes,
                sums.channels / count,
                sums.luma / count,
                sums.seconds,
                self.pixels as f64 / 1e6 / sums.seconds
            );
        }
        table
    }
}
