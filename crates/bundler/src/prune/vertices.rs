//! Vertex data that nobody reads.

use crate::model::{Geometry, Material, Model, texture_uses};

/// What those who draw a geometry read of it.
#[derive(Clone, Default)]
struct Readers {
    /// A node that is no collider, or no node at all.
    seen: bool,
    skinned: bool,
    /// Sets of texture coordinates: those below this number.
    texcoords: usize,
    tangents: bool,
}

pub(super) fn prune(model: &mut Model) {
    let needs: Vec<(usize, bool)> = model.materials.iter().map(needs).collect();
    let mut readers = vec![Readers::default(); model.geometries.len()];
    let mut shown = vec![(false, false, false); model.meshes.len()];
    for node in &model.nodes {
        if let Some(mesh) = node.mesh {
            let shown = &mut shown[mesh];
            shown.0 = true;
            shown.1 |= !node.is_collider();
            shown.2 |= node.skin.is_some();
        }
    }
    for (mesh, &(used, seen, skinned)) in model.meshes.iter().zip(&shown) {
        for primitive in &mesh.primitives {
            let reader = &mut readers[primitive.geometry];
            reader.seen |= seen || !used;
            reader.skinned |= skinned || !used;
            let (texcoords, tangents) = primitive.material.map_or((0, false), |m| needs[m]);
            reader.texcoords = reader.texcoords.max(texcoords);
            reader.tangents |= tangents;
        }
    }
    for (geometry, reader) in model.geometries.iter_mut().zip(&readers) {
        strip(geometry, reader);
    }
}

/// How many sets of texture coordinates a material reads, and whether it reads tangents.
fn needs(material: &Material) -> (usize, bool) {
    let sets = material
        .core_textures()
        .map(|(texture, _)| texture.set() + 1);
    let mut texcoords = sets.max().unwrap_or(0);
    let mut tangents = material.normal_texture.is_some();
    let mut extensions = material.annotations.extensions.clone();
    tangents |= extensions.contains_key("KHR_materials_anisotropy");
    texture_uses(&mut extensions, &mut |name, reference| {
        let set = |object: Option<&serde_json::Value>| object?.get("texCoord")?.as_u64();
        let own = reference
            .get("texCoord")
            .and_then(serde_json::Value::as_u64);
        let transform = reference
            .get("extensions")
            .and_then(|e| e.get("KHR_texture_transform"));
        let set = set(transform).or(own).unwrap_or(0);
        texcoords = texcoords.max(usize::try_from(set).unwrap_or(0) + 1);
        tangents |= name.ends_with("NormalTexture");
    });
    (texcoords, tangents)
}

fn strip(geometry: &mut Geometry, reader: &Readers) {
    // A material put on later by a scene reads the first set, so who can be seen keeps it.
    let texcoords = reader.texcoords.max(usize::from(reader.seen));
    geometry.texcoords.truncate(texcoords);
    while geometry.texcoords.last().is_some_and(Vec::is_empty) {
        geometry.texcoords.pop();
    }
    // glTF gives a meaning to the first set of colours only.
    geometry.colors.truncate(1);
    if !reader.skinned {
        geometry.joints.clear();
        geometry.weights.clear();
    }
    if !reader.seen {
        geometry.normals.clear();
        geometry.colors.clear();
    }
    if geometry.normals.is_empty() || !reader.tangents {
        geometry.tangents.clear();
    }
    let white = |color: &[f32; 4]| *color == [1.0; 4];
    if geometry.colors.iter().flatten().all(white) {
        geometry.colors.clear();
    }
    for target in &mut geometry.targets {
        if geometry.normals.is_empty() {
            target.normals.clear();
        }
        if geometry.tangents.is_empty() {
            target.tangents.clear();
        }
    }
}
