//! Gathering: all that is seen of a scene as one heap of triangles.

use bundler::model::space::{Matrix, multiply};
use bundler::model::{Geometry, Material, Model, Topology};
use serde_json::Value;

use super::surface::Surfaces;
use super::{MergeError, Piece};
use crate::crdt::mirrored;
use crate::limits::Limits;

/// A corner of triangles. Vertices are never shared between looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertex {
    pub(super) position: [f32; 3],
    pub(super) normal: [f32; 3],
    pub(super) uv: [f32; 2],
    /// Linear.
    pub(super) color: [f32; 4],
    pub(super) surface: u32,
}

/// Triangles, three indices each.
#[derive(Debug, Clone, Default)]
pub(super) struct Soup {
    pub(super) vertices: Vec<Vertex>,
    pub(super) indices: Vec<u32>,
}

impl Soup {
    pub(super) fn triangle_count(&self) -> usize {
        self.indices.len() / 3
    }

    pub(super) fn triangles(&self) -> impl Iterator<Item = [Vertex; 3]> + '_ {
        let triangles = self.indices.as_chunks::<3>().0.iter();
        triangles.map(|corners| corners.map(|corner| self.vertices[corner as usize]))
    }
}

/// Beyond it nothing is kept: numbers that run away must not spoil the arithmetic.
const REACH_METRES: f64 = 1e5;

pub(super) fn gather(
    models: &[Model],
    pieces: &[Piece],
    surfaces: &mut Surfaces<'_>,
    limits: &Limits,
) -> Result<Soup, MergeError> {
    let worlds: Vec<Vec<Matrix>> = models.iter().map(Model::world_matrices).collect();
    let (mut soup, mut vertices) = (Soup::default(), 0_usize);
    let (what, max) = ("triangles or vertices", limits.triangles_max);
    for piece in pieces {
        let model = &models[piece.model];
        let world = &worlds[piece.model];
        let place = mirrored(&piece.matrix);
        for (index, node) in model.nodes.iter().enumerate() {
            let Some(mesh) = node.mesh.filter(|_| !node.is_collider()) else {
                continue;
            };
            for primitive in &model.meshes[mesh].primitives {
                let geometry = &model.geometries[primitive.geometry];
                if geometry.topology != Topology::Triangles || geometry.indices.is_empty() {
                    continue;
                }
                vertices = vertices.saturating_add(geometry.vertex_count());
                let triangles = soup.triangle_count() + geometry.triangle_count();
                if triangles.max(vertices) > max {
                    return Err(MergeError::TooMany { what, max });
                }
                let surface = surfaces.of(piece.model, primitive.material)?;
                let material = primitive
                    .material
                    .map(|material| &model.materials[material]);
                let posed = Posed::new(model, index, &place, world, geometry);
                posed.add(geometry, material, surface, &mut soup);
            }
        }
    }
    Ok(soup)
}

/// A geometry as its node shows it.
struct Posed {
    /// One matrix for all vertices, or one each.
    matrices: Vec<Matrix>,
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
}

impl Posed {
    fn new(
        model: &Model,
        index: usize,
        place: &Matrix,
        world: &[Matrix],
        geometry: &Geometry,
    ) -> Self {
        let node = &model.nodes[index];
        let weights = match (&node.weights[..], node.mesh) {
            ([], Some(mesh)) => &model.meshes[mesh].weights[..],
            (own, _) => own,
        };
        let mut positions = geometry.positions.clone();
        for (target, &weight) in geometry.targets.iter().zip(weights) {
            if weight != 0.0 {
                for (position, delta) in positions.iter_mut().zip(&target.positions) {
                    *position = std::array::from_fn(|k| position[k] + delta[k] * weight);
                }
            }
        }
        let normals = match geometry.normals.is_empty() {
            true => face_normals(&positions, &geometry.indices),
            false => geometry.normals.clone(),
        };
        let matrices = match node.skin {
            Some(skin) => skinned(model, skin, place, world, geometry),
            None => Vec::new(),
        };
        let matrices = match matrices.is_empty() {
            true => vec![multiply(place, &model.mesh_matrix(index, world))],
            false => matrices,
        };
        Self {
            matrices,
            positions,
            normals,
        }
    }

    fn add(&self, geometry: &Geometry, material: Option<&Material>, surface: u32, soup: &mut Soup) {
        let first = soup.vertices.len() as u32;
        let uv = texcoords(geometry, material);
        let colors = geometry.colors.first().map_or(&[][..], Vec::as_slice);
        let mut flipped = Vec::with_capacity(self.matrices.len());
        flipped.extend(self.matrices.iter().map(|matrix| determinant(matrix) < 0.0));
        let of = |vertex: usize| vertex.min(self.matrices.len() - 1);
        let mut lost = vec![false; geometry.vertex_count()];
        for (vertex, &position) in self.positions.iter().enumerate() {
            let matrix = &self.matrices[of(vertex)];
            let p = position.map(f64::from);
            let moved: [f64; 3] = std::array::from_fn(|row| {
                (0..3).map(|k| matrix[k * 4 + row] * p[k]).sum::<f64>() + matrix[12 + row]
            });
            lost[vertex] = !moved.iter().all(|c| c.abs() < REACH_METRES);
            let color = colors.get(vertex).copied().unwrap_or([1.0; 4]);
            soup.vertices.push(Vertex {
                position: moved.map(|c| c as f32 + 0.0),
                normal: turned(matrix, self.normals[vertex]),
                uv: uv(vertex),
                color: color.map(|c| c.clamp(0.0, 1.0)),
                surface,
            });
        }
        for &[a, b, c] in geometry.indices.as_chunks::<3>().0 {
            if [a, b, c].iter().any(|&corner| lost[corner as usize]) {
                continue;
            }
            // A mirroring transform turns the winding, and with it front and back.
            let [b, c] = if flipped[of(a as usize)] {
                [c, b]
            } else {
                [b, c]
            };
            soup.indices.extend([a, b, c].map(|corner| corner + first));
        }
    }
}

