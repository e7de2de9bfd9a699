//! The Mesh object.

use super::skin::{bone_box, mirrored};
use super::vertices::{flip, indices, vertices};
use super::{Mesh, morph};
use crate::Result;
use crate::build::assembly::{Layout, Objects};
use crate::build::class;
use crate::value::{Draft, Value};

/// Indices of 32 bits, which is what the converter writes.
const INDEX_FORMAT: i32 = 1;
/// All of the cooking steps but the one for fast simulation.
const COOKING_OPTIONS: i32 = 30;

/// Adds a checked mesh; `usage` says who uses it: 1 a skinned renderer, 16 a collider.
pub(in crate::build) fn add_mesh(
    path_id: i64,
    mesh: &Mesh,
    usage: i32,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::MESH)?;
    object.set("m_Name", &*mesh.name)?;
    set_submeshes(mesh, &mut object)?;
    morph::set_shapes(mesh, &mut object)?;
    set_bones(mesh, &mut object)?;
    // The client builds colliders at run time, and changes wearables: it must be able to read the mesh.
    object.set("m_IsReadable", true)?;
    set_vertices(mesh, &mut object)?;
    let bounds = bounds(mesh);
    object.set_vector("m_LocalAABB.m_Center", bounds.0)?;
    object.set_vector("m_LocalAABB.m_Extent", bounds.1)?;
    object.set("m_MeshUsageFlags", usage)?;
    object.set_if_known("m_CookingOptions", COOKING_OPTIONS)?;
    object.set("m_MeshMetrics[0]", 1.0_f32)?;
    object.set("m_MeshMetrics[1]", 1.0_f32)?;
    if object.has("m_MeshLodInfo") {
        set_lods(mesh, &mut object)?;
    }
    objects.add(path_id, class::MESH, object)
}

/// Centre and half size of the box around all vertices.
fn bounds(mesh: &Mesh) -> ([f32; 3], [f32; 3]) {
    let mut positions = mesh.positions.iter().map(|position| flip(*position));
    let Some(first) = positions.next() else {
        return ([0.0; 3], [0.0; 3]);
    };
    let (mut low, mut high) = (first, first);
    for position in positions {
        for axis in 0..3 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let extent = [0, 1, 2].map(|axis| (high[axis] - low[axis]) * 0.5);
    let center = [0, 1, 2].map(|axis| low[axis] + extent[axis]);
    (center, extent)
}

fn set_submeshes(mesh: &Mesh, object: &mut Draft<'_>) -> Result<()> {
    let (mut list, mut buffer) = (Vec::new(), Vec::new());
    let (center, extent) = bounds(mesh);
    for submesh in &mesh.submeshes {
        let start = buffer.len();
        indices(submesh, &mut buffer);
        let mut entry = object.element("m_SubMeshes")?;
        entry.set("firstByte", start as u32)?;
        entry.set("indexCount", ((buffer.len() - start) / 4) as u32)?;
        entry.set("topology", submesh.topology.number())?;
        entry.set("vertexCount", mesh.positions.len() as u32)?;
        entry.set_vector("localAABB.m_Center", center)?;
        entry.set_vector("localAABB.m_Extent", extent)?;
        list.push(entry.done());
    }
    object.set("m_SubMeshes", list)?;
    object.set("m_IndexFormat", INDEX_FORMAT)?;
    object.set("m_IndexBuffer", &*buffer)?;
    Ok(())
}

fn set_bones(mesh: &Mesh, object: &mut Draft<'_>) -> Result<()> {
    let (mut binds, mut boxes) = (Vec::new(), Vec::new());
    for (bone, columns) in mesh.inverse_binds.iter().enumerate() {
        let rows = mirrored(columns);
        let mut bind = object.element("m_BindPose")?;
        for (row, numbers) in rows.iter().enumerate() {
            for (column, number) in numbers.iter().enumerate() {
                bind.set(&format!("e{row}{column}"), *number)?;
            }
        }
        binds.push(bind.done());
        let [low, high] = bone_box(mesh, bone, &rows);
        let mut entry = object.element("m_BonesAABB")?;
        entry.set_vector("m_Min", low)?;
        entry.set_vector("m_Max", high)?;
        boxes.push(entry.done());
    }
    object.set("m_BindPose", binds)?;
    object.set("m_BonesAABB", boxes)?;
    Ok(())
}

fn set_vertices(mesh: &Mesh, object: &mut Draft<'_>) -> Result<()> {
    let vertices = vertices(mesh);
    let mut channels = Vec::new();
    for channel in vertices.channels {
        let mut entry = object.element("m_VertexData.m_Channels")?;
        entry.set("stream", i32::from(channel.stream))?;
        entry.set("offset", i32::from(channel.offset))?;
        entry.set("format", i32::from(channel.format))?;
        entry.set("dimension", i32::from(channel.dimension))?;
        channels.push(entry.done());
    }
    object.set("m_VertexData.m_VertexCount", mesh.positions.len() as u32)?;
    object.set("m_VertexData.m_Channels", channels)?;
    object.set("m_VertexData.m_DataSize", &*vertices.bytes)?;
    Ok(())
}

/// One level of detail for each submesh, empty, as the engine's text form has it.
fn set_lods(mesh: &Mesh, object: &mut Draft<'_>) -> Result<()> {
    let submesh = object.element("m_MeshLodInfo.m_SubMeshes")?;
    let level = submesh.element("m_Levels")?.done();
    let mut lods: Vec<Value> = Vec::new();
    for _ in &mesh.submeshes {
        let mut submesh = submesh.clone();
        submesh.set("m_Levels", vec![level.clone()])?;
        lods.push(submesh.done());
    }
    object.set("m_MeshLodInfo.m_NumLevels", 1)?;
    object.set("m_MeshLodInfo.m_SubMeshes", lods)?;
    Ok(())
}
