//! Materials of a model, and their textures decoded once each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Error;
use super::container::{Container, Neighbours, fetch};
use super::schema::{self, TextureRef};
use crate::limits::Limits;
use crate::texture::{Kind, Texture, Wrap};

/// How a material treats alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alpha {
    Opaque,
    /// Drawn where alpha reaches the cut-off.
    Mask(f32),
    Blend,
}

/// A texture as one material uses it.
#[derive(Clone, Debug)]
pub struct Slot {
    pub texture: Arc<Texture>,
    /// Which of the two sets of coordinates.
    pub set: usize,
    /// `u' = m[0] u + m[1] v + m[2]`, `v' = m[3] u + m[4] v + m[5]`.
    pub transform: [f32; 6],
    pub wrap: [Wrap; 2],
}

/// What of a glTF material a portrait shows. Factors are linear.
#[derive(Clone, Debug)]
pub struct Material {
    pub name: String,
    pub base: [f32; 4],
    pub base_slot: Option<Slot>,
    pub emissive: [f32; 3],
    pub emissive_slot: Option<Slot>,
    pub normal_slot: Option<Slot>,
    pub normal_scale: f32,
    pub alpha: Alpha,
    pub double_sided: bool,
}

impl Default for Material {
    fn default() -> Self {
        Self {
            name: String::new(),
            base: [1.0; 4],
            base_slot: None,
            emissive: [0.0; 3],
            emissive_slot: None,
            normal_slot: None,
            normal_scale: 1.0,
            alpha: Alpha::Opaque,
            double_sided: false,
        }
    }
}

impl Material {
    /// One without its pictures.
    pub(super) fn plain(wire: &schema::Material) -> Self {
        let alpha = match wire.alpha_mode.as_deref() {
            Some("MASK") => Alpha::Mask(wire.alpha_cutoff.unwrap_or(0.5)),
            Some("BLEND") => Alpha::Blend,
            _ => Alpha::Opaque,
        };
        let glossy = wire.extensions.specular_glossiness.as_ref();
        let factor = wire.pbr_metallic_roughness.base_color_factor;
        let factor = factor.or(glossy.and_then(|glossy| glossy.diffuse_factor));
        let strength = wire.extensions.emissive_strength.as_ref();
        let strength = strength.and_then(|strength| strength.emissive_strength);
        let strength = strength.unwrap_or(1.0);
        let emissive = wire.emissive_factor.unwrap_or_default();
        Self {
            name: wire.name.clone().unwrap_or_default(),
            base: factor.unwrap_or([1.0; 4]),
            emissive: emissive.map(|channel| channel * strength),
            alpha,
            double_sided: wire.double_sided,
            ..Self::default()
        }
    }
}

/// Decodes the pictures of a model, each once for each kind.
pub(super) struct Textures<'a> {
    container: &'a Container,
    beside: &'a Neighbours<'a>,
    limits: &'a Limits,
    known: &'a dyn Known,
    budget: usize,
    decoded: BTreeMap<(usize, Kind), Arc<Texture>>,
}

/// Textures decoded before: many models hold the same pictures.
pub trait Known {
    /// The texture of these bytes, if it is known.
    fn find(&self, bytes: &[u8], kind: Kind) -> Option<Arc<Texture>>;

    /// Remembers a texture of these bytes.
    fn remember(&self, bytes: &[u8], kind: Kind, texture: &Arc<Texture>);
}

/// Nothing is known.
impl Known for () {
    fn find(&self, _: &[u8], _: Kind) -> Option<Arc<Texture>> {
        None
    }

    fn remember(&self, _: &[u8], _: Kind, _: &Arc<Texture>) {}
}

impl<'a> Textures<'a> {
    pub(super) fn new(
        container: &'a Container,
        beside: &'a Neighbours<'a>,
        limits: &'a Limits,
        known: &'a dyn Known,
    ) -> Self {
        Self {
            container,
            beside,
            limits,
            known,
            budget: limits.texture_bytes,
            decoded: BTreeMap::new(),
        }
    }

