//! Images of a model, through whoever encodes them.

mod ktx2;
mod plain;
mod stored;

use std::sync::Arc;

use ::texture::{Image, Usage, decode};

use crate::limits::Limits;
use crate::model::{Model, TextureUsage, texture_uses};
use crate::options::{ImagePlacement, Options};
use crate::parallel;
pub use ktx2::Ktx2Textures;
pub use plain::PlainTextures;
use sha2::{Digest, Sha256};
pub use stored::{StoredTextures, TextureKey, TextureMemory, TextureStore};

/// Makes other encodings of images. The caller brings it: block compression is a craft of its own,
/// and results are worth keeping by [`TextureRequest`]'s content.
///
/// Must give the same bytes for the same request, whatever thread asks.
pub trait TextureEncoder: Sync {
    /// Encodes an image; `None` leaves it as it is.
    ///
    /// # Errors
    ///
    /// A reason, when it cannot; the image then stays as it is.
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String>;

    /// The name of what [`TextureEncoder::encode`] would give: everything that decides it, the encoder's own
    /// revision included. `None` when results are not worth keeping.
    fn key(&self, _: &TextureRequest<'_>) -> Option<TextureKey> {
        None
    }

    /// Whether a result counts although it is larger than the image it replaces (block-compressed
    /// images take less of a GPU's memory even then).
    fn may_grow(&self) -> bool {
        false
    }
}

/// An image to encode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextureRequest<'a> {
    /// Encoded as it came.
    pub bytes: &'a [u8],
    /// Its media type, as `image/png`.
    pub mime: &'a str,
    /// What its texels mean.
    pub usage: TextureUsage,
    /// Pixels that the longer side may have.
    pub side_max: u32,
    /// Pixels the image itself may have on a side; more must not be decoded.
    pub source_side_max: u32,
    /// Pixels the image itself may have.
    pub source_pixels_max: u64,
}

impl TextureRequest<'_> {
    /// The image's pixels, within the request's limits.
    fn decode(&self) -> Result<Image, String> {
        let limits = ::texture::Limits {
            side_max: self.source_side_max,
            pixels_max: self.source_pixels_max,
            ..::texture::Limits::default()
        };
        decode(self.bytes, &limits).map_err(|error| error.to_string())
    }

    /// How the pixels are averaged.
    fn texture_usage(&self) -> Usage {
        match self.usage {
            TextureUsage::Color | TextureUsage::ColorAlpha => Usage::Colour,
            TextureUsage::Data => Usage::Data,
            TextureUsage::Normal => Usage::Normal,
        }
    }
}

/// An image, encoded anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedTexture {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `image/ktx2`, `image/webp`, `image/png` or `image/jpeg`.
    pub mime: String,
}

/// Leaves every image as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepTextures;

impl TextureEncoder for KeepTextures {
    fn encode(&self, _: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        Ok(None)
    }
}

/// Encodes the images of a model in place; gives what went wrong with some.
pub(crate) fn encode(
    model: &mut Model,
    options: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Vec<String> {
    let usages = usages(model);
    let Limits {
        image_side_max,
        image_pixels_max,
        ..
    } = options.limits;
    let results = parallel::map(options.threads, model.images.len(), |index| {
        let image = &model.images[index];
        let Some(usage) = usages[index] else {
            return Ok(None);
        };
        encoder.encode(&TextureRequest {
            bytes: &image.bytes,
            mime: &image.mime,
            usage,
            side_max: options.image_side_max,
            source_side_max: image_side_max,
            source_pixels_max: image_pixels_max,
        })
    });
    let mut problems = Vec::new();
    for (index, (image, result)) in model.images.iter_mut().zip(results).enumerate() {
        match result {
            Ok(Some(new)) if encoder.may_grow() || new.bytes.len() < image.bytes.len() => {
                image.bytes = new.bytes.into();
                image.mime = new.mime;
            }
            Ok(_) => {}
            Err(problem) => problems.push(format!("image {index}: {problem}")),
        }
    }
    problems
}

/// What each image is used for; `None` when for nothing, or for two things that exclude each other.
fn usages(model: &mut Model) -> Vec<Option<TextureUsage>> {
    let mut usages: Vec<Option<TextureUsage>> = vec![None; model.images.len()];
    let mut excluded = vec![false; model.images.len()];
    let images: Vec<Option<usize>> = model.textures.iter().map(|t| t.image).collect();
    let mut add = |texture: usize, usage: TextureUsage| {
        let Some(image) = images.get(texture).copied().flatten() else {
            return;
        };
        let known = usages[image].unwrap_or(usage);
        let color = |usage| matches!(usage, TextureUsage::Color | TextureUsage::ColorAlpha);
        excluded[image] |= known != usage && !(color(known) && color(usage));
        usages[image] = Some(known.max(usage));
    };
    for material in &mut model.materials {
        for (texture, usage) in material.core_textures() {
            add(texture.texture, usage);
        }
        texture_uses(
            &mut material.annotations.extensions,
            &mut |name, reference| {
                let usage = match name {
                    _ if name.ends_with("NormalTexture") => TextureUsage::Normal,
                    "diffuseTexture" => TextureUsage::ColorAlpha,
                    "sheenColorTexture" | "specularColorTexture" => TextureUsage::Color,
                    // Colour and glossiness in one: neither way of encoding is right.
                    "specularGlossinessTexture" => return,
                    _ => TextureUsage::Data,
                };
                let index = reference.get("index").and_then(serde_json::Value::as_u64);
                let index = index.and_then(|index| usize::try_from(index).ok());
                add(index.unwrap_or(usize::MAX), usage);
            },
        );
    }
    let usages = usages.into_iter().zip(excluded);
    usages.map(|(usage, out)| usage.filter(|_| !out)).collect()
}

/// Names the images for where they go: by their content beside the model, by nothing inside it.
pub(crate) fn name_files(model: &mut Model, options: &Options<'_>) {
    for image in &mut model.images {
        image.file = match options.images {
            ImagePlacement::Inside => None,
            ImagePlacement::Siblings => Some(file_name(&image.bytes, &image.mime)),
        };
    }
}

fn file_name(bytes: &Arc<[u8]>, mime: &str) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let extension = match mime {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/ktx2" => "ktx2",
        _ => "bin",
    };
    format!("{hex}.{extension}")
}
