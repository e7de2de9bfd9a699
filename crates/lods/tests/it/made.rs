//! Small models made by hand.

use std::f32::consts::TAU;

use bundler::model::{
    AlphaMode, Annotations, Geometry, Image, Material, Mesh, Model, Node, Primitive, Scene,
    Texture, TextureUse,
};
use image::{ImageEncoder, codecs::png::PngEncoder};
use serde_json::json;

/// A model of one node with one geometry, in the material's colour.
pub(crate) fn model(name: &str, geometry: Geometry, material: Material) -> Model {
    Model {
        scenes: vec![Scene {
            nodes: vec![0],
            ..Scene::default()
        }],
        scene: Some(0),
        nodes: vec![Node {
            name: Some(name.to_owned()),
            mesh: Some(0),
            ..Node::default()
        }],
        meshes: vec![Mesh {
            primitives: vec![Primitive {
                material: Some(0),
                ..Primitive::default()
            }],
            ..Mesh::default()
        }],
        geometries: vec![geometry],
        materials: vec![material],
        ..Model::default()
    }
}

/// A floor around the origin that looks up, in `cells` by `cells` squares; its texture is `repeats`
/// times as wide as it.
pub(crate) fn floor(side: f32, cells: u32, repeats: f32) -> Geometry {
    let mut floor = Geometry {
        texcoords: vec![Vec::new()],
        ..Geometry::default()
    };
    for z in 0..=cells {
        for x in 0..=cells {
            let share = [x, z].map(|c| c as f32 / cells as f32);
            let [px, pz] = share.map(|c| (c - 0.5) * side);
            floor.positions.push([px, 0.0, pz]);
            floor.normals.push([0.0, 1.0, 0.0]);
            floor.texcoords[0].push(share.map(|c| c * repeats));
        }
    }
    let row = cells + 1;
    for z in 0..cells {
        for x in 0..cells {
            let first = z * row + x;
            let square = [
                first,
                first + row,
                first + 1,
                first + 1,
                first + row,
                first + row + 1,
            ];
            floor.indices.extend(square);
        }
    }
    floor
}

/// A ball around a point, smooth, without a texture.
pub(crate) fn ball(middle: [f32; 3], radius: f32, rings: u32) -> Geometry {
    let mut ball = Geometry::default();
    let around = rings * 2;
    for ring in 0..=rings {
        let (out, up) = (TAU / 2.0 * ring as f32 / rings as f32).sin_cos();
        let out = if ring == 0 || ring == rings { 0.0 } else { out };
        for part in 0..around {
            let (sin, cos) = (TAU * part as f32 / around as f32).sin_cos();
            let normal = [out * sin, up, out * cos];
            ball.normals.push(normal);
            ball.positions
                .push(std::array::from_fn(|k| middle[k] + normal[k] * radius));
        }
    }
    for ring in 0..rings {
        for part in 0..around {
            let next = (part + 1) % around;
            let (a, b) = (ring * around + part, ring * around + next);
            let (c, d) = (a + around, b + around);
            // At a pole all are one point.
            if ring + 1 < rings {
                ball.indices.extend([a, c, d]);
            }
            if ring > 0 {
                ball.indices.extend([a, d, b]);
            }
        }
    }
    ball
}

/// A material with an image in its first texture.
pub(crate) fn textured(model: &mut Model, png: Vec<u8>, alpha: AlphaMode) {
    model.images = vec![Image {
        name: None,
        mime: "image/png".to_owned(),
        bytes: png.into(),
        file: None,
        annotations: Annotations::default(),
    }];
    model.samplers = vec![json!({})];
    model.textures = vec![Texture {
        sampler: Some(0),
        image: Some(0),
        ..Texture::default()
    }];
    let material = &mut model.materials[0];
    material.alpha_mode = alpha;
    material.base_color_texture = Some(TextureUse {
        texture: 0,
        texcoord: 0,
        strength: 1.0,
        annotations: Annotations::default(),
    });
}

pub(crate) fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels: Vec<u8> = places.flat_map(|(x, y)| pixel(x, y)).collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, width, height, image::ExtendedColorType::Rgba8)
        .expect("a small image can be written");
    bytes
}
