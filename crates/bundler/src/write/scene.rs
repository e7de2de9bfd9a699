//! Nodes, scenes, skins, meshes.

use super::accessors::Accessors;
use super::json::{Object, list};
use crate::model::{Mesh, Model, Node, Scene, Skin, Topology, Transform};
use crate::pack::{Component, Filter, Layout, Packed, mantissas};

pub(super) fn node(node: &Node, mesh: Option<usize>) -> String {
    let mut object = Object::new();
    object.name(node.name.as_ref());
    object.items("children", &node.children);
    match node.transform {
        Transform::Matrix(matrix) => object.floats("matrix", &matrix),
        Transform::Trs {
            translation,
            rotation,
            scale,
        } => {
            if translation != [0.0; 3] {
                object.floats("translation", &translation);
            }
            if rotation != [0.0, 0.0, 0.0, 1.0] {
                object.floats("rotation", &rotation);
            }
            if scale != [1.0; 3] {
                object.floats("scale", &scale);
            }
        }
    }
    object.some("mesh", mesh);
    object.some("skin", node.skin);
    object.some("camera", node.camera);
    if !node.weights.is_empty() {
        object.floats("weights", &node.weights);
    }
    object.annotations(&node.annotations);
    object.close()
}

pub(super) fn scene(scene: &Scene) -> String {
    let mut object = Object::new();
    object.name(scene.name.as_ref());
    object.items("nodes", &scene.nodes);
    object.annotations(&scene.annotations);
    object.close()
}

pub(super) fn skin(
    skin: &Skin,
    accessors: &mut Accessors,
    exponents: Option<(i32, i32)>,
) -> String {
    let mut object = Object::new();
    object.name(skin.name.as_ref());
    object.items("joints", &skin.joints);
    object.some("skeleton", skin.skeleton);
    if !skin.inverse_bind.is_empty() {
        let layout = Layout {
            component: Component::F32,
            width: 16,
            normalized: false,
            stride: 64,
            filter: match exponents {
                Some(_) => Filter::Exponential,
                None => Filter::None,
            },
        };
        let bytes = match exponents {
            Some(exponents) => rounded(&skin.inverse_bind, exponents),
            None => {
                let floats = skin.inverse_bind.as_flattened().iter();
                floats.flat_map(|float| float.to_le_bytes()).collect()
            }
        };
        let matrices = accessors.data(layout, 0, &bytes, None);
        object.raw("inverseBindMatrices", matrices);
    }
    object.annotations(&skin.annotations);
    object.close()
}

/// Matrices as mantissas; each place of the matrix has its own step.
fn rounded(matrices: &[[f32; 16]], (turned, moved): (i32, i32)) -> Vec<u8> {
    let columns: Vec<Vec<u8>> = (0..16)
        .map(|place| {
            let values: Vec<f32> = matrices.iter().map(|matrix| matrix[place]).collect();
            let exponent = match place {
                3 | 7 | 11 | 15 => 0,
                12..=14 => moved,
                _ => turned,
            };
            mantissas(&values, exponent)
        })
        .collect();
    let row = |matrix: usize| {
        let columns = columns.iter();
        columns.flat_map(move |column| &column[matrix * 4..matrix * 4 + 4])
    };
    (0..matrices.len()).flat_map(row).copied().collect()
}

/// `None` of a mesh nothing of which is left to draw.
pub(super) fn mesh(mesh: &Mesh, packed: &[Packed], accessors: &mut Accessors) -> Option<String> {
    let primitives: Vec<String> = mesh
        .primitives
        .iter()
        .filter(|primitive| !packed[primitive.geometry].is_empty(primitive.level))
        .map(|primitive| {
            let geometry = &packed[primitive.geometry];
            let mut object = Object::new();
            object.raw("attributes", attributes(&geometry.streams, accessors));
            let threes = geometry.topology == Topology::Triangles;
            let count = geometry.vertex_count;
            object.raw(
                "indices",
                accessors.indices(geometry.indices(primitive.level), count, threes),
            );
            match geometry.topology {
                Topology::Points => object.raw("mode", 0),
                Topology::Lines => object.raw("mode", 1),
                Topology::Triangles => {}
            }
            object.some("material", primitive.material);
            let targets = geometry.targets.iter();
            let targets: Vec<String> = targets.map(|t| attributes(t, accessors)).collect();
            object.items("targets", &targets);
            object.annotations(&primitive.annotations);
            object.close()
        })
        .collect();
    if primitives.is_empty() {
        return None;
    }
    let mut object = Object::new();
    object.name(mesh.name.as_ref());
    object.raw("primitives", list(primitives));
    if !mesh.weights.is_empty() {
        object.floats("weights", &mesh.weights);
    }
    object.annotations(&mesh.annotations);
    Some(object.close())
}

fn attributes(streams: &[crate::pack::Stream], accessors: &mut Accessors) -> String {
    let mut object = Object::new();
    for stream in streams {
        object.raw(&stream.name, accessors.vertices(stream));
    }
    object.close()
}

/// The numbers of the meshes that are left.
pub(super) fn mesh_places(model: &Model, packed: &[Packed]) -> Vec<Option<usize>> {
    let mut next = 0;
    let meshes = model.meshes.iter();
    meshes
        .map(|mesh| {
            let mut primitives = mesh.primitives.iter();
            let drawn =
                primitives.any(|primitive| !packed[primitive.geometry].is_empty(primitive.level));
            drawn.then(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}
