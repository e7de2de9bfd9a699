//! Mending: what validators refuse and readers guess about, put right where the right value is known.
//!
//! Directions become unit vectors, weights sum to one, factors come into their range. Nothing that
//! was valid changes.

mod material;
mod skin;
mod texcoords;
mod vector;

use crate::model::{Channel, Geometry, Interpolation, Model, Path, Transform};

/// Mends a model in place.
pub(crate) fn mend(model: &mut Model) {
    for material in &mut model.materials {
        material::mend(material);
    }
    if model.materials.iter().any(material::has_strength) {
        let name = material::STRENGTH.to_owned();
        if !model.used.contains(&name) {
            model.used.push(name);
        }
    }
    for geometry in &mut model.geometries {
        self::geometry(geometry);
    }
    texcoords::complete(model);
    for node in &mut model.nodes {
        if let Transform::Trs { rotation, .. } = &mut node.transform {
            *rotation = vector::unit_quaternion(*rotation);
        }
    }
    let channels = model.animations.iter_mut().flat_map(|a| &mut a.channels);
    for channel in channels.filter(|channel| channel.path == Path::Rotation) {
        rotations(channel);
    }
}

fn geometry(geometry: &mut Geometry) {
    vector::normals(geometry);
    vector::tangents(geometry);
    skin::weights(geometry);
}

fn rotations(channel: &mut Channel) {
    if channel.interpolation == Interpolation::CubicSpline {
        return;
    }
    let keys = channel.values.as_chunks::<4>().0;
    if keys.iter().all(vector::is_unit) {
        return;
    }
    let mended = keys.iter().map(|&key| vector::unit_quaternion(key));
    channel.values = mended.collect::<Vec<_>>().into_flattened().into();
}
