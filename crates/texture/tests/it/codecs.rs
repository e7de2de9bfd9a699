//! What is encoded, decoded again by readers that are not ours.

use block_compression::CompressionVariant;
use block_compression::decode::decompress_blocks_as_rgba8;
use texture::{
    BlockFormat, ChainOptions, Codec, Error, Image, MipChain, Usage, content_key, encode_blocks,
    encode_ktx2, keep_source, pixel_key,
};

use crate::measure::{compare, transcode};
use crate::pictures::painted;

fn chain(image: &Image, usage: Usage) -> MipChain {
    MipChain::new(image, usage, &ChainOptions::ktx2(1024)).expect("an image")
}

const CODECS: [Codec; 4] = [
    Codec::Etc1s { quality: 192 },
    Codec::Uastc { zstd_level: 3 },
    Codec::Bc7 { zstd_level: 3 },
    Codec::Bc5 { zstd_level: 3 },
];

/// Every level of a universal texture against the chain, as the least luma similarity and the
/// first level's squared error.
fn worst(chain: &MipChain, codec: &Codec) -> (f64, f64) {
    let file = encode_ktx2(chain, codec).expect("a codec for this chain");
    let mut worst = (1.0_f64, 0.0_f64);
    for (number, level) in chain.levels().iter().enumerate() {
        let (width, height, rgba) = transcode(&file, number as u32);
        assert_eq!((width, height), (level.width, level.height));
        let like = compare(&level.rgba, &rgba, width as usize, chain.has_alpha());
        // Levels of a few blocks hold colours that no grey step tells apart: only the first is bounded.
        let error = if number == 0 { like.squared_error } else { 0.0 };
        // And a window of similarity wants more than a few pixels.
        let luma = if level.width >= 16 { like.luma } else { 1.0 };
        worst = (worst.0.min(luma), worst.1.max(error));
    }
    worst
}

#[test]
fn universal_textures_show_the_picture_at_every_level() {
    for (alpha, side, usage) in [
        (false, 64, Usage::Colour),
        (true, 64, Usage::Colour),
        (true, 36, Usage::Cutout),
        (false, 100, Usage::Data),
    ] {
        let chain = chain(&painted(side, side + 8, 4, alpha), usage);
        assert_eq!(chain.has_alpha(), alpha);
        let (luma, error) = worst(&chain, &CODECS[0]);
        assert!(
            luma > 0.8 && error < 150.0,
            "ETC1S {usage:?} {luma} {error}"
        );
        let (luma, error) = worst(&chain, &CODECS[1]);
        assert!(luma > 0.9 && error < 30.0, "UASTC {usage:?} {luma} {error}");
    }
}

#[test]
fn quality_buys_likeness_with_bytes() {
    let chain = chain(&painted(256, 256, 9, true), Usage::Colour);
    let at = |quality| {
        let file = encode_ktx2(&chain, &Codec::Etc1s { quality }).expect("holds everything");
        let (width, _, rgba) = transcode(&file, 0);
        let like = compare(&chain.levels()[0].rgba, &rgba, width as usize, true);
        (file.len(), like.squared_error)
    };
    let (low, middle, high) = (at(40), at(128), at(220));
    assert!(
        low.0 < middle.0 && middle.0 < high.0,
        "{low:?} {middle:?} {high:?}"
    );
    assert!(
        low.1 > middle.1 && middle.1 > high.1,
        "{low:?} {middle:?} {high:?}"
    );
}

#[test]
fn one_colour_is_exact_in_every_universal_codec() {
    let solid = Image::from_rgba(90, 40, [200, 3, 77, 140].repeat(90 * 40)).expect("a buffer");
    let chain = chain(&solid, Usage::Colour);
    for codec in &CODECS[..2] {
        let file = encode_ktx2(&chain, codec).expect("holds everything");
        let (width, height, rgba) = transcode(&file, 0);
        assert_eq!((width, height), (4, 4));
        assert!(
            rgba.chunks(4).all(|pixel| pixel == [200, 3, 77, 140]),
            "{codec:?}"
        );
        assert!(file.len() < 500);
    }
}

#[test]
fn blocks_hold_every_level_and_decode_to_the_picture() {
    let image = painted(70, 130, 6, true);
    let options = ChainOptions::unity(128);
    let colour = MipChain::new(&image, Usage::Colour, &options).expect("an image");
    let normal = MipChain::new(&image, Usage::Normal, &options).expect("an image");
    for (chain, format, variant, channels) in [
        (
            &colour,
            BlockFormat::Bc7,
            CompressionVariant::BC7(block_compression::BC7Settings::opaque_fast()),
            4,
        ),
        (&normal, BlockFormat::Bc5, CompressionVariant::BC5, 2),
    ] {
        let levels = encode_blocks(chain, format);
        assert_eq!(levels.len(), 8);
        for (level, source) in levels.iter().zip(chain.levels()) {
            let (across, down) = (level.width.div_ceil(4), level.height.div_ceil(4));
            assert_eq!(level.bytes.len() as u32, across * down * 16);
            let mut rgba = vec![0; (across * down * 64) as usize];
            decompress_blocks_as_rgba8(variant, across * 4, down * 4, &level.bytes, &mut rgba);
            let error = block_error(source, &rgba, across as usize * 4, channels);
            // The picture is noise at its smallest levels; those of real ones err by 0.5.
            assert!(error < 150.0, "{format:?} {}: {error}", level.width);
        }
    }
    // 256²: nine levels of 87,408 bytes, as Unity writes.
    let square = MipChain::new(&painted(256, 256, 1, false), Usage::Colour, &options);
    let options = ChainOptions::unity(256);
    assert_eq!(square.expect("an image").levels().len(), 8);
    let square = MipChain::new(&painted(256, 256, 1, false), Usage::Colour, &options);
    let levels = encode_blocks(&square.expect("an image"), BlockFormat::Bc7);
    assert_eq!(
        levels.iter().map(|level| level.bytes.len()).sum::<usize>(),
        87_408
    );
}

