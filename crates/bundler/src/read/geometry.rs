//! Meshes and their vertex data. Primitives that use the same accessors share a geometry.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::Document;
use super::fields::Fields;
use super::{ReadError, broken};
use crate::model::{Custom, Geometry, Mesh, Model, MorphTarget, Primitive, Topology};

pub(super) fn read(document: &Document<'_>, model: &mut Model) -> Result<(), ReadError> {
    let mut known = BTreeMap::new();
    let mut vertices = 0;
    for json in document.json.list("meshes") {
        let mut mesh = Mesh {
            name: json.name(),
            primitives: Vec::new(),
            weights: weights(json),
            annotations: json.annotations(),
        };
        for primitive in json.list("primitives") {
            let material = primitive.index("material", model.materials.len())?;
            let key = key(primitive);
            let geometry = match known.get(&key) {
                Some(&geometry) => geometry,
                None => {
                    let left = document.limits.vertices_max - vertices;
                    let Some(geometry) = geometry(document, primitive, left)? else {
                        continue;
                    };
                    vertices += geometry.vertex_count();
                    known.insert(key, model.geometries.len());
                    model.geometries.push(geometry);
                    model.geometries.len() - 1
                }
            };
            mesh.primitives.push(Primitive {
                level: 0,
                geometry,
                material,
                annotations: primitive.annotations(),
            });
        }
        model.meshes.push(mesh);
    }
    Ok(())
}

pub(super) fn weights(json: &Value) -> Vec<f32> {
    let weights = json.list("weights").iter();
    weights
        .map(|weight| weight.as_f64().unwrap_or(0.0) as f32)
        .map(|weight| if weight.is_finite() { weight } else { 0.0 })
        .collect()
}

/// Equal for primitives that draw the same vertices.
fn key(primitive: &Value) -> String {
    let part = |name| primitive.get(name).map(Value::to_string);
    let parts = ["mode", "indices", "attributes", "targets"].map(part);
    parts.map(Option::unwrap_or_default).join("|")
}

/// `None` of a primitive without positions: nobody draws it.
fn geometry(
    document: &Document<'_>,
    primitive: &Value,
    vertices_max: usize,
) -> Result<Option<Geometry>, ReadError> {
    let Some(attributes) = primitive.get("attributes").and_then(Value::as_object) else {
        return Ok(None);
    };
    let accessors = document.json.list("accessors").len();
    let Some(position) = attributes.index("POSITION", accessors)? else {
        return Ok(None);
    };
    let count = document.count(position)?;
    if count > vertices_max {
        let max = document.limits.vertices_max;
        return Err(ReadError::BudgetExceeded(format!(
            "more than {max} vertices"
        )));
    }
    let mut geometry = Geometry {
        positions: document.floats(position, [0.0; 3])?,
        ..Geometry::default()
    };
    for (name, _) in attributes {
        let accessor = attributes.index(name, accessors)?.unwrap_or(position);
        attribute(document, &mut geometry, name, accessor)?;
    }
    for target in primitive.list("targets") {
        geometry
            .targets
            .push(morph_target(document, target, count)?);
    }
    let indices = match primitive.index("indices", accessors)? {
        Some(indices) => document.wholes::<1>(indices)?.into_flattened(),
        None => {
            document.charge(count.saturating_mul(4))?;
            (0..count as u32).collect()
        }
    };
    if indices.iter().any(|&index| index as usize >= count) {
        return Err(broken(format!("an index outside {count} vertices")));
    }
    let mode = primitive.whole("mode").unwrap_or(4);
    (geometry.topology, geometry.indices) = lists(document, mode, indices)?;
    Ok(Some(geometry))
}

