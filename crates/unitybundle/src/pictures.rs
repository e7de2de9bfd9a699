//! Images as blocks for desktop graphics cards, with all their levels, in a form that can be kept.

use bundler::model::TextureUsage;
use bundler::{EncodedTexture, TextureEncoder, TextureKey, TextureRequest};
use sha2::{Digest, Sha256};
use texture::{BlockFormat, ChainOptions, Codec, MipChain, Usage, content_key, encode_blocks};
use unityfs::build::{ColorSpace, Texture, TextureFormat, Wrap};

/// First bytes of a kept picture, with the revision of its form.
const MAGIC: &[u8; 8] = b"wlblock1";
/// The magic, format, colour space, levels, width and height.
const HEADER_BYTES: usize = 8 + 3 + 4 + 4;
/// The media type of a kept picture, which nobody is ever served.
const MIME: &str = "application/x-texture-blocks";

/// Whether bytes are a kept picture.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Encodes images as Unity's textures hold them: BC7, or BC5 for normal maps; sides are powers of two, rows go from the
/// bottom up, all levels are there. Results are in a form of their own that [`crate::convert_model`] reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct BlockTextures;

fn usage(request: &TextureRequest<'_>) -> Usage {
    match request.usage {
        TextureUsage::Color | TextureUsage::ColorAlpha => Usage::Colour,
        TextureUsage::Data => Usage::Data,
        TextureUsage::Normal => Usage::Normal,
    }
}

impl TextureEncoder for BlockTextures {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        let limits = texture::Limits {
            side_max: request.source_side_max,
            pixels_max: request.source_pixels_max,
            ..texture::Limits::default()
        };
        let told = |error: texture::Error| error.to_string();
        let image = texture::decode(request.bytes, &limits).map_err(told)?;
        let options = ChainOptions::unity(request.side_max);
        let chain = MipChain::new(&image, usage(request), &options).map_err(told)?;
        drop(image);
        let picture = Picture::of(&chain);
        Ok(Some(EncodedTexture {
            bytes: picture.to_bytes(),
            mime: MIME.to_owned(),
        }))
    }

    fn key(&self, request: &TextureRequest<'_>) -> Option<TextureKey> {
        let usage = usage(request);
        let options = ChainOptions::unity(request.side_max);
        let codec = match usage {
            Usage::Normal => Codec::bc5(),
            _ => Codec::bc7(),
        };
        let mut hash = Sha256::new();
        hash.update(MAGIC);
        hash.update(content_key(request.bytes, usage, &options, &codec).bytes());
        Some(hash.finalize().into())
    }

    fn may_grow(&self) -> bool {
        true
    }
}

/// An image in blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    format: TextureFormat,
    color_space: ColorSpace,
    levels: u32,
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    fn of(chain: &MipChain) -> Self {
        let (blocks, format) = match chain.usage() {
            Usage::Normal => (BlockFormat::Bc5, TextureFormat::Bc5),
            _ => (BlockFormat::Bc7, TextureFormat::Bc7),
        };
        let color_space = match chain.usage().is_srgb() {
            true => ColorSpace::Srgb,
            false => ColorSpace::Linear,
        };
        let first = &chain.levels()[0];
        let (width, height) = (first.width, first.height);
        let levels = encode_blocks(chain, blocks);
        Self {
            format,
            color_space,
            levels: levels.len() as u32,
            width,
            height,
            pixels: levels.into_iter().flat_map(|level| level.bytes).collect(),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.pixels.len());
        bytes.extend(MAGIC);
        bytes.push(u8::from(self.format == TextureFormat::Bc5));
        bytes.push(u8::from(self.color_space == ColorSpace::Srgb));
        bytes.push(self.levels as u8);
        bytes.extend(self.width.to_le_bytes());
        bytes.extend(self.height.to_le_bytes());
        bytes.extend(&self.pixels);
        bytes
    }

    /// A kept picture; `None` for anything else. Whether its sizes agree is checked when it is written.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (header, pixels) = bytes.split_at_checked(HEADER_BYTES)?;
        let [format, space, levels, sizes @ ..] = header.strip_prefix(MAGIC)? else {
            return None;
        };
        let [width, height] = sizes.as_chunks::<4>().0 else {
            return None;
        };
        Some(Self {
            format: match format {
                0 => TextureFormat::Bc7,
                1 => TextureFormat::Bc5,
                _ => return None,
            },
            color_space: match space {
                0 => ColorSpace::Linear,
                1 => ColorSpace::Srgb,
                _ => return None,
            },
            levels: (*levels).into(),
            width: u32::from_le_bytes(*width),
            height: u32::from_le_bytes(*height),
            pixels: pixels.to_vec(),
        })
    }

    /// As the writers take it.
    pub(crate) fn texture<'a>(&'a self, name: &'a str, wrap: [Wrap; 2]) -> Texture<'a> {
        Texture {
            name,
            width: self.width,
            height: self.height,
            format: self.format,
            levels: self.levels,
            color_space: self.color_space,
            wrap,
            pixels: &self.pixels,
        }
    }
}

/// An encoded image.
///
/// # Errors
/// Why it cannot be one.
pub(crate) fn encoded(
    encoder: &dyn TextureEncoder,
    request: &TextureRequest<'_>,
) -> Result<Picture, String> {
    let encoded = encoder.encode(request)?;
    let picture = encoded.and_then(|encoded| Picture::read(&encoded.bytes));
    picture.ok_or_else(|| "the encoder gave no blocks".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_it_was_after_it_was_kept() {
        let rgba: Vec<u8> = (0..8 * 4 * 4).map(|n| n as u8).collect();
        let image = texture::Image::from_rgba(8, 4, rgba).expect("it fits");
        for usage in [Usage::Colour, Usage::Data, Usage::Normal] {
            let chain = MipChain::new(&image, usage, &ChainOptions::unity(64)).expect("levels");
            let picture = Picture::of(&chain);
            assert_eq!((picture.width, picture.height, picture.levels), (8, 4, 4));
            let kept = picture.to_bytes();
            assert!(is_picture(&kept));
            assert_eq!(Picture::read(&kept), Some(picture));
            assert_eq!(Picture::read(&kept[..HEADER_BYTES - 1]), None);
        }
        assert_eq!(
            Picture::read(b"\x89PNG and much more than a header has"),
            None
        );
    }
}
