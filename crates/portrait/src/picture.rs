//! A finished picture, and its file.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

/// Pixels of 8-bit sRGB with straight alpha, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// `width * height` times red, green, blue, alpha.
    pub rgba: Vec<u8>,
}

/// The picture cannot be made a file.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be encoded: {0}")]
pub struct Error(#[from] image::ImageError);

impl Picture {
    /// Red, green, blue and alpha of a pixel, or none outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        let pixel = self.rgba.get(at..at + 4)?;
        pixel.try_into().ok()
    }
}

/// Encodes a picture as PNG: the same bytes for the same pixels.
///
/// # Errors
/// The pixels are not as many as the size says.
pub fn png(picture: &Picture) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::Adaptive);
    encoder.write_image(
        &picture.rgba,
        picture.width,
        picture.height,
        ExtendedColorType::Rgba8,
    )?;
    Ok(file)
}
