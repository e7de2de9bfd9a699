//! Pruning: what is stored twice or that nobody can see goes.
//!
//! Nodes, meshes, materials, skins and clips all stay, with their numbers: scenes and extensions name
//! them. What goes: equal images and samplers, textures and images no material uses, vertex data no
//! material reads, everything but the shape of colliders, skins' weights without a skin.

mod images;
mod vertices;

use crate::model::Model;
use crate::read::is_known;

/// Prunes a model in place.
pub(crate) fn prune(model: &mut Model) {
    vertices::prune(model);
    // An extension nobody here knows may name textures by number.
    if model.used.iter().all(|name| is_known(name)) {
        images::prune(model);
    }
}
