//! Morph targets as Unity's blend shapes.

use super::vertices::flip;
use super::{Mesh, Target};
use crate::Result;
use crate::value::{Draft, Value};

/// Sets `m_Shapes`.
pub(super) fn set_shapes(mesh: &Mesh, object: &mut Draft<'_>) -> Result<()> {
    let (mut vertices, mut shapes, mut channels) = (Vec::new(), Vec::new(), Vec::new());
    for (index, target) in mesh.targets.iter().enumerate() {
        let first = vertices.len();
        for vertex in 0..mesh.positions.len() {
            vertices.extend(delta(target, vertex, object)?);
        }
        let mut shape = object.element("m_Shapes.shapes")?;
        shape.set("firstVertex", first as u32)?;
        shape.set("vertexCount", (vertices.len() - first) as u32)?;
        shape.set("hasNormals", !target.normals.is_empty())?;
        shape.set("hasTangents", !target.tangents.is_empty())?;
        shapes.push(shape.done());
        let mut channel = object.element("m_Shapes.channels")?;
        channel.set("name", &*target.name)?;
        channel.set("nameHash", crc32fast::hash(target.name.as_bytes()))?;
        channel.set("frameIndex", index as i32)?;
        channel.set("frameCount", 1)?;
        channels.push(channel.done());
    }
    let weights: Vec<Value> = mesh.targets.iter().map(|_| Value::F32(1.0)).collect();
    object.set("m_Shapes.vertices", vertices)?;
    object.set("m_Shapes.shapes", shapes)?;
    object.set("m_Shapes.channels", channels)?;
    object.set("m_Shapes.fullWeights", weights)?;
    Ok(())
}

/// What a target adds to a vertex, if anything.
fn delta(target: &Target, vertex: usize, object: &Draft<'_>) -> Result<Option<Value>> {
    let lists = [&target.positions, &target.normals, &target.tangents];
    let deltas = lists.map(|list| list.get(vertex).copied().unwrap_or_default());
    if deltas == [[0.0; 3]; 3] {
        return Ok(None);
    }
    let mut entry = object.element("m_Shapes.vertices")?;
    for (field, delta) in ["vertex", "normal", "tangent"].iter().zip(deltas) {
        entry.set_vector(field, flip(delta))?;
    }
    entry.set("index", vertex as u32)?;
    Ok(Some(entry.done()))
}
