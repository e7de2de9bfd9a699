//! Files of images: which are read, and what is refused before memory is taken.

use image::ImageFormat;
use texture::decode::Format;
use texture::{Error, Limits, decode, decode_as};

use crate::pictures::{file, painted};

#[test]
fn every_format_is_read_and_the_lossless_ones_exactly() {
    let picture = painted(37, 21, 1, true);
    let opaque = painted(37, 21, 1, false);
    for (format, source) in [
        (ImageFormat::Png, &picture),
        (ImageFormat::WebP, &picture),
        (ImageFormat::Bmp, &opaque),
    ] {
        let read = decode(&file(source, format), &Limits::default()).expect("a sound file");
        assert_eq!(&read, source, "{format:?}");
    }
    for format in [ImageFormat::Jpeg, ImageFormat::Gif] {
        let read = decode(&file(&opaque, format), &Limits::default()).expect("a sound file");
        assert_eq!((read.width(), read.height()), (37, 21));
        let pairs = read.rgba().iter().zip(opaque.rgba());
        let away: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        assert!(away / (37 * 21 * 4) < 8, "{format:?}: {away}");
    }
    let targa = file(&picture, ImageFormat::Tga);
    assert_eq!(
        decode(&targa, &Limits::default()),
        Err(Error::UnknownFormat)
    );
    assert_eq!(
        decode_as(&targa, Format::Tga, &Limits::default()),
        Ok(picture)
    );
}

#[test]
fn what_a_header_promises_is_checked_before_a_pixel_is_decoded() {
    let png = file(&painted(64, 64, 2, false), ImageFormat::Png);
    let limits = Limits {
        side_max: 63,
        ..Limits::default()
    };
    assert!(matches!(
        decode(&png, &limits),
        Err(Error::TooManyPixels { width: 64, .. })
    ));
    let limits = Limits {
        pixels_max: 4095,
        ..Limits::default()
    };
    assert!(matches!(
        decode(&png, &limits),
        Err(Error::TooManyPixels { .. })
    ));
    let limits = Limits {
        file_bytes_max: png.len() - 1,
        ..Limits::default()
    };
    assert!(matches!(
        decode(&png, &limits),
        Err(Error::FileTooLarge { .. })
    ));
    let limits = Limits {
        decoder_bytes_max: 20_000,
        ..Limits::default()
    };
    assert!(matches!(
        decode(&png, &limits),
        Err(Error::TooMuchMemory { .. })
    ));
    // A bomb: a header of 60,000 × 60,000 over a few bytes, its checksum right.
    let mut bomb = png[..33].to_vec();
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let sum = checksum(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    bomb.extend_from_slice(&png[33..]);
    let refused = decode(&bomb, &Limits::default());
    assert!(
        matches!(refused, Err(Error::TooManyPixels { width: 60_000, .. })),
        "{refused:?}"
    );
}

/// CRC-32 as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| {
        if sum & 1 == 1 {
            0xedb8_8320 ^ sum >> 1
        } else {
            sum >> 1
        }
    };
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum))
    })
}
