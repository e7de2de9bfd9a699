//! Files of images to RGBA, 8 bits a channel, with limits checked before memory is taken.
//!
//! The header is read first; a file whose header promises too much is refused before a pixel is
//! decoded. Colour profiles and gamma chunks are ignored, as glTF demands; so is a note of how the
//! camera was held, but by [`decode_upright`]. The first frame of an animation is taken.

use std::fmt;
use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use crate::Error;

/// What a decoder may be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes_max: usize,
    /// Pixels on a side.
    pub side_max: u32,
    /// Pixels in all.
    pub pixels_max: u64,
    /// Bytes a decoder may take, its output included.
    pub decoder_bytes_max: u64,
}

impl Default for Limits {
    /// 64 MiB of file, 16,384 pixels a side, 128 million pixels, 1 GiB of memory.
    fn default() -> Self {
        Self {
            file_bytes_max: 64 << 20,
            side_max: 16_384,
            pixels_max: 128_000_000,
            decoder_bytes_max: 1 << 30,
        }
    }
}

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JFIF, baseline and progressive.
    Jpeg,
    /// Lossy and lossless.
    WebP,
    /// The first frame.
    Gif,
    /// Windows bitmaps.
    Bmp,
    /// Targa. It has no magic number: only [`decode_as`] reads it.
    Tga,
}

impl Format {
    /// By the first bytes. `None` for what is not read, and for Targa.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'B', b'M', ..] => Some(Self::Bmp),
            _ => None,
        }
    }

    fn reader(self) -> image::ImageFormat {
        match self {
            Self::Png => image::ImageFormat::Png,
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::WebP => image::ImageFormat::WebP,
            Self::Gif => image::ImageFormat::Gif,
            Self::Bmp => image::ImageFormat::Bmp,
            Self::Tga => image::ImageFormat::Tga,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tga => "TGA",
        })
    }
}

/// A decoded image: rows from the top, straight alpha, four bytes a pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

impl Image {
    /// From pixels: `rgba` has `width × height × 4` bytes, rows from the top.
    ///
    /// # Errors
    /// [`Error::BadBuffer`] when the length is another, or a side is 0.
    pub fn from_rgba(width: u32, height: u32, rgba: Vec<u8>) -> Result<Self, Error> {
        let expected = u64::from(width) * u64::from(height) * 4;
        if expected == 0 || expected != rgba.len() as u64 {
            let bytes = rgba.len();
            return Err(Error::BadBuffer {
                width,
                height,
                bytes,
            });
        }
        Ok(Self {
            width,
            height,
            rgba,
        })
    }

    /// Pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Four bytes a pixel, rows from the top.
    #[must_use]
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }
}

/// Decodes a file whose format its first bytes tell.
///
/// # Errors
/// [`Error::UnknownFormat`], or what is wrong with the file.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Image, Error> {
    let format = Format::sniff(bytes).ok_or(Error::UnknownFormat)?;
    decode_as(bytes, format, limits)
}

/// As [`decode`], and turned as the file says (EXIF), which viewers do and models do not want. Also
/// whether it had to be turned.
///
/// # Errors
/// As [`decode`].
pub fn decode_upright(bytes: &[u8], limits: &Limits) -> Result<(Image, bool), Error> {
    let format = Format::sniff(bytes).ok_or(Error::UnknownFormat)?;
    decoded(bytes, format, limits, true)
}

/// Decodes a file of a format that the caller knows (Targa has no magic number).
///
/// # Errors
/// What is wrong with the file.
pub fn decode_as(bytes: &[u8], format: Format, limits: &Limits) -> Result<Image, Error> {
    decoded(bytes, format, limits, false).map(|(image, _)| image)
}

fn decoded(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    upright: bool,
) -> Result<(Image, bool), Error> {
    if bytes.len() > limits.file_bytes_max {
        return Err(Error::FileTooLarge {
            bytes: bytes.len(),
            max: limits.file_bytes_max,
        });
    }
    let failed = |error: ImageError| match error {
        ImageError::Limits(_) => Error::TooMuchMemory {
            format,
            max: limits.decoder_bytes_max,
        },
        other => Error::Undecodable {
            format,
            reason: other.to_string(),
        },
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.reader());
    let mut bounds = image::Limits::no_limits();
    bounds.max_alloc = Some(limits.decoder_bytes_max);
    reader.limits(bounds.clone());
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > limits.side_max || pixels > limits.pixels_max {
        return Err(Error::TooManyPixels {
            width,
            height,
            side_max: limits.side_max,
            pixels_max: limits.pixels_max,
        });
    }
    // A note that cannot be read is none.
    let orientation = match upright {
        true => decoder.orientation().unwrap_or(Orientation::NoTransforms),
        false => Orientation::NoTransforms,
    };
    let turns = orientation != Orientation::NoTransforms;
    // The file's own pixels, once more while they are turned, and ours beside them while one becomes
    // the other.
    let own = decoder.total_bytes();
    let needed = own
        .saturating_add(pixels.saturating_mul(4))
        .saturating_add(if turns { own } else { 0 });
    let Some(rest) = limits.decoder_bytes_max.checked_sub(needed) else {
        return Err(Error::TooMuchMemory {
            format,
            max: limits.decoder_bytes_max,
        });
    };
    bounds.max_alloc = Some(rest);
    decoder.set_limits(bounds).map_err(failed)?;
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(failed)?;
    decoded.apply_orientation(orientation);
    let (width, height) = (decoded.width(), decoded.height());
    let image = Image::from_rgba(width, height, decoded.into_rgba8().into_raw())?;
    Ok((image, turns))
}
