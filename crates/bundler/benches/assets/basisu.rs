//! BasisU beside us: version 1.16, the newest that a crate builds without a C++ front end of its own
//! (the `basisu_c_sys` crate needs libclang), at the settings of gltfpack's `-tc`.
#![expect(unsafe_code, reason = "the wrapper's functions are unsafe")]

use basis_universal::{BasisTextureFormat, ColorSpace, Compressor, CompressorParams};
use texture::{Level, Usage};

/// A .basis file of a level and its mip maps in ETC1S, made in one thread. Quality is 1 to 255.
pub(crate) fn encode(level: &Level, usage: Usage, quality: u32) -> Vec<u8> {
    let mut params = CompressorParams::new();
    params.set_generate_mipmaps(true);
    if usage == Usage::Normal {
        params.tune_for_normal_maps();
    } else {
        let srgb = usage.is_srgb();
        let space = if srgb {
            ColorSpace::Srgb
        } else {
            ColorSpace::Linear
        };
        params.set_color_space(space);
        params.set_mip_color_space(space);
    }
    params.set_basis_format(BasisTextureFormat::ETC1S);
    params.set_etc1s_quality_level(quality);
    params
        .source_image_mut(0)
        .init(&level.rgba, level.width, level.height, 4);
    let mut compressor = Compressor::new(1);
    // SAFETY: the image has the size that was said, and every number is in its range.
    unsafe {
        assert!(compressor.init(&params), "BasisU takes the image");
        compressor.process().expect("BasisU encodes it");
    }
    compressor.basis_file().to_vec()
}
