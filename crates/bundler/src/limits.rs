//! What an input may cost. User-made files are hostile until read.

/// Limits of one conversion. All sizes in bytes unless the name says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the model file.
    pub file_bytes_max: usize,
    /// Of its JSON.
    pub json_bytes_max: usize,
    /// Values in its JSON: their memory is many times their text.
    pub json_values_max: usize,
    /// Vertices of all geometries together.
    pub vertices_max: usize,
    /// Of everything that is decoded: vertex data, keys, embedded files, uncompressed views.
    pub decoded_bytes_max: usize,
    /// Pixels on an image's longer side.
    pub image_side_max: u32,
    /// Pixels of one image.
    pub image_pixels_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: 256 << 20,
            json_bytes_max: 64 << 20,
            json_values_max: 4_000_000,
            vertices_max: 20_000_000,
            decoded_bytes_max: 1 << 30,
            image_side_max: 16_384,
            image_pixels_max: 128_000_000,
        }
    }
}
