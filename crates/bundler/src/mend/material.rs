//! Factors of materials.

use serde_json::json;

use crate::model::Material;

pub(super) const STRENGTH: &str = "KHR_materials_emissive_strength";

pub(super) fn has_strength(material: &Material) -> bool {
    material.annotations.extensions.contains_key(STRENGTH)
}

/// Brings factors into their ranges. Light beyond 1 moves to the extension made for it.
pub(super) fn mend(material: &mut Material) {
    let unit = |factor: f32| factor.clamp(0.0, 1.0);
    material.base_color = material.base_color.map(unit);
    material.metallic = unit(material.metallic);
    material.roughness = unit(material.roughness);
    material.alpha_cutoff = material.alpha_cutoff.max(0.0);
    if let Some(texture) = &mut material.occlusion_texture {
        texture.strength = unit(texture.strength);
    }
    let emissive = material.emissive.map(|factor| factor.max(0.0));
    let brightest = emissive.into_iter().fold(0.0, f32::max);
    if brightest <= 1.0 {
        material.emissive = emissive;
        return;
    }
    let extensions = &mut material.annotations.extensions;
    let before = extensions.get(STRENGTH);
    let before = before.and_then(|s| s.get("emissiveStrength")?.as_f64());
    let strength = before.unwrap_or(1.0) * f64::from(brightest);
    extensions.insert(STRENGTH.to_owned(), json!({ "emissiveStrength": strength }));
    material.emissive = emissive.map(|factor| factor / brightest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_beyond_one_keeps_its_strength() {
        let mut material = Material {
            emissive: [4.0, 2.0, -1.0],
            metallic: 1.5,
            ..Material::default()
        };
        mend(&mut material);
        assert_eq!(material.emissive, [1.0, 0.5, 0.0]);
        assert_eq!(material.metallic, 1.0);
        let strength = &material.annotations.extensions[STRENGTH];
        assert_eq!(strength, &json!({ "emissiveStrength": 4.0 }));
    }
}
