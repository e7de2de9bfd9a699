//! Materials and what they use textures for.

use serde_json::{Map, Value};

use super::Annotations;

/// How a material treats alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AlphaMode {
    /// Alpha is ignored.
    #[default]
    Opaque,
    /// Below the cutoff nothing is drawn.
    Mask,
    /// Blended over what is behind.
    Blend,
}

/// A material of the metallic-roughness model. Factors are linear.
#[derive(Debug, Clone, PartialEq)]
pub struct Material {
    /// Its name; scenes address materials by it.
    pub name: Option<String>,
    /// Whether the file says anything of that model (`pbrMetallicRoughness`). Where it does not, glTF's defaults hold;
    /// engines may have their own.
    pub has_surface: bool,
    /// Red, green, blue, alpha.
    pub base_color: [f32; 4],
    /// 0 to 1.
    pub metallic: f32,
    /// 0 to 1.
    pub roughness: f32,
    /// Red, green, blue.
    pub emissive: [f32; 3],
    /// Alpha's meaning.
    pub alpha_mode: AlphaMode,
    /// For [`AlphaMode::Mask`].
    pub alpha_cutoff: f32,
    /// Whether back faces are drawn.
    pub double_sided: bool,
    /// sRGB colour and alpha.
    pub base_color_texture: Option<TextureUse>,
    /// Roughness in green, metallic in blue.
    pub metallic_roughness_texture: Option<TextureUse>,
    /// Tangent-space normals; its strength scales x and y.
    pub normal_texture: Option<TextureUse>,
    /// Occlusion in red.
    pub occlusion_texture: Option<TextureUse>,
    /// sRGB colour.
    pub emissive_texture: Option<TextureUse>,
    /// Extras and extensions; extensions' textures stay in their JSON, see [`texture_uses`].
    pub annotations: Annotations,
}

impl Default for Material {
    fn default() -> Self {
        Self {
            name: None,
            has_surface: true,
            base_color: [1.0; 4],
            metallic: 1.0,
            roughness: 1.0,
            emissive: [0.0; 3],
            alpha_mode: AlphaMode::Opaque,
            alpha_cutoff: 0.5,
            double_sided: false,
            base_color_texture: None,
            metallic_roughness_texture: None,
            normal_texture: None,
            occlusion_texture: None,
            emissive_texture: None,
            annotations: Annotations::default(),
        }
    }
}

/// A texture in one of a material's places.
#[derive(Debug, Clone, PartialEq)]
pub struct TextureUse {
    /// The texture's index.
    pub texture: usize,
    /// The set of texture coordinates; `KHR_texture_transform` may override it, see [`Self::set`].
    pub texcoord: usize,
    /// A normal map's scale or an occlusion map's strength.
    pub strength: f32,
    /// Extras and extensions.
    pub annotations: Annotations,
}

impl TextureUse {
    /// The set of texture coordinates that counts.
    #[must_use]
    pub fn set(&self) -> usize {
        let transform = self.annotations.extensions.get("KHR_texture_transform");
        let over = transform
            .and_then(|t| t.get("texCoord"))
            .and_then(Value::as_u64);
        over.map_or(self.texcoord, |set| {
            usize::try_from(set).unwrap_or(usize::MAX)
        })
    }
}

/// What the texels of an image mean, which decides how they may be resized and encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextureUsage {
    /// sRGB colour.
    Color,
    /// sRGB colour whose alpha cuts out or blends.
    ColorAlpha,
    /// Linear numbers (roughness, occlusion, masks).
    Data,
    /// Linear tangent-space normals.
    Normal,
}

impl Material {
    /// The five places of the core model that hold a texture, with what it means there.
    pub fn core_textures(&self) -> impl Iterator<Item = (&TextureUse, TextureUsage)> {
        let color = match self.alpha_mode {
            AlphaMode::Opaque => TextureUsage::Color,
            AlphaMode::Mask | AlphaMode::Blend => TextureUsage::ColorAlpha,
        };
        [
            (&self.base_color_texture, color),
            (&self.metallic_roughness_texture, TextureUsage::Data),
            (&self.normal_texture, TextureUsage::Normal),
            (&self.occlusion_texture, TextureUsage::Data),
            (&self.emissive_texture, TextureUsage::Color),
        ]
        .into_iter()
        .filter_map(|(texture, usage)| Some((texture.as_ref()?, usage)))
    }

    /// The same five places, to change them.
    pub fn core_textures_mut(&mut self) -> impl Iterator<Item = &mut TextureUse> {
        [
            &mut self.base_color_texture,
            &mut self.metallic_roughness_texture,
            &mut self.normal_texture,
            &mut self.occlusion_texture,
            &mut self.emissive_texture,
        ]
        .into_iter()
        .filter_map(Option::as_mut)
    }
}

/// Texture references inside extensions of a material: every member whose name ends in `Texture` and
/// that has an `index`. Calls `visit` with the member's name and object.
pub fn texture_uses(
    extensions: &mut Map<String, Value>,
    visit: &mut dyn FnMut(&str, &mut Map<String, Value>),
) {
    for (name, value) in extensions.iter_mut() {
        let Value::Object(object) = value else {
            continue;
        };
        if name.ends_with("Texture") && object.contains_key("index") {
            visit(name, object);
        }
        texture_uses(object, visit);
    }
}
