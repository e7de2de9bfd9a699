//! Looks: what of a material is seen from afar.

use std::collections::HashMap;
use std::sync::Arc;

use bundler::model::{AlphaMode, Material, Model, TextureUse};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::MergeError;
use crate::limits::Limits;

/// How alpha is treated: each is a material of its own in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Look {
    Opaque,
    Cutout,
    Transparent,
}

/// How texture coordinates beyond the image are meant, along each axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wrap {
    Repeat,
    Mirror,
    Clamp,
}

/// An image as it is laid on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Picture {
    /// Of the list of images.
    pub(super) image: usize,
    pub(super) wrap: [Wrap; 2],
}

/// A look. Colours are linear; floats by their bits, so that equal looks are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Surface {
    pub(super) base: Option<Picture>,
    pub(super) glow: Option<Picture>,
    color: [u32; 4],
    emissive: [u32; 3],
    pub(super) look: Look,
    cutoff: u32,
    pub(super) double_sided: bool,
}

impl Surface {
    pub(super) fn color(&self) -> [f32; 4] {
        self.color.map(f32::from_bits)
    }

    pub(super) fn emissive(&self) -> [f32; 3] {
        self.emissive.map(f32::from_bits)
    }

    pub(super) fn cutoff(&self) -> f32 {
        f32::from_bits(self.cutoff)
    }
}

/// An encoded image.
pub(super) struct Source {
    pub(super) bytes: Arc<[u8]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// All looks of a scene.
pub(super) struct Surfaces<'a> {
    models: &'a [Model],
    surfaces_max: usize,
    known: HashMap<Surface, u32>,
    by_material: HashMap<(usize, Option<usize>), u32>,
    by_content: HashMap<[u8; 32], usize>,
    by_image: HashMap<(usize, usize), Option<usize>>,
    pub(super) list: Vec<Surface>,
    pub(super) images: Vec<Source>,
}

impl<'a> Surfaces<'a> {
    pub(super) fn new(models: &'a [Model], limits: &Limits) -> Self {
        Self {
            models,
            surfaces_max: limits.surfaces_max,
            known: HashMap::new(),
            by_material: HashMap::new(),
            by_content: HashMap::new(),
            by_image: HashMap::new(),
            list: Vec::new(),
            images: Vec::new(),
        }
    }

    /// The number of a material's look.
    pub(super) fn of(&mut self, model: usize, material: Option<usize>) -> Result<u32, MergeError> {
        if let Some(&known) = self.by_material.get(&(model, material)) {
            return Ok(known);
        }
        let plain = Material::default();
        let models = self.models;
        let of_model = material.and_then(|index| models[model].materials.get(index));
        let surface = self.surface(model, of_model.unwrap_or(&plain));
        let next = self.list.len();
        let number = *self.known.entry(surface).or_insert(next as u32);
        if number as usize == next {
            if next >= self.surfaces_max {
                let (what, max) = ("different looks", self.surfaces_max);
                return Err(MergeError::TooMany { what, max });
            }
            self.list.push(surface);
        }
        self.by_material.insert((model, material), number);
        Ok(number)
    }

    fn surface(&mut self, model: usize, material: &Material) -> Surface {
        let strength = strength(material);
        let emissive = material.emissive.map(|c| (c * strength).clamp(0.0, 1.0));
        let glows = emissive.iter().any(|&c| c > 0.0);
        let mut picture = |texture: &Option<TextureUse>| self.picture(model, texture.as_ref()?);
        let base = picture(&material.base_color_texture);
        let glow = glows.then(|| picture(&material.emissive_texture)).flatten();
        let look = match material.alpha_mode {
            AlphaMode::Opaque => Look::Opaque,
            AlphaMode::Mask => Look::Cutout,
            AlphaMode::Blend => Look::Transparent,
        };
        let mut color = material.base_color.map(|c| c.clamp(0.0, 1.0) + 0.0);
        if look == Look::Opaque {
            color[3] = 1.0;
        }
        let cutoff = if look == Look::Cutout {
            material.alpha_cutoff.clamp(0.0, 1.0)
        } else {
            0.5
        };
        Surface {
            base,
            glow,
            color: color.map(f32::to_bits),
            emissive: emissive.map(|c| (c + 0.0).to_bits()),
            look,
            cutoff: cutoff.to_bits(),
            double_sided: material.double_sided,
        }
    }

    fn picture(&mut self, model: usize, texture: &TextureUse) -> Option<Picture> {
        let of = &self.models[model];
        let texture = of.textures.get(texture.texture)?;
        let image = self.image(model, texture.image?)?;
        let sampler = texture.sampler.and_then(|sampler| of.samplers.get(sampler));
        let wrap = |axis: &str| match sampler.and_then(|s| s.get(axis)).and_then(Value::as_u64) {
            Some(33_071) => Wrap::Clamp,
            Some(33_648) => Wrap::Mirror,
            _ => Wrap::Repeat,
        };
        Some(Picture {
            image,
            wrap: [wrap("wrapS"), wrap("wrapT")],
        })
    }

    /// The number of an image; equal ones have one. `None` of what has no readable head.
    fn image(&mut self, model: usize, image: usize) -> Option<usize> {
        if let Some(&known) = self.by_image.get(&(model, image)) {
            return known;
        }
        let bytes = &self.models[model].images.get(image)?.bytes;
        let next = self.images.len();
        let key: [u8; 32] = Sha256::digest(bytes).into();
        let number = match self.by_content.get(&key) {
            Some(&known) => Some(known),
            None => size(bytes).map(|(width, height)| {
                self.by_content.insert(key, next);
                self.images.push(Source {
                    bytes: Arc::clone(bytes),
                    width,
                    height,
                });
                next
            }),
        };
        self.by_image.insert((model, image), number);
        number
    }
}

fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes));
    reader.with_guessed_format().ok()?.into_dimensions().ok()
}

fn strength(material: &Material) -> f32 {
    let extensions = &material.annotations.extensions;
    let strength = extensions
        .get("KHR_materials_emissive_strength")
        .and_then(|extension| extension.get("emissiveStrength"))
        .and_then(Value::as_f64);
    strength.unwrap_or(1.0).clamp(0.0, 1e4) as f32
}
