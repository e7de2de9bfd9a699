//! Pictures made smaller, or as WebP: made once, when somebody asks, and kept beside the picture.

use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use futures::{TryStreamExt, stream};
use image::codecs::webp::WebPEncoder;
use image::imageops::{FilterType, resize};
use image::{ExtendedColorType, ImageBuffer, ImageEncoder, ImageFormat, Rgba, RgbaImage};
use runtime::ports::{Blobs, PortError};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use crate::runners::portrait::picture;

/// Bytes of a picture that we have drawn ourselves.
const PICTURE_MAX: u64 = 4 << 20;

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    /// As it was drawn.
    #[default]
    Png,
    /// WebP without loss.
    Webp,
}

impl Format {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// A form of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variant<'a> {
    /// Of the picture as it was drawn.
    pub(super) hash: &'a str,
    pub(super) width: Option<u32>,
    pub(super) format: Format,
}

impl Variant<'_> {
    /// Whether it is the picture as it was drawn.
    pub(super) fn is_plain(self) -> bool {
        self.width.is_none() && self.format == Format::Png
    }

    /// Names its bytes.
    pub(super) fn name(self) -> String {
        let Self { hash, .. } = self;
        match (self.width, self.is_plain()) {
            (_, true) => hash.to_owned(),
            (Some(width), _) => format!("{hash}-{width}.{}", self.format.extension()),
            (None, _) => format!("{hash}.{}", self.format.extension()),
        }
    }

    /// Its blob.
    pub(super) fn key(self) -> String {
        match self.is_plain() {
            true => picture(self.hash),
            false => format!(
                "{}/{}",
                picture("variants").trim_end_matches(".png"),
                self.name()
            ),
        }
    }

    /// Its blob, once it is there; that of nothing where the picture itself is gone.
    ///
    /// # Errors
    /// The store's faults.
    pub(super) async fn made(
        self,
        blobs: &dyn Blobs,
        encodes: &Arc<Semaphore>,
    ) -> Result<String, PortError> {
        let key = self.key();
        if blobs.head(&key).await?.is_some() {
            return Ok(key);
        }
        let Some(reader) = blobs.get(&picture(self.hash), None).await? else {
            return Ok(key);
        };
        if reader.size > PICTURE_MAX {
            return Err(PortError::refused("the picture is none of ours"));
        }
        let gone = |what: String| PortError::retry(format!("picture {}: {what}", self.hash));
        let place = Arc::clone(encodes).acquire_owned().await;
        let place = place.map_err(|e| gone(e.to_string()))?;
        let pieces: Vec<Bytes> = reader
            .stream
            .try_collect()
            .await
            .map_err(|e| gone(e.to_string()))?;
        let (width, format) = (self.width, self.format);
        let making = tokio::task::spawn_blocking(move || {
            let _place = place;
            encoded(&pieces.concat(), width, format)
        });
        let made = making.await.map_err(|e| gone(e.to_string()))?;
        let made = made.map_err(|e| gone(e.to_string()))?;
        let piece = stream::iter([Ok(Bytes::from(made))]);
        blobs.put(&key, Box::pin(piece)).await?;
        Ok(key)
    }
}

fn encoded(png: &[u8], width: Option<u32>, format: Format) -> image::ImageResult<Vec<u8>> {
    let mut picture = image::load_from_memory_with_format(png, ImageFormat::Png)?.into_rgba8();
    if let Some(width) = width {
        picture = smaller(&picture, width);
    }
    let mut bytes = Vec::new();
    match format {
        Format::Png => picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?,
        Format::Webp => {
            let (width, height) = picture.dimensions();
            let encoder = WebPEncoder::new_lossless(&mut bytes);
            encoder.write_image(&picture, width, height, ExtendedColorType::Rgba8)?;
        }
    }
    Ok(bytes)
}

/// Scaled with colours weighed by their alpha, so that what is transparent has no colour to give.
fn smaller(picture: &RgbaImage, width: u32) -> RgbaImage {
    let height =
        (u64::from(width) * u64::from(picture.height()) / u64::from(picture.width())) as u32;
    let weighed = ImageBuffer::from_fn(picture.width(), picture.height(), |x, y| {
        let Rgba([r, g, b, a]) = *picture.get_pixel(x, y);
        let weight = f32::from(a) / 255.0;
        let of = |channel: u8| f32::from(channel) * weight;
        Rgba([of(r), of(g), of(b), f32::from(a)])
    });
    let scaled = resize(&weighed, width, height.max(1), FilterType::CatmullRom);
    ImageBuffer::from_fn(scaled.width(), scaled.height(), |x, y| {
        let Rgba([r, g, b, a]) = *scaled.get_pixel(x, y);
        let alpha = a.clamp(0.0, 255.0);
        let of = |channel: f32| match alpha > 0.0 {
            true => (channel * 255.0 / alpha).round().clamp(0.0, 255.0) as u8,
            false => 0,
        };
        Rgba([of(r), of(g), of(b), alpha.round() as u8])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_picture_has_no_dark_fringe_and_its_own_name() {
        // Red in the middle, transparent black around it.
        let picture = RgbaImage::from_fn(64, 128, |x, y| {
            match (16..48).contains(&x) && (32..96).contains(&y) {
                true => Rgba([255, 0, 0, 255]),
                false => Rgba([0, 0, 0, 0]),
            }
        });
        let mut png = Vec::new();
        let written = picture.write_to(&mut Cursor::new(&mut png), ImageFormat::Png);
        written.expect("a picture");
        for format in [Format::Png, Format::Webp] {
            let bytes = encoded(&png, Some(9), format).expect("a picture");
            let read = image::load_from_memory(&bytes)
                .expect("a picture")
                .into_rgba8();
            assert_eq!(read.dimensions(), (9, 18));
            let seen = read.pixels().filter(|pixel| pixel.0[3] > 0);
            assert!(seen.clone().count() > 20);
            for pixel in seen {
                let [r, g, b, _] = pixel.0;
                assert!(r >= 250 && g <= 5 && b <= 5, "{pixel:?}");
            }
        }
        let variant = |width, format| Variant {
            hash: "ab",
            width,
            format,
        };
        let plain = variant(None, Format::Png);
        assert_eq!(
            (plain.name().as_str(), plain.key().as_str()),
            ("ab", "portraits/ab.png")
        );
        let small = variant(Some(64), Format::Webp);
        assert_eq!(small.key(), "portraits/variants/ab-64.webp");
        assert_eq!(variant(None, Format::Webp).name(), "ab.webp");
    }
}
