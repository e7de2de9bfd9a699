//! Images for readers that know no extension: PNG and JPEG, no larger than wanted.

use ::texture::{ChainOptions, Level, MipChain, Sizing};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use sha2::{Digest, Sha256};

use super::{EncodedTexture, TextureEncoder, TextureKey, TextureRequest};

/// Makes images smaller that have more pixels than wanted, and leaves the others alone. What was a
/// JPEG stays one; all else becomes PNG.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainTextures;

const JPEG_QUALITY: u8 = 90;
/// Raise it whenever the same image gives other bytes.
const REVISION: u32 = 2;

impl TextureEncoder for PlainTextures {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        if !matches!(request.mime, "image/png" | "image/jpeg") {
            return Ok(None);
        }
        let image = request.decode()?;
        if image.width().max(image.height()) <= request.side_max {
            return Ok(None);
        }
        let options = ChainOptions {
            side_max: request.side_max,
            sizing: Sizing::Exact,
            mips: false,
            flip: false,
            shrink_uniform: true,
        };
        let chain = MipChain::new(&image, request.texture_usage(), &options);
        let chain = chain.map_err(|error| error.to_string())?;
        let level = &chain.levels()[0];
        let bytes = match request.mime {
            "image/jpeg" => jpeg(level),
            _ => png(level, chain.has_alpha()),
        };
        let bytes = bytes.map_err(|error| error.to_string())?;
        Ok(Some(EncodedTexture {
            bytes,
            mime: request.mime.to_owned(),
        }))
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        let mut hash = Sha256::new();
        let (mime, usage, side) = (request.mime, request.usage, request.side_max);
        hash.update(format!("plain {REVISION} {mime} {usage:?} {side}\n"));
        hash.update(request.bytes);
        Some(hash.finalize().into())
    }
}

fn opaque(level: &Level) -> Vec<u8> {
    let pixels = level.rgba.as_chunks::<4>().0.iter();
    pixels.flat_map(|&[r, g, b, _]| [r, g, b]).collect()
}

fn jpeg(level: &Level) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    let (width, height) = (level.width, level.height);
    encoder.write_image(&opaque(level), width, height, ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

fn png(level: &Level, alpha: bool) -> image::ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let (compression, filter) = (CompressionType::Best, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut bytes, compression, filter);
    let (width, height) = (level.width, level.height);
    if alpha {
        encoder.write_image(&level.rgba, width, height, ExtendedColorType::Rgba8)?;
    } else {
        encoder.write_image(&opaque(level), width, height, ExtendedColorType::Rgb8)?;
    }
    Ok(bytes)
}
