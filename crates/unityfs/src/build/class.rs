//! Numbers of the classes that are written.

pub(super) const GAME_OBJECT: i32 = 1;
pub(super) const TRANSFORM: i32 = 4;
pub(super) const MATERIAL: i32 = 21;
pub(super) const MESH_RENDERER: i32 = 23;
pub(super) const TEXTURE_2D: i32 = 28;
pub(super) const MESH_FILTER: i32 = 33;
pub(super) const MESH: i32 = 43;
pub(super) const TEXT_ASSET: i32 = 49;
pub(super) const MESH_COLLIDER: i32 = 64;
pub(super) const ANIMATION_CLIP: i32 = 74;
pub(super) const ANIMATION: i32 = 111;
pub(super) const SKINNED_MESH_RENDERER: i32 = 137;
pub(super) const ASSET_BUNDLE: i32 = 142;
