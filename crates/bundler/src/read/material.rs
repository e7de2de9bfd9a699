//! Materials.

use serde_json::{Map, Value};

use super::document::Document;
use super::fields::Fields;
use super::{ReadError, broken};
use crate::model::{AlphaMode, Material, TextureUse, texture_uses};

pub(super) fn read(document: &Document<'_>, textures: usize) -> Result<Vec<Material>, ReadError> {
    let materials = document.json.list("materials").iter();
    materials.map(|json| material(json, textures)).collect()
}

fn material(json: &Value, textures: usize) -> Result<Material, ReadError> {
    let nothing = Map::new();
    let pbr = json.get("pbrMetallicRoughness").and_then(Value::as_object);
    let pbr = pbr.unwrap_or(&nothing);
    let own = json.as_object().unwrap_or(&nothing);
    let default = Material::default();
    let mut annotations = json.annotations();
    let mut outside = false;
    texture_uses(&mut annotations.extensions, &mut |_, reference| {
        outside |= reference.size("index", usize::MAX) >= textures;
    });
    if outside {
        return Err(broken("an extension of a material names no texture"));
    }
    Ok(Material {
        name: json.name(),
        has_surface: !pbr.is_empty() || json.get("pbrMetallicRoughness").is_some(),
        base_color: pbr.floats("baseColorFactor").unwrap_or(default.base_color),
        metallic: pbr.float("metallicFactor").unwrap_or(default.metallic),
        roughness: pbr.float("roughnessFactor").unwrap_or(default.roughness),
        emissive: own.floats("emissiveFactor").unwrap_or(default.emissive),
        alpha_mode: match own.text("alphaMode") {
            Some("MASK") => AlphaMode::Mask,
            Some("BLEND") => AlphaMode::Blend,
            _ => AlphaMode::Opaque,
        },
        alpha_cutoff: own.float("alphaCutoff").unwrap_or(default.alpha_cutoff),
        double_sided: own.get("doubleSided").and_then(Value::as_bool) == Some(true),
        base_color_texture: texture(pbr, "baseColorTexture", "", textures)?,
        metallic_roughness_texture: texture(pbr, "metallicRoughnessTexture", "", textures)?,
        normal_texture: texture(own, "normalTexture", "scale", textures)?,
        occlusion_texture: texture(own, "occlusionTexture", "strength", textures)?,
        emissive_texture: texture(own, "emissiveTexture", "", textures)?,
        annotations,
    })
}

fn texture(
    json: &Map<String, Value>,
    name: &str,
    strength: &str,
    textures: usize,
) -> Result<Option<TextureUse>, ReadError> {
    let Some(json) = json.get(name).and_then(Value::as_object) else {
        return Ok(None);
    };
    let Some(texture) = json.index("index", textures)? else {
        return Ok(None);
    };
    Ok(Some(TextureUse {
        texture,
        texcoord: json.size("texCoord", 0),
        strength: json.float(strength).unwrap_or(1.0),
        annotations: json.annotations(),
    }))
}
