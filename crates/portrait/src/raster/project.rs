//! From metres to cells of the picture, cut at the near plane.

use glam::{Mat4, Vec2, Vec3};

use super::CELLS;
use crate::scene::{Scene, Triangle, Vertex};
use crate::shot::{Projection, Shot};

/// A corner as the picture sees it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Corner {
    /// In cells from the upper left.
    pub(super) at: [f32; 2],
    /// 0 at the near plane, 1 at the far one; linear over the picture.
    pub(super) depth: f32,
    /// 1 / distance, or 1 where distance does not count.
    pub(super) inverse_w: f32,
    /// In the world.
    pub(super) position: Vec3,
    pub(super) normal: Vec3,
    pub(super) uvs: [Vec2; 2],
}

pub(super) struct Projected {
    pub(super) corners: Vec<Corner>,
    pub(super) triangles: Vec<Triangle>,
}

/// Numbers of a projection.
struct Lens {
    scale: Vec2,
    centre: Vec2,
    near: f32,
    far: f32,
    is_perspective: bool,
    to_world: Mat4,
}

impl Lens {
    fn new(shot: &Shot) -> Option<Self> {
        let camera = &shot.camera;
        let size = Vec2::new(shot.width as f32, shot.height as f32) * CELLS as f32;
        let (is_perspective, half_height) = match camera.projection {
            Projection::Orthographic { height_metres } => (false, height_metres / 2.0),
            Projection::Perspective { height_degrees } => (
                true,
                (height_degrees.clamp(0.1, 170.0).to_radians() / 2.0).tan(),
            ),
        };
        let per_cell = size.y / 2.0 / half_height;
        let lens = Self {
            // The picture's y points down.
            scale: Vec2::new(per_cell, -per_cell),
            centre: size / 2.0,
            near: camera.near,
            far: camera.far,
            is_perspective,
            to_world: camera.view().inverse(),
        };
        let sane =
            per_cell.is_finite() && per_cell > 0.0 && camera.near > 0.0 && camera.far > camera.near;
        (sane && camera.far.is_finite()).then_some(lens)
    }

    /// A vertex in the camera's space, in front of the near plane.
    fn corner(&self, vertex: &Vertex, lift: f32) -> Corner {
        let distance = -vertex.position.z;
        let lifted = (distance - lift).max(self.near);
        let (w, depth) = if self.is_perspective {
            let depth = self.far / (self.far - self.near) * (1.0 - self.near / lifted);
            (distance, depth)
        } else {
            (1.0, (lifted - self.near) / (self.far - self.near))
        };
        let at = self.centre + vertex.position.truncate() * self.scale / w;
        Corner {
            at: at.to_array(),
            depth,
            inverse_w: 1.0 / w,
            position: self.to_world.transform_point3(vertex.position),
            normal: vertex.normal,
            uvs: vertex.uvs,
        }
    }
}

fn between(a: &Vertex, b: &Vertex, part: f32) -> Vertex {
    Vertex {
        position: a.position.lerp(b.position, part),
        normal: a.normal.lerp(b.normal, part),
        uvs: [a.uvs[0].lerp(b.uvs[0], part), a.uvs[1].lerp(b.uvs[1], part)],
    }
}

/// The part of a triangle beyond the near plane: none, three or four corners.
fn cut(corners: [&Vertex; 3], near: f32) -> Vec<Vertex> {
    let beyond = |vertex: &Vertex| -vertex.position.z - near;
    let mut kept = Vec::with_capacity(4);
    for index in 0..3 {
        let (a, b) = (corners[index], corners[(index + 1) % 3]);
        let (here, there) = (beyond(a), beyond(b));
        if here >= 0.0 {
            kept.push(*a);
        }
        if (here >= 0.0) != (there >= 0.0) {
            kept.push(between(a, b, here / (here - there)));
        }
    }
    kept
}

/// Projects all triangles; `None` if the camera's numbers make no view.
pub(super) fn project(scene: &Scene, shot: &Shot) -> Option<Projected> {
    let lens = Lens::new(shot)?;
    let view = shot.camera.view();
    if !view.is_finite() {
        return None;
    }
    let seen = |vertex: &Vertex| Vertex {
        position: view.transform_point3(vertex.position),
        ..*vertex
    };
    let vertices: Vec<Vertex> = scene.vertices.iter().map(seen).collect();
    // A vertex belongs to one surface, so its lift is the same for all its triangles.
    let mut corners = vec![Corner::default(); vertices.len()];
    let mut triangles = Vec::with_capacity(scene.triangles.len());
    for triangle in &scene.triangles {
        let lift = scene.surfaces[triangle.surface as usize].lift;
        let own = triangle.corners.map(|corner| &vertices[corner as usize]);
        let distances = own.map(|vertex| -vertex.position.z);
        if distances.iter().all(|distance| *distance > lens.far) {
            continue;
        }
        if distances.iter().all(|distance| *distance >= lens.near) {
            for (corner, vertex) in triangle.corners.into_iter().zip(own) {
                let corner = &mut corners[corner as usize];
                if corner.inverse_w == 0.0 {
                    *corner = lens.corner(vertex, lift);
                }
            }
            triangles.push(*triangle);
            continue;
        }
        let kept = cut(own, lens.near);
        let first = corners.len() as u32;
        corners.extend(kept.iter().map(|vertex| lens.corner(vertex, lift)));
        for last in 2..kept.len() as u32 {
            triangles.push(Triangle {
                corners: [first, first + last - 1, first + last],
                surface: triangle.surface,
            });
        }
    }
    Some(Projected { corners, triangles })
}
