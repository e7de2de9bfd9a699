//! What making levels of detail may cost. User-made scenes are hostile until read.

/// Limits of this crate. Sizes in bytes unless the name says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of a scene's log.
    pub log_bytes_max: usize,
    /// Messages in it.
    pub messages_max: usize,
    /// Entities in it.
    pub entities_max: usize,
    /// Parcels of a scene.
    pub parcels_max: usize,
    /// Things that stand in a scene.
    pub pieces_max: usize,
    /// Triangles of all of them together, and of a model that gets levels.
    pub triangles_max: usize,
    /// Different looks of them.
    pub surfaces_max: usize,
    /// Pixels on an atlas's side.
    pub atlas_side_max: u32,
    /// Pixels on the longer side of an image that is read.
    pub image_side_max: u32,
    /// Pixels of such an image.
    pub image_pixels_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            log_bytes_max: 64 << 20,
            messages_max: 1_000_000,
            entities_max: 65_536,
            parcels_max: 4096,
            pieces_max: 20_000,
            triangles_max: 8_000_000,
            surfaces_max: 8192,
            atlas_side_max: 4096,
            image_side_max: 8192,
            image_pixels_max: 1 << 24,
        }
    }
}