fn attribute(
    document: &Document<'_>,
    geometry: &mut Geometry,
    name: &str,
    accessor: usize,
) -> Result<(), ReadError> {
    let count = geometry.vertex_count();
    match name.split_once('_').map_or((name, ""), |parts| parts) {
        ("NORMAL", _) => geometry.normals = fit(document.floats(accessor, [0.0; 3])?, count)?,
        ("TANGENT", _) => {
            geometry.tangents = fit(document.floats(accessor, [0.0, 0.0, 0.0, 1.0])?, count)?;
        }
        ("TEXCOORD", set) => {
            let values = fit(document.floats(accessor, [0.0; 2])?, count)?;
            place(&mut geometry.texcoords, set, values)?;
        }
        ("COLOR", set) => {
            let values = fit(document.floats(accessor, [1.0; 4])?, count)?;
            place(&mut geometry.colors, set, values)?;
        }
        ("JOINTS", set) => {
            let joints = fit(document.wholes::<4>(accessor)?, count)?;
            let joints = joints.into_iter().map(|joints| {
                // A joint's number beyond 16 bits is in no skin; the check of skins refuses it.
                joints.map(|joint| u16::try_from(joint).unwrap_or(u16::MAX))
            });
            place(&mut geometry.joints, set, joints.collect())?;
        }
        ("WEIGHTS", set) => {
            let values = fit(document.floats(accessor, [0.0; 4])?, count)?;
            place(&mut geometry.weights, set, values)?;
        }
        ("", _) => {
            let width = document.width(accessor)?.min(16);
            let values = document.scalars(accessor)?;
            if values.len() < count * width || width > 4 {
                return Err(broken(format!("attribute {name} does not fit")));
            }
            geometry.custom.push(Custom {
                name: name.to_owned(),
                width,
                values: values[..count * width].to_vec(),
            });
        }
        // Unknown names without an underscore are not glTF's and not the application's.
        _ => {}
    }
    Ok(())
}

/// As many values as vertices; more are cut off.
fn fit<T>(mut values: Vec<T>, count: usize) -> Result<Vec<T>, ReadError> {
    if values.len() < count {
        let have = values.len();
        return Err(broken(format!(
            "an attribute of {have} for {count} vertices"
        )));
    }
    values.truncate(count);
    Ok(values)
}

/// Puts the values of a set at its number. A gap before it stays empty.
fn place<T: Default>(sets: &mut Vec<T>, set: &str, values: T) -> Result<(), ReadError> {
    const SETS_MAX: usize = 16;
    let set = set.parse().ok().filter(|&set: &usize| set < SETS_MAX);
    let set = set.ok_or_else(|| broken("an attribute's set is no small number"))?;
    if sets.len() <= set {
        sets.resize_with(set + 1, T::default);
    }
    sets[set] = values;
    Ok(())
}

fn morph_target(
    document: &Document<'_>,
    target: &Value,
    count: usize,
) -> Result<MorphTarget, ReadError> {
    let nothing = Map::new();
    let target = target.as_object().unwrap_or(&nothing);
    let accessors = document.json.list("accessors").len();
    let read = |name| match target.index(name, accessors)? {
        Some(accessor) => fit(document.floats(accessor, [0.0; 3])?, count),
        None => Ok(Vec::new()),
    };
    for name in target.keys() {
        if !["POSITION", "NORMAL", "TANGENT"].contains(&name.as_str()) {
            let what = format!("a morph target of {name}");
            return Err(ReadError::Unsupported(what));
        }
    }
    Ok(MorphTarget {
        positions: read("POSITION")?,
        normals: read("NORMAL")?,
        tangents: read("TANGENT")?,
    })
}

/// Lists in place of strips, loops and fans.
fn lists(
    document: &Document<'_>,
    mode: u64,
    mut indices: Vec<u32>,
) -> Result<(Topology, Vec<u32>), ReadError> {
    if matches!(mode, 2 | 3 | 5 | 6) {
        document.charge(indices.len().saturating_mul(12))?;
    }
    Ok(match mode {
        0 => (Topology::Points, indices),
        1 => {
            indices.truncate(indices.len() / 2 * 2);
            (Topology::Lines, indices)
        }
        2 | 3 => {
            let mut lines: Vec<u32> = indices.windows(2).flatten().copied().collect();
            if let (3, [first, .., last]) = (mode, &indices[..]) {
                lines.extend([*last, *first]);
            }
            (Topology::Lines, lines)
        }
        4 => {
            indices.truncate(indices.len() / 3 * 3);
            (Topology::Triangles, indices)
        }
        5 => {
            let triangles = indices.windows(3).enumerate();
            let turned = triangles.flat_map(|(i, t)| match i % 2 {
                0 => [t[0], t[1], t[2]],
                _ => [t[1], t[0], t[2]],
            });
            (Topology::Triangles, turned.collect())
        }
        6 => {
            let rest = indices.get(1..).unwrap_or_default().windows(2);
            let fan = rest.flat_map(|pair| [pair[0], pair[1], indices[0]]);
            (Topology::Triangles, fan.collect())
        }
        _ => return Err(broken(format!("unknown primitive mode {mode}"))),
    })
}
