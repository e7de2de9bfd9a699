//! Truncated and corrupted files: errors, never a panic, never more memory than was allowed.

use image::ImageFormat;
use texture::decode::Format;
use texture::{ChainOptions, Codec, Limits, MipChain, Usage, decode, decode_as, encode_ktx2};

use crate::pictures::{Numbers, file, painted};

const LIMITS: Limits = Limits {
    file_bytes_max: 1 << 20,
    side_max: 512,
    pixels_max: 512 * 512,
    decoder_bytes_max: 8 << 20,
};

/// Whatever decodes must also encode.
fn feed(bytes: &[u8], format: Option<Format>) -> bool {
    let decoded = match format {
        Some(format) => decode_as(bytes, format, &LIMITS),
        None => decode(bytes, &LIMITS),
    };
    let Ok(image) = decoded else {
        return false;
    };
    let chain = MipChain::new(&image, Usage::Colour, &ChainOptions::ktx2(16)).expect("an image");
    encode_ktx2(&chain, &Codec::etc1s()).expect("a chain");
    true
}

#[test]
fn broken_files_never_panic() {
    let picture = painted(40, 40, 3, true);
    let formats = [
        (ImageFormat::Png, None),
        (ImageFormat::Jpeg, None),
        (ImageFormat::WebP, None),
        (ImageFormat::Gif, None),
        (ImageFormat::Bmp, None),
        (ImageFormat::Tga, Some(Format::Tga)),
    ];
    for (seed, (format, hint)) in (0..).zip(formats) {
        let sound = file(&picture, format);
        assert!(feed(&sound, hint), "{format:?}");
        for end in (0..sound.len()).step_by(sound.len() / 60 + 1) {
            feed(&sound[..end], hint);
        }
        let mut numbers = Numbers::new(seed);
        let mut refused = 0;
        for _ in 0..300 {
            let mut broken = sound.clone();
            for _ in 0..=numbers.below(6) {
                // Half of the damage is in the first bytes, where sizes are.
                let reach = if numbers.below(2) == 0 {
                    64
                } else {
                    sound.len() as u32
                };
                let at = numbers.below(reach.min(sound.len() as u32)) as usize;
                broken[at] = numbers.below(256) as u8;
            }
            refused += u32::from(!feed(&broken, hint));
        }
        assert!(refused > 0, "{format:?}: nothing was refused");
    }
}

#[test]
fn noise_behind_a_right_beginning_never_panics() {
    let starts: [&[u8]; 5] = [
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
        b"\xff\xd8\xff\xe0",
        b"RIFF\xff\xff\0\0WEBPVP8L",
        b"GIF89a",
        b"BM",
    ];
    let mut numbers = Numbers::new(77);
    for round in 0..400 {
        let mut bytes = starts[round % starts.len()].to_vec();
        bytes.extend((0..numbers.below(400)).map(|_| numbers.below(256) as u8));
        feed(&bytes, None);
        feed(&bytes, Some(Format::Tga));
    }
    assert!(!feed(&[], None));
}
