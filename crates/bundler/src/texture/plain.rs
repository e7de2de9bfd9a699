//! Images for readers that know no extension: PNG and JPEG, no larger than wanted.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use super::{EncodedTexture, Pixels, TextureEncoder, TextureRequest};

/// Makes images smaller that have more pixels than wanted, and leaves the others alone. What was a
/// JPEG stays one; all else becomes PNG.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainTextures;

const JPEG_QUALITY: u8 = 90;

impl TextureEncoder for PlainTextures {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        if !matches!(request.mime, "image/png" | "image/jpeg") {
            return Ok(None);
        }
        let pixels = request.decode()?;
        if pixels.width.max(pixels.height) <= request.side_max {
            return Ok(None);
        }
        let pixels = pixels.fit(request.side_max, request.usage);
        let bytes = match request.mime {
            "image/jpeg" => jpeg(&pixels),
            _ => png(&pixels),
        };
        let bytes = bytes.map_err(|error| error.to_string())?;
        Ok(Some(EncodedTexture {
            bytes,
            mime: request.mime.to_owned(),
        }))
    }
}

fn opaque(pixels: &Pixels) -> Vec<u8> {
    let pixels = pixels.rgba.as_chunks::<4>().0.iter();
    pixels.flat_map(|&[r, g, b, _]| [r, g, b]).collect()
}

fn jpeg(pixels: &Pixels) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    let (width, height) = (pixels.width, pixels.height);
    encoder.write_image(&opaque(pixels), width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

fn png(pixels: &Pixels) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let (compression, filter) = (CompressionType::Best, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut bytes, compression, filter);
    let (width, height) = (pixels.width, pixels.height);
    if pixels.has_alpha() {
        encoder.write_image(&pixels.rgba, width, height, ExtendedColorType::Rgba8)?;
    } else {
        encoder.write_image(&opaque(pixels), width, height, ExtendedColorType::Rgb8)?;
    }
    Ok(bytes)
}
