//! How much a stranger's file may ask for.

/// Bounds on models and pictures. Who exceeds one is refused with an error that names it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Bytes of one file. The protocol allows 3 MB a wearable, 9 MB a skin; older items are larger.
    pub file_bytes: usize,
    /// Bytes of a model's JSON. Parsed, its lists take up to fifty times as much.
    pub json_bytes: usize,
    /// Vertices of one model, all primitives together.
    pub vertices: usize,
    /// Triangles of one model.
    pub triangles: usize,
    /// Nodes of one model.
    pub nodes: usize,
    /// Joints of all skins of a model together.
    pub joints: usize,
    /// Pixels along either side of a texture.
    pub texture_side: u32,
    /// Bytes of a model's decoded textures, before they are scaled down.
    pub texture_bytes: usize,
    /// Textures are kept at most this large, by halving. What is larger cannot be seen in a portrait
    /// of usual size, and costs memory.
    pub texture_side_kept: u32,
    /// Wearables of one avatar; those after are left out.
    pub wearables: usize,
    /// Pixels of one picture.
    pub picture_pixels: usize,
    /// Bytes of decoded models and textures a [`Library`](crate::Library) keeps.
    pub library_bytes: usize,
    /// Threads that read models and draw tiles. The picture is the same for any number.
    pub threads: usize,
    /// Whether normal maps are read. Only a lit [`Look`](crate::Look) shows them.
    pub normal_maps: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            json_bytes: 4 << 20,
            vertices: 400_000,
            triangles: 200_000,
            nodes: 20_000,
            joints: 20_000,
            texture_side: 4096,
            texture_bytes: 160 << 20,
            texture_side_kept: 1024,
            wearables: 64,
            picture_pixels: 4 << 20,
            library_bytes: 256 << 20,
            threads: 1,
            normal_maps: false,
        }
    }
}
