//! Pictures with a place in them, bombs, and what is no picture.

use image::{Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

const LIMITS: Limits = Limits {
    side_max: 4096,
    pixels_max: 4_000_000,
    memory: 64 << 20,
};
/// Words of metadata: none may be left.
const SECRETS: [&[u8]; 5] = [
    b"Exif",
    b"GPS52.5N",
    b"http://ns.adobe.com/xap",
    b"8BIM",
    b"a comment",
];

fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 7) as u8, (y * 5) as u8, ((x + y) * 3) as u8])
    })
}

fn jpeg_of(picture: &RgbImage) -> Vec<u8> {
    encode(&DynamicImage::from(picture.clone()), Format::Jpeg, 90).expect("a picture")
}

fn png_of(picture: &RgbImage) -> Vec<u8> {
    encode(&DynamicImage::from(picture.clone()), Format::Png, 0).expect("a picture")
}

/// EXIF in TIFF's form: an orientation, and a directory of GPS with a text in it.
fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01");
    tiff.extend(orientation.to_be_bytes());
    tiff.extend([0, 0]);
    // GPS directory at byte 38: one entry, a text of 8 bytes at byte 56.
    tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    tiff.extend(b"\0\x01\0\x1d\0\x02\0\0\0\x08\0\0\0\x38\0\0\0\0");
    tiff.extend(b"GPS52.5N");
    tiff
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("short");
    [&[0xff, marker][..], &length.to_be_bytes()[..], content].concat()
}

/// A JPEG with everything in it that says who took it and where.
fn told_jpeg(picture: &RgbImage, orientation: u16) -> Vec<u8> {
    let plain = jpeg_of(picture);
    let exif = [&b"Exif\0\0"[..], &exif(orientation)].concat();
    [
        &plain[..2],
        &segment(0xe1, &exif),
        &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        &segment(0xed, b"Photoshop 3.0\08BIM"),
        &segment(0xfe, b"a comment"),
        &plain[2..],
        b"GPS52.5N behind the end",
    ]
    .concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let typed = [&kind[..], data].concat();
    let length = u32::try_from(data.len()).expect("short");
    [
        &length.to_be_bytes()[..],
        &typed,
        &crc(&typed).to_be_bytes()[..],
    ]
    .concat()
}

/// The same as PNG.
fn told_png(picture: &RgbImage, orientation: u16) -> Vec<u8> {
    let plain = png_of(picture);
    // Behind the header, which has 25 bytes.
    let (head, rest) = plain.split_at(SIGNATURE_BYTES + 25);
    [
        head,
        &chunk(b"eXIf", &exif(orientation)),
        &chunk(b"tEXt", b"Comment\0a comment"),
        &chunk(
            b"iTXt",
            b"XML:com.adobe.xmp\0\0\0\0\0http://ns.adobe.com/xap",
        ),
        &chunk(b"prVt", b"8BIM"),
        rest,
        b"GPS52.5N behind the end",
    ]
    .concat()
}

const SIGNATURE_BYTES: usize = 8;

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn pixels(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes)
        .expect("a picture")
        .into_rgb8()
}

#[test]
fn a_place_in_a_picture_goes_and_its_pixels_stay() {
    let picture = photo(64, 48);
    for (told, plain, format) in [
        (told_jpeg(&picture, 1), jpeg_of(&picture), Format::Jpeg),
        (told_png(&picture, 1), png_of(&picture), Format::Png),
    ] {
        assert!(has(&told, b"GPS52.5N"), "the test tells something");
        let made = prepare(&told, format, &LIMITS).expect("a picture");
        for secret in SECRETS {
            assert!(!has(&made.image, secret), "{format:?}: {secret:?}");
            assert!(!has(&made.thumbnail, secret), "{format:?}: {secret:?}");
        }
        assert_eq!(pixels(&made.image), pixels(&told), "{format:?}");
        assert_eq!(made.image, plain, "{format:?}: byte for byte");
    }
}

#[test]
fn what_decides_colours_stays() {
    let plain = jpeg_of(&photo(16, 16));
    let profile = segment(0xe2, b"ICC_PROFILE\0\x01\x01colours");
    let coloured = [&plain[..2], &profile, &plain[2..]].concat();
    let made = prepare(&coloured, Format::Jpeg, &LIMITS).expect("a picture");
    assert!(has(&made.image, b"ICC_PROFILE\0\x01\x01colours"));
    // A preview of several pictures, under the same marker, does not.
    let previews = segment(0xe2, b"MPF\0others");
    let told = [&plain[..2], &previews, &plain[2..]].concat();
    let made = prepare(&told, Format::Jpeg, &LIMITS).expect("a picture");
    assert_eq!(made.image, plain);
}