    fn image(&mut self, index: usize, kind: Kind) -> Result<Arc<Texture>, Error> {
        if let Some(texture) = self.decoded.get(&(index, kind)) {
            return Ok(texture.clone());
        }
        let image = self
            .container
            .document
            .images
            .get(index)
            .ok_or(Error::Range("image"))?;
        let bytes = match (&image.uri, image.buffer_view) {
            (_, Some(view)) => self.container.view(view)?.1,
            (Some(uri), None) => fetch(uri, self.beside, self.limits)?,
            (None, None) => return Err(Error::Range("image")),
        };
        let texture = match self.known.find(&bytes, kind) {
            Some(texture) => texture,
            None => {
                let texture = Texture::decode(&bytes, kind, self.limits, &mut self.budget)?;
                let texture = Arc::new(texture);
                self.known.remember(&bytes, kind, &texture);
                texture
            }
        };
        self.decoded.insert((index, kind), texture.clone());
        Ok(texture)
    }

    fn slot(&mut self, reference: &TextureRef, kind: Kind) -> Result<Option<Slot>, Error> {
        let document = &self.container.document;
        let texture = document
            .textures
            .get(reference.index)
            .ok_or(Error::Range("texture"))?;
        // A texture whose picture only an extension names is as none.
        let Some(source) = texture.source else {
            return Ok(None);
        };
        let sampler = texture
            .sampler
            .and_then(|sampler| document.samplers.get(sampler));
        let wraps = sampler.map_or([None; 2], |sampler| [sampler.wrap_s, sampler.wrap_t]);
        let moved = reference.extensions.transform.as_ref();
        let set = moved.and_then(|moved| moved.tex_coord);
        Ok(Some(Slot {
            texture: self.image(source, kind)?,
            set: set.unwrap_or(reference.tex_coord).min(1),
            transform: moved.map_or([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], transform),
            wrap: wraps.map(wrap),
        }))
    }

    fn optional(
        &mut self,
        reference: Option<&TextureRef>,
        kind: Kind,
    ) -> Result<Option<Slot>, Error> {
        reference.map_or(Ok(None), |reference| self.slot(reference, kind))
    }

    /// Reads one material and decodes what it shows.
    pub(super) fn material(&mut self, wire: &schema::Material) -> Result<Material, Error> {
        let plain = Material::plain(wire);
        let kind = match plain.alpha {
            Alpha::Opaque => Kind::Opaque,
            Alpha::Mask(_) | Alpha::Blend => Kind::Transparent,
        };
        let glossy = wire.extensions.specular_glossiness.as_ref();
        let base = wire.pbr_metallic_roughness.base_color_texture.as_ref();
        let base = base.or(glossy.and_then(|glossy| glossy.diffuse_texture.as_ref()));
        let glows = plain.emissive != [0.0; 3];
        let glow = wire.emissive_texture.as_ref().filter(|_| glows);
        let normal = wire.normal_texture.as_ref();
        let normal = normal.filter(|_| self.limits.normal_maps);
        Ok(Material {
            base_slot: self.optional(base, kind)?,
            emissive_slot: self.optional(glow, Kind::Opaque)?,
            normal_slot: self.optional(normal, Kind::Plain)?,
            normal_scale: normal.and_then(|normal| normal.scale).unwrap_or(1.0),
            ..plain
        })
    }
}

/// KHR_texture_transform: scaled, then turned counter-clockwise (v points down), then moved.
fn transform(wire: &schema::Transform) -> [f32; 6] {
    let [du, dv] = wire.offset.unwrap_or_default();
    let [su, sv] = wire.scale.unwrap_or([1.0; 2]);
    let (sin, cos) = wire.rotation.sin_cos();
    [su * cos, sv * sin, du, -su * sin, sv * cos, dv]
}

fn wrap(code: Option<u32>) -> Wrap {
    match code {
        Some(33071) => Wrap::Clamp,
        Some(33648) => Wrap::Mirror,
        _ => Wrap::Repeat,
    }
}
