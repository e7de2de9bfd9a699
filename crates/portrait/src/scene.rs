//! A composed avatar in its pose: triangles in metres, and how their surfaces look.

mod surface;

use glam::{Mat3, Mat4, Vec2, Vec3};

use crate::category::face_part;
use crate::compose::{Composition, Shape};
use crate::model::{Instance, Material, Model, Primitive};
use crate::pose::{Pose, Skeleton};

pub(crate) use surface::Surface;

/// A corner of triangles.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Vertex {
    pub(crate) position: Vec3,
    pub(crate) normal: Vec3,
    pub(crate) uvs: [Vec2; 2],
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Triangle {
    pub(crate) corners: [u32; 3],
    pub(crate) surface: u32,
}

/// A posed avatar, to be drawn from any side. Metres, y up; the avatar looks to +z, its feet at y = 0.
#[derive(Debug, Default)]
pub struct Scene {
    pub(crate) vertices: Vec<Vertex>,
    pub(crate) triangles: Vec<Triangle>,
    pub(crate) surfaces: Vec<Surface>,
}

/// Beyond it nothing is drawn: models whose numbers run away must not spoil the arithmetic.
const REACH_METRES: f32 = 1000.0;

impl Scene {
    /// Poses a composition.
    #[must_use]
    pub fn new(composition: &Composition, pose: &Pose) -> Self {
        let skeleton = Skeleton::new(&composition.body, pose);
        let mut scene = Self::default();
        scene.add_model(composition, &composition.body, &skeleton, true);
        for worn in &composition.worn {
            if let Shape::Model(model) = &worn.shape {
                scene.add_model(composition, model, &skeleton, false);
            }
        }
        scene
    }

    /// How many triangles there are.
    #[must_use]
    pub fn triangles(&self) -> usize {
        self.triangles.len()
    }

    /// Lowest and highest corner, or none of an empty scene.
    #[must_use]
    pub fn bounds(&self) -> Option<([f32; 3], [f32; 3])> {
        let corners = self.triangles.iter().flat_map(|triangle| triangle.corners);
        let mut positions = corners.map(|corner| self.vertices[corner as usize].position);
        let first = positions.next()?;
        let (low, high) =
            positions.fold((first, first), |(low, high), p| (low.min(p), high.max(p)));
        Some((low.to_array(), high.to_array()))
    }

    fn add_model(
        &mut self,
        composition: &Composition,
        model: &Model,
        skeleton: &Skeleton,
        is_body: bool,
    ) {
        let globals = model.graph.globals(|name| skeleton.bone(name));
        for instance in &model.instances {
            if instance.collides() {
                continue;
            }
            let part = instance.part();
            if is_body && !composition.shows_part(part) {
                continue;
            }
            let face = face_part(&part.to_lowercase()).filter(|_| is_body);
            let transforms = Transforms::new(model, instance, &globals);
            for primitive in &model.meshes[instance.mesh] {
                let plain = Material::default();
                let material = primitive
                    .material
                    .and_then(|index| model.materials.get(index));
                let material = material.unwrap_or(&plain);
                let worn = face.and_then(|category| composition.worn(category));
                let surface = match worn.map(|worn| (worn.category, &worn.shape)) {
                    Some((category, Shape::Face { picture, mask })) => {
                        let mask = mask.clone();
                        Surface::face(category, picture.clone(), mask, &composition.tints)
                    }
                    _ => Surface::new(material, &composition.tints),
                };
                self.add_primitive(primitive, &transforms, surface);
            }
        }
    }

