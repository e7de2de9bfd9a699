//! A picture that somebody sent, made fit to be shown: looked at before it is decoded, without what it says of its taker,
//! and with a small one beside it.
//!
//! Nothing is encoded again but a picture that its metadata wants turned: without them nobody would know.

mod jpeg;
mod png;
#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits as Allowed};
use model::events::reel::Format;

/// Sides of the box that a small picture fits into, pixels.
const THUMBNAIL: (u32, u32) = (640, 360);
/// JPEG quality of a small picture.
const THUMBNAIL_QUALITY: u8 = 85;
/// JPEG quality of a picture that had to be turned.
const TURNED_QUALITY: u8 = 95;

/// How large a picture may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Longest side, pixels.
    pub(super) side_max: u32,
    /// Pixels.
    pub(super) pixels_max: u64,
    /// Memory of its decoder, bytes.
    pub(super) memory: u64,
}

/// Both files of a photo.
#[derive(Debug)]
pub(super) struct Picture {
    /// As it was sent, without metadata.
    pub(super) image: Vec<u8>,
    /// The small one, in the same format.
    pub(super) thumbnail: Vec<u8>,
}

/// Why there is no picture, in the original's words where it has some.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// Its bytes are of no format, or of another than was said.
    #[error("invalid image format")]
    Format,
    /// It cannot be decoded.
    #[error("invalid image")]
    Broken,
    /// Its header says more pixels than are decoded.
    #[error(
        "the image has {width} x {height} pixels, at most {side_max} on a side and {pixels_max} in all"
    )]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// See [`Limits`].
        side_max: u32,
        /// See [`Limits`].
        pixels_max: u64,
    },
    /// The small one cannot be encoded.
    #[error("couldn't create thumbnail")]
    Thumbnail,
}

/// Makes a picture fit to be shown. Takes a while, so not on a thread that answers requests.
///
/// # Errors
/// What is wrong with it.
pub(super) fn prepare(bytes: &[u8], format: Format, limits: &Limits) -> Result<Picture, Refused> {
    let wanted = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
    };
    if image::guess_format(bytes).ok() != Some(wanted) {
        return Err(Refused::Format);
    }
    // Of what lies behind the picture's end nothing is kept, so nothing of it shall decide anything.
    let stripped = match format {
        Format::Jpeg => jpeg::strip(bytes),
        Format::Png => png::strip(bytes),
    };
    let stripped = stripped.ok_or(Refused::Broken)?;
    let (picture, orientation) = decode(bytes, wanted, limits)?;
    let (image, picture) = match orientation {
        Orientation::NoTransforms => (stripped, picture),
        turn => {
            let mut picture = picture;
            picture.apply_orientation(turn);
            let bytes = encode(&picture, format, TURNED_QUALITY).ok_or(Refused::Broken)?;
            (bytes, picture)
        }
    };
    let small = picture.resize(THUMBNAIL.0, THUMBNAIL.1, FilterType::Triangle);
    let thumbnail = encode(&small, format, THUMBNAIL_QUALITY).ok_or(Refused::Thumbnail)?;
    Ok(Picture { image, thumbnail })
}

fn decode(
    bytes: &[u8],
    format: ImageFormat,
    limits: &Limits,
) -> Result<(DynamicImage, Orientation), Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = Allowed::default();
    allowed.max_alloc = Some(limits.memory);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(|_| Refused::Broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > limits.side_max || pixels > limits.pixels_max {
        return Err(Refused::TooLarge {
            width,
            height,
            side_max: limits.side_max,
            pixels_max: limits.pixels_max,
        });
    }
    // What cannot be read there turns nothing.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Refused::Broken)?;
    Ok((picture, orientation))
}

fn encode(picture: &DynamicImage, format: Format, quality: u8) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let written = match format {
        Format::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
            picture.to_rgb8().write_with_encoder(encoder)
        }
        Format::Png => picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png),
    };
    written.ok().map(|()| bytes)
}
