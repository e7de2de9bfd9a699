//! `MSFT_lod`: nodes that name the nodes of their coarser levels.
//!
//! A node's levels stand in no scene and have its transform; a reader shows one of them in its place.
//! What hangs below a node, moves it or bends it would not come along, so nodes with children or tracks
//! of their own have no levels here.

use bundler::model::{Mesh, Model, Node, Primitive};
use serde_json::{Value, json};

use super::LevelOptions;

const EXTENSION: &str = "MSFT_lod";
/// By how many pixels of a thousand a surface may be off before it is seen.
const PIXELS: f32 = 2.0 / 1000.0;

pub(super) fn add_nodes(model: &mut Model, options: &LevelOptions) {
    let mut moved = vec![false; model.nodes.len()];
    let channels = model.animations.iter().flat_map(|clip| &clip.channels);
    channels.for_each(|channel| moved[channel.node] = true);
    // Nodes that show the same mesh show the same coarser ones.
    let mut coarser: Vec<Option<Vec<(usize, usize)>>> = vec![None; model.meshes.len()];
    let mut any = false;
    for (index, moved) in moved.into_iter().enumerate() {
        let node = &model.nodes[index];
        let still = node.children.is_empty() && !moved && node.skin.is_none();
        let Some(mesh) = node.mesh.filter(|_| still && !node.is_collider()) else {
            continue;
        };
        if coarser[mesh].is_none() {
            coarser[mesh] = Some(add_meshes(model, mesh, options.wanted.len()));
        }
        let levels = coarser[mesh].clone().unwrap_or_default();
        if levels.is_empty() {
            continue;
        }
        let first = model.nodes.len();
        let transform = model.nodes[index].transform;
        model.nodes.extend(levels.iter().map(|&(_, mesh)| Node {
            transform,
            mesh: Some(mesh),
            ..Node::default()
        }));
        let ids: Vec<usize> = (first..model.nodes.len()).collect();
        let mut coverage: Vec<f32> = levels
            .iter()
            .map(|&(level, _)| (PIXELS / options.wanted[level - 1].error.max(PIXELS)).min(1.0))
            .collect();
        // The coarsest is shown however far away it is.
        coverage.push(0.0);
        let annotations = &mut model.nodes[index].annotations;
        let extension = json!({ "ids": ids });
        annotations
            .extensions
            .insert(EXTENSION.to_owned(), extension);
        let extras = annotations.extras.get_or_insert_with(|| json!({}));
        if let Value::Object(extras) = extras {
            extras.insert("MSFT_screencoverage".to_owned(), json!(coverage));
        }
        any = true;
    }
    if any && !model.used.iter().any(|used| used == EXTENSION) {
        model.used.push(EXTENSION.to_owned());
    }
}

/// Adds the coarser meshes of a mesh; gives level and mesh of each.
fn add_meshes(model: &mut Model, mesh: usize, levels: usize) -> Vec<(usize, usize)> {
    let mut added = Vec::new();
    let primitives = model.meshes[mesh].primitives.clone();
    let triangles = |model: &Model, primitives: &[Primitive]| -> usize {
        let counts = primitives
            .iter()
            .map(|p| model.geometries[p.geometry].triangle_count_of(p.level));
        counts.sum()
    };
    let mut finer = triangles(model, &primitives);
    for level in 1..=levels {
        let coarser = primitives.iter().map(|primitive| Primitive {
            level: level.min(model.geometries[primitive.geometry].levels.len()),
            ..primitive.clone()
        });
        let coarser: Vec<Primitive> = coarser.collect();
        let count = triangles(model, &coarser);
        if count >= finer || count == 0 {
            continue;
        }
        finer = count;
        added.push((level, model.meshes.len()));
        model.meshes.push(Mesh {
            primitives: coarser,
            ..Mesh::default()
        });
    }
    added
}