    fn add_primitive(&mut self, primitive: &Primitive, transforms: &Transforms, surface: Surface) {
        let surface_index = self.surfaces.len() as u32;
        let first = self.vertices.len() as u32;
        let mut flipped = Vec::with_capacity(primitive.positions.len());
        for index in 0..primitive.positions.len() {
            let transform = transforms.at(primitive, index);
            let linear = Mat3::from_mat4(transform);
            let normal = primitive.normals.get(index).copied().unwrap_or_default();
            let uvs = primitive
                .uvs
                .each_ref()
                .map(|set| set.get(index).copied().unwrap_or_default());
            self.vertices.push(Vertex {
                position: transform.transform_point3(Vec3::from_array(primitive.positions[index])),
                normal: turned(linear, Vec3::from_array(normal)),
                uvs: uvs.map(Vec2::from_array),
            });
            flipped.push(linear.determinant() < 0.0);
        }
        let own = &self.vertices[first as usize..];
        let lost = |corner: &u32| {
            let position = own[*corner as usize].position;
            !(position.is_finite() && position.abs().max_element() < REACH_METRES)
        };
        let kept = primitive
            .triangles
            .iter()
            .filter(|corners| !corners.iter().any(lost));
        let triangles = kept.map(|&[a, b, c]| {
            // A mirroring transform turns the winding, and with it front and back.
            let [b, c] = if flipped[a as usize] { [c, b] } else { [b, c] };
            Triangle {
                corners: [a + first, b + first, c + first],
                surface: surface_index,
            }
        });
        let triangles: Vec<Triangle> = triangles.collect();
        self.triangles.extend(triangles);
        self.surfaces.push(surface);
        if primitive.normals.is_empty() {
            self.make_normals(first);
        }
    }

    /// Normals of the vertices from `first` on, from their triangles by area: models may come
    /// without.
    fn make_normals(&mut self, first: u32) {
        let triangles = self.triangles.iter().rev();
        for triangle in triangles.take_while(|triangle| triangle.corners[0] >= first) {
            let [a, b, c] = triangle
                .corners
                .map(|corner| self.vertices[corner as usize].position);
            let normal = (b - a).cross(c - a);
            for corner in triangle.corners {
                self.vertices[corner as usize].normal += normal;
            }
        }
        for vertex in &mut self.vertices[first as usize..] {
            vertex.normal = vertex.normal.normalize_or_zero();
        }
    }
}

/// A normal under a linear transform that may scale unevenly or mirror.
fn turned(linear: Mat3, normal: Vec3) -> Vec3 {
    let [x, y, z] = [linear.x_axis, linear.y_axis, linear.z_axis];
    let cofactors = Mat3::from_cols(y.cross(z), z.cross(x), x.cross(y));
    let sign = if linear.determinant() < 0.0 {
        -1.0
    } else {
        1.0
    };
    (cofactors * normal * sign).normalize_or_zero()
}

/// What moves the vertices of one mesh: its skin's joints, or its node.
enum Transforms {
    Skinned(Vec<Mat4>),
    Rigid(Mat4),
}

impl Transforms {
    fn new(model: &Model, instance: &Instance, globals: &[Mat4]) -> Self {
        let skin = instance.skin.map(|skin| &model.skins[skin]);
        match skin.filter(|skin| !skin.joints.is_empty()) {
            Some(skin) => {
                let joints = skin.joints.iter().zip(&skin.inverse_binds);
                Self::Skinned(
                    joints
                        .map(|(joint, bind)| globals[*joint] * *bind)
                        .collect(),
                )
            }
            None => Self::Rigid(globals[instance.node]),
        }
    }

    /// The transform of one vertex: the mean of its joints' by weight. Without weights the first joint
    /// moves it all.
    fn at(&self, primitive: &Primitive, index: usize) -> Mat4 {
        let matrices = match self {
            Self::Rigid(matrix) => return *matrix,
            Self::Skinned(matrices) => matrices,
        };
        let (Some(joints), Some(weights)) =
            (primitive.joints.get(index), primitive.weights.get(index))
        else {
            return matrices[0];
        };
        let (mut sum, mut total) = (Mat4::ZERO, 0.0);
        for (joint, weight) in joints.iter().zip(weights) {
            if let Some(matrix) = matrices.get(*joint as usize).filter(|_| *weight > 0.0) {
                sum += *matrix * *weight;
                total += weight;
            }
        }
        if total > 1e-6 {
            sum * (1.0 / total)
        } else {
            matrices[0]
        }
    }
}
