//! Materials, as the scene shader takes them.

use bundler::model::{AlphaMode, Material as Source, TextureUsage, TextureUse};
use serde_json::{Map as Object, Value};
use unityfs::build::model::{Alpha, Base, Map, Material, Scaled};

/// The extension of the older way to describe shine; it replaces the other where a material has both.
const GLOSSINESS: &str = "KHR_materials_pbrSpecularGlossiness";
const TRANSFORM: &str = "KHR_texture_transform";

/// Shine by the older way.
struct Glossiness {
    diffuse: [f32; 4],
    diffuse_texture: Option<TextureUse>,
    specular: [f32; 3],
    glossiness: f32,
    texture: Option<TextureUse>,
}

impl Glossiness {
    fn of(material: &Source) -> Option<Self> {
        let own = material.annotations.extensions.get(GLOSSINESS)?;
        let glossiness = own.get("glossinessFactor").and_then(Value::as_f64);
        Some(Self {
            diffuse: floats(own.get("diffuseFactor"), [1.0; 4]),
            diffuse_texture: texture(own.get("diffuseTexture")),
            specular: floats(own.get("specularFactor"), [1.0; 3]),
            glossiness: glossiness.unwrap_or(1.0) as f32,
            texture: texture(own.get("specularGlossinessTexture")),
        })
    }
}

/// So many numbers, or else the default.
fn floats<const N: usize>(value: Option<&Value>, default: [f32; N]) -> [f32; N] {
    let numbers = value.and_then(Value::as_array).into_iter().flatten();
    let numbers = numbers.filter_map(Value::as_f64).map(|n| n as f32);
    let numbers: Vec<f32> = numbers.filter(|n| n.is_finite()).collect();
    numbers.try_into().unwrap_or(default)
}

/// A reference that the reader left as it was, because it is in an extension.
fn texture(value: Option<&Value>) -> Option<TextureUse> {
    let own = value?.as_object()?;
    let texture = usize::try_from(own.get("index")?.as_u64()?).ok()?;
    let extensions = own.get("extensions").and_then(Value::as_object);
    Some(TextureUse {
        texture,
        texcoord: 0,
        strength: 1.0,
        annotations: bundler::model::Annotations {
            extras: None,
            extensions: extensions.cloned().unwrap_or_default(),
        },
    })
}

/// The textures a material reads, and what their texels mean there.
pub(crate) fn textures(material: &Source) -> Vec<(usize, TextureUsage)> {
    let glossiness = Glossiness::of(material);
    let base = match &glossiness {
        Some(own) => [
            (own.diffuse_texture.as_ref(), TextureUsage::ColorAlpha),
            // Red, green and blue are colour: what alpha loses by that is less than what they would lose.
            (own.texture.as_ref(), TextureUsage::ColorAlpha),
        ],
        None => [
            (
                material.base_color_texture.as_ref(),
                TextureUsage::ColorAlpha,
            ),
            (
                material.metallic_roughness_texture.as_ref(),
                TextureUsage::Data,
            ),
        ],
    };
    let rest = [
        (material.normal_texture.as_ref(), TextureUsage::Normal),
        // The original reads occlusion as if it were colour, and so too dark; it is data.
        (material.occlusion_texture.as_ref(), TextureUsage::Data),
        (material.emissive_texture.as_ref(), TextureUsage::ColorAlpha),
    ];
    let all = base.into_iter().chain(rest);
    all.filter_map(|(texture, usage)| Some((texture?.texture, usage)))
        .collect()
}

/// A material. `picture` gives a texture's place in the bundle; one that has none is left out, as are all where nothing
/// shows the material.
pub(crate) fn material(source: &Source, picture: &dyn Fn(usize) -> Option<usize>) -> Material {
    let map = |texture: &Option<TextureUse>| texture.as_ref().and_then(|of| mapped(of, picture));
    let scaled = |texture: &Option<TextureUse>| {
        let strength = texture.as_ref().map_or(1.0, |of| of.strength);
        map(texture).map(|map| Scaled { map, strength })
    };
    let base = match Glossiness::of(source) {
        Some(own) => Some(Base::SpecularGlossiness {
            diffuse: own.diffuse,
            diffuse_map: map(&own.diffuse_texture),
            specular: own.specular,
            glossiness: own.glossiness,
            specular_glossiness_map: map(&own.texture),
        }),
        None => source.has_surface.then(|| Base::MetallicRoughness {
            color: source.base_color,
            color_map: map(&source.base_color_texture),
            metallic: source.metallic,
            roughness: source.roughness,
            metallic_roughness_map: map(&source.metallic_roughness_texture),
        }),
    };
    Material {
        name: source.name.clone().unwrap_or_default(),
        base,
        normal: scaled(&source.normal_texture),
        occlusion: scaled(&source.occlusion_texture),
        emissive_factor: source.emissive,
        emissive: map(&source.emissive_texture),
        alpha: match source.alpha_mode {
            AlphaMode::Opaque => Alpha::Opaque,
            AlphaMode::Mask => Alpha::Mask(source.alpha_cutoff),
            AlphaMode::Blend => Alpha::Blend,
        },
        is_double_sided: source.double_sided,
    }
}

fn mapped(texture: &TextureUse, picture: &dyn Fn(usize) -> Option<usize>) -> Option<Map> {
    let none = Object::new();
    let transform = texture.annotations.extensions.get(TRANSFORM);
    let transform = transform.and_then(Value::as_object).unwrap_or(&none);
    Some(Map {
        texture: picture(texture.texture)?,
        scale: floats(transform.get("scale"), [1.0; 2]),
        offset: floats(transform.get("offset"), [0.0; 2]),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn used(texture: usize) -> Option<TextureUse> {
        super::texture(Some(&json!({"index": texture})))
    }

    #[test]
    fn the_older_shine_replaces_the_other() {
        let mut source = Source {
            base_color_texture: used(0),
            occlusion_texture: used(1),
            ..Source::default()
        };
        let uses = [(0, TextureUsage::ColorAlpha), (1, TextureUsage::Data)];
        assert_eq!(textures(&source), uses);
        let own = json!({"diffuseTexture": {"index": 2, "extensions":
            {"KHR_texture_transform": {"offset": [0.5, 0.25], "scale": [2, 4]}}}, "glossinessFactor": 0.5});
        let extensions = &mut source.annotations.extensions;
        extensions.insert(GLOSSINESS.to_owned(), own);
        let uses = [(2, TextureUsage::ColorAlpha), (1, TextureUsage::Data)];
        assert_eq!(textures(&source), uses);
        let made = material(&source, &|texture| (texture == 2).then_some(7));
        let map = Map {
            texture: 7,
            scale: [2.0, 4.0],
            offset: [0.5, 0.25],
        };
        let expected = Base::SpecularGlossiness {
            diffuse: [1.0; 4],
            diffuse_map: Some(map),
            specular: [1.0; 3],
            glossiness: 0.5,
            specular_glossiness_map: None,
        };
        assert_eq!((made.base, made.occlusion), (Some(expected), None));
    }

    #[test]
    fn where_the_file_is_silent_the_shader_has_its_own_defaults() {
        let source = Source {
            has_surface: false,
            ..Source::default()
        };
        assert_eq!(material(&source, &|_| None).base, None);
        assert!(material(&Source::default(), &|_| None).base.is_some());
    }
}
