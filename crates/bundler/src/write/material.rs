//! Materials, textures, images. Defaults are left out.

use super::json::{Object, list, quoted};
use crate::model::{AlphaMode, Image, Material, Texture, TextureUse};

pub(super) fn material(material: &Material) -> String {
    let mut pbr = Object::new();
    if material.base_color != [1.0; 4] {
        pbr.floats("baseColorFactor", &material.base_color);
    }
    texture_use(
        &mut pbr,
        "baseColorTexture",
        "",
        material.base_color_texture.as_ref(),
    );
    pbr.float("metallicFactor", material.metallic, 1.0);
    pbr.float("roughnessFactor", material.roughness, 1.0);
    let texture = material.metallic_roughness_texture.as_ref();
    texture_use(&mut pbr, "metallicRoughnessTexture", "", texture);
    let mut object = Object::new();
    object.name(material.name.as_ref());
    if !pbr.is_empty() {
        object.raw("pbrMetallicRoughness", pbr.close());
    }
    texture_use(
        &mut object,
        "normalTexture",
        "scale",
        material.normal_texture.as_ref(),
    );
    let texture = material.occlusion_texture.as_ref();
    texture_use(&mut object, "occlusionTexture", "strength", texture);
    texture_use(
        &mut object,
        "emissiveTexture",
        "",
        material.emissive_texture.as_ref(),
    );
    if material.emissive != [0.0; 3] {
        object.floats("emissiveFactor", &material.emissive);
    }
    match material.alpha_mode {
        AlphaMode::Opaque => {}
        AlphaMode::Mask => {
            object.text("alphaMode", "MASK");
            object.float("alphaCutoff", material.alpha_cutoff, 0.5);
        }
        AlphaMode::Blend => object.text("alphaMode", "BLEND"),
    }
    if material.double_sided {
        object.raw("doubleSided", true);
    }
    object.annotations(&material.annotations);
    object.close()
}

fn texture_use(object: &mut Object, name: &str, strength: &str, texture: Option<&TextureUse>) {
    let Some(texture) = texture else {
        return;
    };
    let mut reference = Object::new();
    reference.raw("index", texture.texture);
    if texture.texcoord != 0 {
        reference.raw("texCoord", texture.texcoord);
    }
    if !strength.is_empty() {
        reference.float(strength, texture.strength, 1.0);
    }
    reference.annotations(&texture.annotations);
    object.raw(name, reference.close());
}

/// The extension by which a texture names an image of a type that the core does not know.
pub(super) fn source_extension(mime: &str) -> Option<&'static str> {
    match mime {
        "image/ktx2" => Some("KHR_texture_basisu"),
        "image/webp" => Some("EXT_texture_webp"),
        _ => None,
    }
}

pub(super) fn texture(texture: &Texture, images: &[Image]) -> String {
    let mut object = Object::new();
    object.name(texture.name.as_ref());
    object.some("sampler", texture.sampler);
    let mut extensions = texture.annotations.extensions.clone();
    if let Some(image) = texture.image {
        match source_extension(&images[image].mime) {
            None => object.raw("source", image),
            Some(name) => {
                let source = serde_json::json!({ "source": image });
                extensions.insert(name.to_owned(), source);
            }
        }
    }
    object.extensions(&extensions);
    object.some("extras", texture.annotations.extras.as_ref());
    object.close()
}

/// An image in a view, or beside the file.
pub(super) fn image(image: &Image, view: Option<usize>) -> String {
    let mut object = Object::new();
    object.name(image.name.as_ref());
    match view {
        Some(view) => {
            object.raw("bufferView", view);
            object.text("mimeType", &image.mime);
        }
        None => object.text("uri", image.file.as_deref().unwrap_or_default()),
    }
    object.annotations(&image.annotations);
    object.close()
}

pub(super) fn names(names: &[String]) -> String {
    list(names.iter().map(|name| quoted(name)))
}
