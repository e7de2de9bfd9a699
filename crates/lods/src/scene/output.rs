//! The model that is written: one node, one mesh, a part and a material a look.

use std::sync::Arc;

use bundler::Profile;
use bundler::model::{
    AlphaMode, Annotations, Geometry, Image, Material, Mesh, Model, Node, Primitive, Scene,
    Texture, TextureUse,
};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde_json::json;

use super::MergeOptions;
use super::atlas::Atlas;
use super::surface::Look;

/// As the platform's own meshes have them.
const JPEG_QUALITY: u8 = 85;

pub(super) fn empty() -> Model {
    Model {
        scenes: vec![Scene {
            nodes: vec![0],
            ..Scene::default()
        }],
        scene: Some(0),
        nodes: vec![Node {
            name: Some("scene".to_owned()),
            ..Node::default()
        }],
        ..Model::default()
    }
}

/// Names by which importers know how a material's alpha is meant.
fn name(look: Look) -> &'static str {
    match look {
        Look::Opaque => "lod-opaque",
        Look::Cutout => "lod-cutout",
        Look::Transparent => "lod-transparent",
    }
}

pub(super) fn add(
    model: &mut Model,
    atlas: &Atlas,
    rgba: &[u8],
    (look, double_sided): (Look, bool),
    options: &MergeOptions<'_>,
) {
    let (mime, bytes) = encoded(rgba, atlas.side, look, options);
    let at = model.images.len();
    model.images.push(Image {
        name: Some(name(look).to_owned()),
        mime: mime.to_owned(),
        bytes,
        file: None,
        annotations: Annotations::default(),
    });
    if model.samplers.is_empty() {
        // Linear, with mip maps; nothing repeats.
        let sampler = json!({"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071});
        model.samplers.push(sampler);
    }
    model.textures.push(Texture {
        sampler: Some(0),
        image: Some(at),
        ..Texture::default()
    });
    model.materials.push(Material {
        name: Some(name(look).to_owned()),
        metallic: 0.0,
        roughness: 1.0,
        alpha_mode: match look {
            Look::Opaque => AlphaMode::Opaque,
            Look::Cutout => AlphaMode::Mask,
            Look::Transparent => AlphaMode::Blend,
        },
        double_sided,
        base_color_texture: Some(TextureUse {
            texture: at,
            texcoord: 0,
            strength: 1.0,
            annotations: Annotations::default(),
        }),
        ..Material::default()
    });
    let vertices = &atlas.soup.vertices;
    let colors: Vec<[f32; 4]> = vertices.iter().map(|vertex| vertex.color).collect();
    let white = colors.iter().all(|color| *color == [1.0; 4]);
    model.geometries.push(Geometry {
        indices: atlas.soup.indices.clone(),
        positions: vertices.iter().map(|vertex| vertex.position).collect(),
        normals: vertices.iter().map(|vertex| vertex.normal).collect(),
        texcoords: vec![vertices.iter().map(|vertex| vertex.uv).collect()],
        colors: if white { Vec::new() } else { vec![colors] },
        ..Geometry::default()
    });
    let primitive = Primitive {
        geometry: at,
        material: Some(at),
        ..Primitive::default()
    };
    if model.meshes.is_empty() {
        model.meshes.push(Mesh::default());
        model.nodes[0].mesh = Some(0);
    }
    model.meshes[0].primitives.push(primitive);
}

/// JPEG where nothing is transparent and the reader knows nothing better.
fn encoded(
    rgba: &[u8],
    side: u32,
    look: Look,
    options: &MergeOptions<'_>,
) -> (&'static str, Arc<[u8]>) {
    let opaque = || -> Vec<u8> {
        let pixels = rgba.as_chunks::<4>().0.iter();
        pixels.flat_map(|&[r, g, b, _]| [r, g, b]).collect()
    };
    let mut bytes = Vec::new();
    // Writing to memory cannot fail, and the sizes are right.
    if look == Look::Opaque && options.stored.profile == Profile::Plain {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        let _ = encoder.write_image(&opaque(), side, side, ExtendedColorType::Rgb8);
        return ("image/jpeg", bytes.into());
    }
    let (compression, filter) = (CompressionType::Default, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut bytes, compression, filter);
    let _ = match look {
        Look::Opaque => encoder.write_image(&opaque(), side, side, ExtendedColorType::Rgb8),
        _ => encoder.write_image(rgba, side, side, ExtendedColorType::Rgba8),
    };
    ("image/png", bytes.into())
}
