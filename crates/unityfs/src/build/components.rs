//! GameObjects and what hangs on them.

use super::assembly::{Layout, Objects};
use super::class;
use crate::Result;
use crate::value::{Draft, Reference, Value};

/// Everything but fast simulation.
const COOKING_OPTIONS: i32 = 30;
const NO_LIGHTMAP: i32 = 0xffff;

fn references(ids: impl IntoIterator<Item = i64>) -> Vec<Value> {
    ids.into_iter()
        .map(|id| Reference::here(id).into())
        .collect()
}

/// Adds a GameObject with its components, Transform first.
pub(super) fn add_game_object(
    path_id: i64,
    name: &str,
    components: &[i64],
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::GAME_OBJECT)?;
    let mut list = Vec::new();
    for id in components {
        let mut entry = object.element("m_Component")?;
        entry.set("component", Reference::here(*id))?;
        list.push(entry.done());
    }
    object.set("m_Component", list)?;
    object.set("m_Name", name)?;
    object.set("m_IsActive", true)?;
    objects.add(path_id, class::GAME_OBJECT, object)
}

/// Where an object is, in Unity's conventions.
pub(super) struct Place {
    pub(super) position: [f32; 3],
    pub(super) rotation: [f32; 4],
    pub(super) scale: [f32; 3],
}

impl Place {
    pub(super) const REST: Self = Self {
        position: [0.0; 3],
        rotation: [0.0, 0.0, 0.0, 1.0],
        scale: [1.0; 3],
    };
}

/// Path ids of an object, its Transform, its parent's Transform, its children's.
pub(super) struct Links {
    pub(super) game_object: i64,
    pub(super) transform: i64,
    pub(super) father: Option<i64>,
    pub(super) children: Vec<i64>,
}

/// Adds a Transform.
pub(super) fn add_transform(
    links: &Links,
    place: &Place,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::TRANSFORM)?;
    object.set("m_GameObject", Reference::here(links.game_object))?;
    object.set_vector4("m_LocalRotation", place.rotation)?;
    object.set_vector("m_LocalPosition", place.position)?;
    object.set_vector("m_LocalScale", place.scale)?;
    object.set("m_Children", references(links.children.iter().copied()))?;
    if let Some(father) = links.father {
        object.set("m_Father", Reference::here(father))?;
    }
    objects.add(links.transform, class::TRANSFORM, object)
}

/// Adds a MeshFilter.
pub(super) fn add_filter(
    path_id: i64,
    game_object: i64,
    mesh: i64,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::MESH_FILTER)?;
    object.set("m_GameObject", Reference::here(game_object))?;
    object.set("m_Mesh", Reference::here(mesh))?;
    objects.add(path_id, class::MESH_FILTER, object)
}

/// Adds a MeshCollider.
pub(super) fn add_collider(
    path_id: i64,
    game_object: i64,
    mesh: i64,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::MESH_COLLIDER)?;
    object.set("m_GameObject", Reference::here(game_object))?;
    object.set("m_Enabled", true)?;
    object.set("m_CookingOptions", COOKING_OPTIONS)?;
    object.set("m_Mesh", Reference::here(mesh))?;
    objects.add(path_id, class::MESH_COLLIDER, object)
}

/// What both kinds of renderer have.
fn set_renderer(object: &mut Draft<'_>, game_object: i64, materials: &[i64]) -> Result<()> {
    object.set("m_GameObject", Reference::here(game_object))?;
    object.set("m_Enabled", true)?;
    let ones = [
        "m_CastShadows",
        "m_ReceiveShadows",
        "m_DynamicOccludee",
        "m_MotionVectors",
        "m_LightProbeUsage",
        "m_ReflectionProbeUsage",
        "m_RenderingLayerMask",
        "m_LightmapTilingOffset.x",
        "m_LightmapTilingOffset.y",
        "m_LightmapTilingOffsetDynamic.x",
        "m_LightmapTilingOffsetDynamic.y",
    ];
    for field in ones {
        object.set(field, 1)?;
    }
    object.set_if_known("m_RayTracingAccelStructBuildFlags", 1)?;
    object.set_if_known("m_SmallMeshCulling", 1)?;
    object.set_if_known("m_ForceMeshLod", -1)?;
    object.set("m_LightmapIndex", NO_LIGHTMAP)?;
    object.set("m_LightmapIndexDynamic", NO_LIGHTMAP)?;
    object.set("m_Materials", references(materials.iter().copied()))?;
    Ok(())
}

/// Adds a MeshRenderer.
pub(super) fn add_renderer(
    path_id: i64,
    game_object: i64,
    materials: &[i64],
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::MESH_RENDERER)?;
    set_renderer(&mut object, game_object, materials)?;
    object.set("m_RayTracingMode", 2)?;
    objects.add(path_id, class::MESH_RENDERER, object)
}

/// What moves a mesh.
pub(super) struct Bones<'a> {
    pub(super) mesh: i64,
    /// Transforms of the joints.
    pub(super) joints: Vec<i64>,
    pub(super) root: Option<i64>,
    /// Of morph targets.
    pub(super) weights: &'a [f32],
}

/// Adds a SkinnedMeshRenderer.
pub(super) fn add_skinned_renderer(
    path_id: i64,
    game_object: i64,
    materials: &[i64],
    bones: &Bones<'_>,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::SKINNED_MESH_RENDERER)?;
    set_renderer(&mut object, game_object, materials)?;
    object.set("m_RayTracingMode", 3)?;
    object.set("m_UpdateWhenOffscreen", true)?;
    object.set("m_SkinnedMotionVectors", true)?;
    object.set("m_Mesh", Reference::here(bones.mesh))?;
    object.set("m_Bones", references(bones.joints.iter().copied()))?;
    let weights: Vec<Value> = bones
        .weights
        .iter()
        .map(|weight| Value::F32(*weight))
        .collect();
    object.set("m_BlendShapeWeights", weights)?;
    if let Some(root) = bones.root {
        object.set("m_RootBone", Reference::here(root))?;
    }
    object.set("m_DirtyAABB", true)?;
    objects.add(path_id, class::SKINNED_MESH_RENDERER, object)
}

/// Adds the Animation component that plays clips.
pub(super) fn add_animation(
    path_id: i64,
    game_object: i64,
    clips: &[i64],
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::ANIMATION)?;
    object.set("m_GameObject", Reference::here(game_object))?;
    object.set("m_Enabled", true)?;
    if let Some(first) = clips.first() {
        object.set("m_Animation", Reference::here(*first))?;
    }
    object.set("m_Animations", references(clips.iter().copied()))?;
    object.set("m_PlayAutomatically", true)?;
    objects.add(path_id, class::ANIMATION, object)
}