/// A matrix for each vertex: the mean of its joints' by weight.
fn skinned(
    model: &Model,
    skin: usize,
    place: &Matrix,
    world: &[Matrix],
    geometry: &Geometry,
) -> Vec<Matrix> {
    let skin = &model.skins[skin];
    let joints = skin.joints.iter().enumerate();
    let joints = joints.map(|(at, &joint)| match skin.inverse_bind.get(at) {
        Some(bind) => multiply(&multiply(place, &world[joint]), &bind.map(f64::from)),
        None => multiply(place, &world[joint]),
    });
    let joints: Vec<Matrix> = joints.collect();
    let (Some(names), Some(weights)) = (geometry.joints.first(), geometry.weights.first()) else {
        return Vec::new();
    };
    let blend = |(names, weights): (&[u16; 4], &[f32; 4])| {
        let (mut sum, mut total) = ([0.0; 16], 0.0);
        for (&name, &weight) in names.iter().zip(weights) {
            if let Some(joint) = joints.get(usize::from(name)).filter(|_| weight > 0.0) {
                total += f64::from(weight);
                sum.iter_mut()
                    .zip(joint)
                    .for_each(|(s, j)| *s += j * f64::from(weight));
            }
        }
        match total > 1e-6 {
            true => sum.map(|value| value / total),
            false => joints.first().copied().unwrap_or(*place),
        }
    };
    names.iter().zip(weights).map(blend).collect()
}

/// The texture coordinates a material reads, by vertex.
fn texcoords<'a>(
    geometry: &'a Geometry,
    material: Option<&Material>,
) -> impl Fn(usize) -> [f32; 2] + 'a {
    let base = material.and_then(|material| {
        let used = material.base_color_texture.as_ref();
        used.or(material.emissive_texture.as_ref())
    });
    let set = base.map_or(0, |texture| texture.set());
    let values = geometry.texcoords.get(set).map_or(&[][..], Vec::as_slice);
    let transform = base.and_then(|t| t.annotations.extensions.get("KHR_texture_transform"));
    let number = |name: &str, at: usize, default: f64| {
        let value = transform.and_then(|t| t.get(name)?.get(at)?.as_f64());
        value.unwrap_or(default) as f32
    };
    let offset = [number("offset", 0, 0.0), number("offset", 1, 0.0)];
    let scale = [number("scale", 0, 1.0), number("scale", 1, 1.0)];
    let rotation = transform.and_then(|t| t.get("rotation").and_then(Value::as_f64));
    let (sin, cos) = (rotation.unwrap_or(0.0) as f32).sin_cos();
    move |vertex| {
        let [u, v] = values.get(vertex).copied().unwrap_or_default();
        let [u, v] = [u * scale[0], v * scale[1]];
        let moved = [cos * u + sin * v + offset[0], cos * v - sin * u + offset[1]];
        moved.map(|c| {
            if c.is_finite() {
                c.clamp(-1e4, 1e4)
            } else {
                0.0
            }
        })
    }
}

fn face_normals(positions: &[[f32; 3]], indices: &[u32]) -> Vec<[f32; 3]> {
    let mut normals = vec![[0.0; 3]; positions.len()];
    for corners in indices.as_chunks::<3>().0 {
        let normal = cross(corners.map(|corner| positions[corner as usize]));
        for &corner in corners {
            let sum = &mut normals[corner as usize];
            *sum = std::array::from_fn(|k| sum[k] + normal[k]);
        }
    }
    normals.into_iter().map(unit).collect()
}

/// A triangle's normal, twice its area long.
pub(super) fn cross([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    let u: [f32; 3] = std::array::from_fn(|k| b[k] - a[k]);
    let v: [f32; 3] = std::array::from_fn(|k| c[k] - a[k]);
    [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ]
}

pub(super) fn length(v: [f32; 3]) -> f32 {
    v.iter().map(|c| c * c).sum::<f32>().sqrt()
}

/// A unit vector; up where there is no direction.
pub(super) fn unit(v: [f32; 3]) -> [f32; 3] {
    let length = length(v);
    match length > 1e-20 && length.is_finite() {
        true => v.map(|c| c / length),
        false => [0.0, 1.0, 0.0],
    }
}

/// A normal under a linear transform that may scale unevenly or mirror: by its cofactors.
fn turned(matrix: &Matrix, normal: [f32; 3]) -> [f32; 3] {
    let column = |c: usize| [matrix[c * 4], matrix[c * 4 + 1], matrix[c * 4 + 2]];
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
    };
    let [x, y, z] = [column(0), column(1), column(2)];
    let cofactors = [cross(y, z), cross(z, x), cross(x, y)];
    let sign = determinant(matrix).signum();
    let turned: [f64; 3] = std::array::from_fn(|row| {
        let sum = (0..3).map(|k| cofactors[k][row] * f64::from(normal[k]));
        sum.sum::<f64>() * sign
    });
    let length = turned.iter().map(|c| c * c).sum::<f64>().sqrt();
    match length > 1e-30 && length.is_finite() {
        true => turned.map(|c| (c / length) as f32),
        false => [0.0, 1.0, 0.0],
    }
}

fn determinant(m: &Matrix) -> f64 {
    m[0] * (m[5] * m[10] - m[9] * m[6]) - m[4] * (m[1] * m[10] - m[9] * m[2])
        + m[8] * (m[1] * m[6] - m[5] * m[2])
}
