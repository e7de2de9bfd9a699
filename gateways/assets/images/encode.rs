//! How an image becomes a texture: pure, and all of it work for the processor.

use std::collections::HashSet;
use std::time::Instant;

use texture::decode::Format;
use texture::{
    ChainOptions, Codec, ContentKey, Error, Limits, MipChain, Usage, content_key, decode_upright,
    encode_ktx2, keep_source,
};

use super::observe;
use crate::assets::Assets;

/// An image of no more colours, told apart by six bits a channel, is drawn and not photographed: text, icons, pixel art.
const COLOURS_OF_ART: usize = 256;

/// What an image became.
pub(super) enum Converted {
    /// A KTX2 file.
    Texture(Vec<u8>),
    /// What it was: a PNG or JPEG that is no larger.
    Kept,
}

/// What is done to images.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    limits: Limits,
    options: ChainOptions,
    kept_pixels: u64,
}

impl Recipe {
    pub(super) fn new(settings: &Assets) -> Self {
        let limits = Limits {
            file_bytes_max: settings.image_file_limit.as_usize(),
            side_max: settings.image_side_max,
            pixels_max: settings.image_pixels_max,
            decoder_bytes_max: settings.image_memory.0,
        };
        Self {
            limits,
            options: ChainOptions::ktx2(settings.image_texture_side),
            kept_pixels: settings.image_kept_pixels,
        }
    }

    /// The key of what a file becomes. The codec in it stands for the choice that is made of the file's content.
    pub(super) fn key(&self, file: &[u8], usage: Usage) -> ContentKey {
        content_key(file, usage, &self.options, &Codec::etc1s())
    }

    /// Decodes, resizes, encodes.
    pub(super) fn convert(&self, file: &[u8], usage: Usage) -> Result<Converted, Error> {
        let started = Instant::now();
        let (image, was_turned) = decode_upright(file, &self.limits)?;
        let chain = MipChain::new(&image, usage, &self.options)?;
        let codec = codec_for(&chain);
        let texture = encode_ktx2(&chain, &codec)?;
        // Other formats no client of this route reads, and none of them turns a picture.
        let is_read = matches!(Format::sniff(file), Some(Format::Png | Format::Jpeg));
        let may_stay = is_read && !was_turned;
        let stays = may_stay && keep_source(file, &image, &chain, &texture, self.kept_pixels);
        let word = match codec {
            _ if stays => "kept",
            Codec::Etc1s { .. } => "etc1s",
            _ => "uastc",
        };
        observe::encoded(word, started.elapsed());
        Ok(match stays {
            true => Converted::Kept,
            false => Converted::Texture(texture),
        })
    }
}

/// ETC1S for photographs and data; UASTC for what ETC1S makes ugly: normal maps, and drawings with their hard edges.
fn codec_for(chain: &MipChain) -> Codec {
    match chain.usage() {
        Usage::Normal => Codec::uastc(),
        Usage::Data => Codec::etc1s(),
        Usage::Colour | Usage::Cutout if is_art(&chain.levels()[0].rgba) => Codec::uastc(),
        Usage::Colour | Usage::Cutout => Codec::etc1s(),
    }
}

fn is_art(rgba: &[u8]) -> bool {
    let mut colours = HashSet::new();
    rgba.as_chunks::<4>().0.iter().all(|pixel| {
        colours.insert(pixel.map(|channel| channel >> 2));
        colours.len() <= COLOURS_OF_ART
    })
}

#[cfg(test)]
mod tests {
    use texture::Image;

    use super::*;

    fn codec(usage: Usage, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Codec {
        let points = (0..64).flat_map(|y| (0..64).map(move |x| (x, y)));
        let rgba = points.flat_map(|(x, y)| pixel(x, y)).collect();
        let image = Image::from_rgba(64, 64, rgba).expect("a buffer of its size");
        let chain = MipChain::new(&image, usage, &ChainOptions::ktx2(64)).expect("an image");
        codec_for(&chain)
    }

    #[test]
    fn the_codec_suits_what_is_seen() {
        let photo = |x: u32, y: u32| [x as u8 * 4, y as u8 * 4, (x * y / 16) as u8, 255];
        let text = |x: u32, y: u32| [255 * u8::from((x / 3 + y / 5).is_multiple_of(2)); 4];
        assert_eq!(codec(Usage::Colour, photo), Codec::etc1s());
        assert_eq!(codec(Usage::Colour, text), Codec::uastc());
        assert_eq!(codec(Usage::Normal, photo), Codec::uastc());
        assert_eq!(codec(Usage::Data, text), Codec::etc1s());
    }
}
