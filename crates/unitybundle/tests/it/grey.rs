//! One grey picture, for tests that look at anything but pixels.

use bundler::{EncodedTexture, TextureEncoder, TextureRequest};
use unitybundle::BlockTextures;

/// Encodes the grey picture in place of every image.
pub(crate) struct Tiny;

/// An image of 4 × 4 grey pixels, as BMP.
pub(crate) fn grey() -> Vec<u8> {
    let mut bmp = b"BM".to_vec();
    let pixels = [127; 4 * 4 * 3];
    // The file's size, the first pixel; then its header's size, width, height.
    for word in [54 + pixels.len() as u32, 0, 54, 40, 4, 4] {
        bmp.extend(word.to_le_bytes());
    }
    // One plane, 24 bits a pixel.
    bmp.extend([1, 0, 24, 0]);
    bmp.extend([0; 24]);
    bmp.extend(pixels);
    bmp
}

impl TextureEncoder for Tiny {
    fn encode(&self, request: &TextureRequest<'_>) -> Result<Option<EncodedTexture>, String> {
        let bytes = grey();
        BlockTextures.encode(&TextureRequest {
            bytes: &bytes,
            ..*request
        })
    }
}