#[test]
fn a_picture_that_its_metadata_turn_is_turned() {
    let picture = photo(64, 48);
    for (told, format) in [
        (told_jpeg(&picture, 6), Format::Jpeg),
        (told_png(&picture, 6), Format::Png),
    ] {
        let made = prepare(&told, format, &LIMITS).expect("a picture");
        assert!(!has(&made.image, b"Exif") && !has(&made.image, b"GPS52.5N"));
        let shown = pixels(&made.image);
        assert_eq!(shown.dimensions(), (48, 64), "{format:?}");
        assert_eq!(pixels(&made.thumbnail).dimensions(), (270, 360));
    }
}

#[test]
fn a_small_picture_fits_its_box() {
    for ((width, height), small) in [
        ((1920, 1080), (640, 360)),
        ((1000, 1000), (360, 360)),
        ((32, 18), (640, 360)),
        ((2000, 10), (640, 3)),
    ] {
        for format in [Format::Jpeg, Format::Png] {
            let picture = photo(width, height);
            let sent = match format {
                Format::Jpeg => jpeg_of(&picture),
                Format::Png => png_of(&picture),
            };
            let made = prepare(&sent, format, &LIMITS).expect("a picture");
            assert_eq!(pixels(&made.thumbnail).dimensions(), small);
            let wanted = match format {
                Format::Jpeg => ImageFormat::Jpeg,
                Format::Png => ImageFormat::Png,
            };
            assert_eq!(image::guess_format(&made.thumbnail).ok(), Some(wanted));
        }
    }
}

#[test]
fn transparency_survives() {
    let picture = RgbaImage::from_pixel(8, 8, Rgba([1, 2, 3, 0]));
    let sent = encode(&DynamicImage::from(picture), Format::Png, 0).expect("a picture");
    let made = prepare(&sent, Format::Png, &LIMITS).expect("a picture");
    let small = image::load_from_memory(&made.thumbnail).expect("a picture");
    assert_eq!(small.into_rgba8().get_pixel(5, 5).0[3], 0);
}

#[test]
fn a_bomb_is_refused_for_what_its_header_says() {
    // Nothing of its 65,000 rows is there, so only a look at the header can tell.
    let mut header = [0; 13];
    header[..4].copy_from_slice(&65_000_u32.to_be_bytes());
    header[4..8].copy_from_slice(&65_000_u32.to_be_bytes());
    header[8..10].copy_from_slice(&[8, 6]);
    let bomb = [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &header),
        &chunk(b"IDAT", b"\x78\x9c"),
        &chunk(b"IEND", b""),
    ]
    .concat();
    let refused = prepare(&bomb, Format::Png, &LIMITS).expect_err("a bomb");
    assert!(
        matches!(refused, Refused::TooLarge { width: 65_000, .. }),
        "{refused}"
    );
    let mut jpeg = jpeg_of(&photo(16, 16));
    let frame = jpeg
        .windows(2)
        .position(|w| w == [0xff, 0xc0])
        .expect("a frame");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x20; 4]);
    let refused = prepare(&jpeg, Format::Jpeg, &LIMITS).expect_err("a bomb");
    assert!(matches!(refused, Refused::TooLarge { .. }), "{refused}");
}

#[test]
fn what_is_no_picture_of_its_kind_is_refused() {
    let (jpeg, png) = (jpeg_of(&photo(16, 16)), png_of(&photo(16, 16)));
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    for (bytes, format, refused) in [
        (&jpeg[..], Format::Png, Refused::Format),
        (&png[..], Format::Jpeg, Refused::Format),
        (&gif[..], Format::Png, Refused::Format),
        (&b""[..], Format::Jpeg, Refused::Format),
        (&b"hello"[..], Format::Jpeg, Refused::Format),
        (&png[..40], Format::Png, Refused::Broken),
        (&jpeg[..30], Format::Jpeg, Refused::Broken),
        (
            &[0xff, 0xd8, 0xff, 0xe0, 0, 1][..],
            Format::Jpeg,
            Refused::Broken,
        ),
    ] {
        let found = prepare(bytes, format, &LIMITS).expect_err("it is refused");
        assert_eq!(found, refused);
    }
}

#[test]
fn no_cut_of_a_file_makes_anybody_panic() {
    let picture = photo(24, 16);
    for (told, format) in [
        (told_jpeg(&picture, 3), Format::Jpeg),
        (told_png(&picture, 3), Format::Png),
    ] {
        for end in 0..told.len() {
            let cut = &told[..end];
            let stripped = match format {
                Format::Jpeg => jpeg::strip(cut),
                Format::Png => png::strip(cut),
            };
            let clean = stripped.is_none_or(|bytes| !has(&bytes, b"GPS52.5N"));
            assert!(clean, "{format:?} cut at {end}");
        }
    }
}
