//! Meshes, with one vertex buffer each as Unity has them.

use std::collections::BTreeMap;

use bundler::model::{Geometry, Mesh as Source, Model, Topology as Kind};
use unityfs::build::model::{Mesh, MorphTarget, Part, SubMesh, Topology};

use crate::shading;

/// Sets of texture coordinates that a mesh can have.
const UV_SETS_MAX: usize = 8;

/// The meshes of a bundle, as nodes ask for them.
pub(crate) struct Meshes<'a> {
    model: &'a Model,
    /// All that was asked for.
    pub(crate) list: Vec<Mesh>,
    /// By mesh and skin, since bind poses are a mesh's.
    known: BTreeMap<(usize, Option<usize>), Vec<Part>>,
}

impl<'a> Meshes<'a> {
    pub(crate) fn of(model: &'a Model) -> Self {
        Self {
            model,
            list: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// What a node shows.
    pub(crate) fn parts(&mut self, mesh: usize, skin: Option<usize>) -> Vec<Part> {
        if let Some(parts) = self.known.get(&(mesh, skin)) {
            return parts.clone();
        }
        let mut parts = Vec::new();
        let source = &self.model.meshes[mesh];
        for group in groups(self.model, source) {
            let (mut mesh, materials) = made(self.model, source, &group);
            if let Some(skin) = skin {
                bind(self.model, skin, &mut mesh);
            }
            parts.push(Part {
                mesh: self.list.len(),
                materials,
            });
            self.list.push(mesh);
        }
        self.known.insert((mesh, skin), parts.clone());
        parts
    }
}

/// Primitives that have their vertices in common, in order.
fn groups(model: &Model, mesh: &Source) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, primitive) in mesh.primitives.iter().enumerate() {
        let own = primitive.geometry;
        let is_same = |group: &&mut Vec<usize>| {
            let other = mesh.primitives[group[0]].geometry;
            other == own || have_same_vertices(&model.geometries[other], &model.geometries[own])
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

fn have_same_vertices(a: &Geometry, b: &Geometry) -> bool {
    a.positions == b.positions
        && a.normals == b.normals
        && a.tangents == b.tangents
        && a.texcoords == b.texcoords
        && a.colors == b.colors
        && a.joints == b.joints
        && a.weights == b.weights
        && a.targets == b.targets
}

/// The name of a morph target, by which clips find it.
pub(crate) fn target_name(mesh: &Source, target: usize) -> String {
    let name = mesh.target_names().get(target).copied();
    let name = name.filter(|name| !name.is_empty());
    name.map_or_else(|| target.to_string(), str::to_owned)
}

fn made(model: &Model, source: &Source, group: &[usize]) -> (Mesh, Vec<Option<usize>>) {
    let primitives: Vec<_> = group.iter().map(|n| &source.primitives[*n]).collect();
    let geometry = &model.geometries[primitives[0].geometry];
    let submeshes = primitives.iter().map(|primitive| {
        let geometry = &model.geometries[primitive.geometry];
        SubMesh {
            topology: match geometry.topology {
                Kind::Triangles => Topology::Triangles,
                Kind::Lines => Topology::Lines,
                Kind::Points => Topology::Points,
            },
            indices: geometry.level(primitive.level).to_vec(),
        }
    });
    let (joints, weights) = influences(geometry);
    let targets = geometry.targets.iter().enumerate();
    let mut mesh = Mesh {
        name: source.name.clone().unwrap_or_default(),
        positions: geometry.positions.clone(),
        normals: geometry.normals.clone(),
        tangents: geometry.tangents.clone(),
        colors: geometry.colors.first().cloned().unwrap_or_default(),
        uvs: texture_coordinates(geometry),
        joints,
        weights,
        inverse_binds: Vec::new(),
        submeshes: submeshes.collect(),
        targets: targets
            .map(|(number, target)| MorphTarget {
                name: target_name(source, number),
                positions: target.positions.clone(),
                normals: target.normals.clone(),
                tangents: target.tangents.clone(),
            })
            .collect(),
    };
    let materials: Vec<Option<usize>> = primitives.iter().map(|p| p.material).collect();
    shade(model, &materials, &mut mesh);
    (mesh, materials)
}

/// Gives the mesh the normals that every shader reads, and the tangents that one with a normal map does.
fn shade(model: &Model, materials: &[Option<usize>], mesh: &mut Mesh) {
    let has_bumps = |material: &usize| model.materials[*material].normal_texture.is_some();
    let is_bumpy = materials.iter().flatten().any(has_bumps);
    let wants_tangents = is_bumpy && mesh.tangents.is_empty() && !mesh.uvs.is_empty();
    if !wants_tangents && !mesh.normals.is_empty() {
        return;
    }
    let triangles = shading::triangles(mesh);
    if triangles.is_empty() {
        return;
    }
    if mesh.normals.is_empty() {
        mesh.normals = shading::normals(&mesh.positions, &triangles);
    }
    if wants_tangents {
        mesh.tangents = shading::tangents(mesh, &triangles);
    }
}

/// Sets up to the last one that is there; those missing before it are zero.
fn texture_coordinates(geometry: &Geometry) -> Vec<Vec<[f32; 2]>> {
    let sets = geometry.texcoords.iter().take(UV_SETS_MAX);
    let mut sets: Vec<_> = sets.cloned().collect();
    while sets.last().is_some_and(Vec::is_empty) {
        sets.pop();
    }
    for set in sets.iter_mut().filter(|set| set.is_empty()) {
        *set = vec![[0.0; 2]; geometry.vertex_count()];
    }
    sets
}

/// The four joints of each vertex; the engine takes no more. Those without weight may name what is not there.
fn influences(geometry: &Geometry) -> (Vec<[u32; 4]>, Vec<[f32; 4]>) {
    let sets = geometry.joints.first().zip(geometry.weights.first());
    let sets = sets.filter(|(joints, weights)| !joints.is_empty() && !weights.is_empty());
    let Some((joints, weights)) = sets else {
        return (Vec::new(), Vec::new());
    };
    let pairs = joints.iter().zip(weights);
    let joints = pairs.map(|(joints, weights)| {
        std::array::from_fn(|slot| match weights[slot] > 0.0 {
            true => u32::from(joints[slot]),
            false => 0,
        })
    });
    (joints.collect(), weights.clone())
}

/// Gives the mesh a skin's bind poses.
fn bind(model: &Model, skin: usize, mesh: &mut Mesh) {
    let skin = &model.skins[skin];
    mesh.inverse_binds = match skin.inverse_bind.is_empty() {
        true => {
            let same = std::array::from_fn(|at| f32::from(u8::from(at % 5 == 0)));
            vec![same; skin.joints.len()]
        }
        false => skin.inverse_bind.clone(),
    };
}

/// Whether a skin moves anything of a mesh.
pub(crate) fn has_influences(model: &Model, mesh: usize) -> bool {
    let mut primitives = model.meshes[mesh].primitives.iter();
    primitives.any(|primitive| {
        let (joints, _) = influences(&model.geometries[primitive.geometry]);
        !joints.is_empty()
    })
}
