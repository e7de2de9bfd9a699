//! Simple shapes as models: what the SDK's mesh renderers show.

use std::f32::consts::{PI, TAU};

use bundler::Files;
use bundler::model::{
    AlphaMode, Annotations, Geometry, Image, Material, Mesh, Model, Node, Primitive, Scene,
    Texture, TextureUse,
};
use serde_json::json;

use crate::crdt::{Paint, Shape, Transparency};

/// Parts around a round shape, and rings from pole to pole: it is seen from afar.
const AROUND: u16 = 12;
const RINGS: u16 = 6;

/// A shape as a model, its texture from the scene's files. A texture that is not there is none.
#[must_use]
pub fn shape_model(shape: Shape, paint: &Paint, files: &dyn Files) -> Model {
    let bytes = paint.texture.as_deref().and_then(|path| files.get(path));
    let image = bytes.map(|bytes| Image {
        name: None,
        mime: mime(&bytes).to_owned(),
        bytes: bytes.into_owned().into(),
        file: None,
        annotations: Annotations::default(),
    });
    let wrap = if paint.repeats { 10_497 } else { 33_071 };
    let texture = image.as_ref().map(|_| TextureUse {
        texture: 0,
        texcoord: 0,
        strength: 1.0,
        annotations: Annotations::default(),
    });
    let [r, g, b, alpha] = paint.color;
    let [r, g, b] = [r, g, b].map(linear);
    Model {
        scenes: vec![Scene {
            nodes: vec![0],
            ..Scene::default()
        }],
        scene: Some(0),
        nodes: vec![Node {
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
        geometries: vec![geometry(shape)],
        materials: vec![Material {
            base_color: [r, g, b, alpha],
            metallic: 0.0,
            emissive: paint.emissive.map(linear),
            alpha_mode: match paint.transparency {
                Transparency::Opaque => AlphaMode::Opaque,
                Transparency::Cutout => AlphaMode::Mask,
                Transparency::Blend => AlphaMode::Blend,
            },
            alpha_cutoff: paint.cutoff,
            double_sided: shape == Shape::Plane,
            base_color_texture: texture,
            ..Material::default()
        }],
        textures: image
            .iter()
            .map(|_| Texture {
                sampler: Some(0),
                image: Some(0),
                ..Texture::default()
            })
            .collect(),
        samplers: vec![json!({"wrapS": wrap, "wrapT": wrap})],
        images: image.into_iter().collect(),
        ..Model::default()
    }
}

fn mime(bytes: &[u8]) -> &'static str {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => "image/jpeg",
    }
}

fn linear(value: f32) -> f32 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn geometry(shape: Shape) -> Geometry {
    let mut made = Geometry {
        texcoords: vec![Vec::new()],
        ..Geometry::default()
    };
    match shape {
        Shape::Box => {
            for axis in 0..3 {
                for sign in [-0.5, 0.5] {
                    square(&mut made, axis, sign);
                }
            }
        }
        Shape::Plane => square_at(&mut made, 2, 1.0, 0.0),
        Shape::Sphere => {
            let profile = (0..=RINGS).map(|ring| {
                let angle = PI * f32::from(ring) / f32::from(RINGS);
                (
                    [angle.sin() * 0.5, angle.cos() * 0.5],
                    [angle.sin(), angle.cos()],
                )
            });
            let profile: Vec<_> = profile.collect();
            turn(&mut made, &profile);
        }
        Shape::Cylinder {
            radius_top,
            radius_bottom,
        } => {
            let slope = radius_bottom - radius_top;
            let length = slope.hypot(1.0);
            let side = [1.0 / length, slope / length];
            let (top, bottom) = ([radius_top, 0.5], [radius_bottom, -0.5]);
            turn(&mut made, &[(top, side), (bottom, side)]);
            turn(&mut made, &[([0.0, 0.5], [0.0, 1.0]), (top, [0.0, 1.0])]);
            turn(
                &mut made,
                &[(bottom, [0.0, -1.0]), ([0.0, -0.5], [0.0, -1.0])],
            );
        }
    }
    made
}

fn square(made: &mut Geometry, axis: usize, at: f32) {
    square_at(made, axis, at.signum(), at);
}

/// A square across an axis that looks along its sign.
fn square_at(made: &mut Geometry, axis: usize, sign: f32, at: f32) {
    let first = made.positions.len() as u32;
    let (right, up) = match axis {
        0 => (2, 1),
        1 => (0, 2),
        _ => (0, 1),
    };
    // So that right, up and the normal are a right-handed frame.
    let turn = if axis == 2 { sign } else { -sign };
    for (u, v) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] {
        let (mut position, mut normal) = ([0.0; 3], [0.0; 3]);
        position[right] = (u - 0.5) * turn;
        position[up] = v - 0.5;
        position[axis] = at;
        normal[axis] = sign;
        made.positions.push(position);
        made.normals.push(normal);
        made.texcoords[0].push([u, 1.0 - v]);
    }
    let corners = [0, 1, 2, 0, 2, 3].map(|corner| corner + first);
    made.indices.extend(corners);
}

/// A line from top to bottom, of radius and height with its normal, turned around the y axis.
fn turn(made: &mut Geometry, profile: &[([f32; 2], [f32; 2])]) {
    let first = made.positions.len() as u32;
    let row = u32::from(AROUND) + 1;
    for (at, &([radius, height], [out, up])) in profile.iter().enumerate() {
        for part in 0..=AROUND {
            let share = f32::from(part) / f32::from(AROUND);
            // The last is exactly where the first is.
            let (sin, cos) = (f32::from(part % AROUND) / f32::from(AROUND) * TAU).sin_cos();
            made.positions.push([radius * sin, height, radius * cos]);
            made.normals.push([out * sin, up, out * cos]);
            let down = at as f32 / (profile.len() - 1) as f32;
            made.texcoords[0].push([share, down]);
        }
    }
    for ring in 0..profile.len() as u32 - 1 {
        for part in 0..u32::from(AROUND) {
            let upper = first + ring * row + part;
            let lower = upper + row;
            let corners = [upper, lower, lower + 1, upper, lower + 1, upper + 1];
            made.indices.extend(corners);
        }
    }
}
