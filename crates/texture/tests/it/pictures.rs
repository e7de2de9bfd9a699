//! Pictures made from a seed, and files of them.

use image::{DynamicImage, ImageFormat, RgbaImage};
use std::io::Cursor;
use texture::Image;

/// A generator of numbers: equal seeds, equal numbers (xorshift).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % u64::from(limit.max(1))) as u32
    }
}

/// Smooth colour with edges and a little noise, as painted textures have; alpha where asked for.
pub(crate) fn painted(width: u32, height: u32, seed: u64, alpha: bool) -> Image {
    let mut numbers = Numbers::new(seed);
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let stripe = if (x / 11 + y / 7) % 3 == 0 { 60 } else { 0 };
            let noise = numbers.below(9);
            let byte = |value: u32| value.min(255) as u8;
            rgba.push(byte(x * 150 / width + stripe + noise));
            rgba.push(byte(y * 120 / height + stripe + noise + 20));
            rgba.push(byte(90 + noise));
            rgba.push(if alpha {
                byte((x + y) * 255 / (width + height))
            } else {
                255
            });
        }
    }
    Image::from_rgba(width, height, rgba).expect("a buffer of its size")
}

/// The picture as a file.
pub(crate) fn file(image: &Image, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbaImage::from_raw(image.width(), image.height(), image.rgba().to_vec());
    let pixels = DynamicImage::ImageRgba8(pixels.expect("a buffer of its size"));
    let pixels = match format {
        ImageFormat::Jpeg | ImageFormat::Bmp => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        _ => pixels,
    };
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("an encoder");
    bytes.into_inner()
}