fn block_error(source: &texture::Level, rgba: &[u8], stride: usize, channels: usize) -> f64 {
    let mut sum = 0.0;
    for y in 0..source.height as usize {
        for x in 0..source.width as usize {
            for channel in 0..channels {
                let a = source.rgba[(y * source.width as usize + x) * 4 + channel];
                let b = rgba[(y * stride + x) * 4 + channel];
                sum += (f64::from(a) - f64::from(b)).powi(2);
            }
        }
    }
    sum / f64::from(source.width * source.height) / channels as f64
}

#[test]
fn containers_say_what_they_hold() {
    let image = painted(24, 16, 8, true);
    let srgb = Some(ktx2::TransferFunction::SRGB);
    let linear = Some(ktx2::TransferFunction::Linear);
    for (codec, usage, format, transfer) in [
        (CODECS[0], Usage::Colour, None, srgb),
        (CODECS[1], Usage::Data, None, linear),
        (
            CODECS[2],
            Usage::Colour,
            Some(ktx2::Format::BC7_SRGB_BLOCK),
            srgb,
        ),
        (
            CODECS[2],
            Usage::Data,
            Some(ktx2::Format::BC7_UNORM_BLOCK),
            linear,
        ),
        (
            CODECS[3],
            Usage::Normal,
            Some(ktx2::Format::BC5_UNORM_BLOCK),
            linear,
        ),
    ] {
        let file = encode_ktx2(&chain(&image, usage), &codec).expect("holds it");
        let reader = ktx2::Reader::new(&file).expect("a KTX2 file");
        let header = reader.header();
        assert_eq!(
            (header.pixel_width, header.pixel_height, header.level_count),
            (24, 16, 5)
        );
        assert_eq!(header.format, format, "{codec:?}");
        let [ktx2::dfd::Block::Basic(basic)] = reader.dfd_blocks() else {
            panic!("one basic descriptor");
        };
        assert_eq!(basic.transfer_function, transfer, "{codec:?}");
    }
    let refused = encode_ktx2(&chain(&image, Usage::Colour), &CODECS[3]);
    assert!(matches!(refused, Err(Error::CodecMismatch { .. })));
}

#[test]
fn one_thread_or_two_the_bytes_are_the_same() {
    let image = painted(128, 96, 12, true);
    let chain = chain(&image, Usage::Colour);
    let encode = || {
        CODECS[..3]
            .iter()
            .map(|c| encode_ktx2(&chain, c))
            .collect::<Vec<_>>()
    };
    let alone = encode();
    let (one, two) = std::thread::scope(|scope| {
        let (one, two) = (scope.spawn(encode), scope.spawn(encode));
        (one.join().expect("no panic"), two.join().expect("no panic"))
    });
    assert_eq!(alone, one);
    assert_eq!(alone, two);
}

#[test]
fn keys_tell_tasks_apart_and_pixels_together() {
    use image::ImageFormat::{Png, WebP};
    let picture = painted(16, 16, 3, true);
    let (png, webp) = (
        crate::pictures::file(&picture, Png),
        crate::pictures::file(&picture, WebP),
    );
    let options = ChainOptions::ktx2(1024);
    let key = content_key(&png, Usage::Colour, &options, &CODECS[0]);
    assert_eq!(key, content_key(&png, Usage::Colour, &options, &CODECS[0]));
    let others = [
        content_key(&webp, Usage::Colour, &options, &CODECS[0]),
        content_key(&png, Usage::Data, &options, &CODECS[0]),
        content_key(&png, Usage::Colour, &ChainOptions::ktx2(512), &CODECS[0]),
        content_key(&png, Usage::Colour, &ChainOptions::unity(1024), &CODECS[0]),
        content_key(
            &png,
            Usage::Colour,
            &options,
            &Codec::Etc1s { quality: 191 },
        ),
        pixel_key(&picture, Usage::Colour, &options, &CODECS[0]),
    ];
    assert!(others.iter().all(|other| *other != key));
    let read = |file: &[u8]| texture::decode(file, &texture::Limits::default()).expect("a file");
    let pixels = |image: &Image| pixel_key(image, Usage::Colour, &options, &CODECS[0]);
    assert_eq!(pixels(&read(&png)), pixels(&read(&webp)));
    assert_eq!(key.to_string().len(), 64);
}

#[test]
fn a_source_is_kept_when_it_is_no_larger_in_any_way() {
    let image = painted(64, 64, 3, false);
    let texture = [0; 100];
    let whole = chain(&image, Usage::Colour);
    let kept = |file: usize, chain: &MipChain, pixels_max| {
        keep_source(&vec![0; file], &image, chain, &texture, pixels_max)
    };
    assert!(kept(100, &whole, 4096));
    assert!(!kept(101, &whole, 4096));
    assert!(!kept(100, &whole, 4095));
    let capped = MipChain::new(&image, Usage::Colour, &ChainOptions::ktx2(32)).expect("an image");
    assert!(!kept(10, &capped, 4096));
}
