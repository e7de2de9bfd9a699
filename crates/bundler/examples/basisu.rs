//! BasisU as a process, for `make bench-assets`: version 1.16, the newest that a crate builds without a C++ front end of its
//! own (the `basisu_c_sys` crate needs libclang). Nothing of this workspace is linked: the encoder of BC7 brings another
//! version of the same C++.
//!
//! `basisu COLOUR|DATA|NORMAL WIDTH HEIGHT QUALITY` reads RGBA from its input and writes a .basis file of it and its mip maps
//! in ETC1S, made in one thread at the settings of gltfpack's `-tc`; CPU seconds go to the other output. Quality is 1 to 255.
#![expect(unsafe_code, reason = "the wrapper's functions are unsafe")]

use std::error::Error;
use std::io::{Read, Write};

use basis_universal::{BasisTextureFormat, ColorSpace, Compressor, CompressorParams};

/// CPU seconds of this thread.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = told.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [usage, numbers @ ..] = arguments.as_slice() else {
        return Err("want COLOUR|DATA|NORMAL WIDTH HEIGHT QUALITY".into());
    };
    let numbers: Result<Vec<u32>, _> = numbers.iter().map(|number| number.parse()).collect();
    let &[width, height, quality] = numbers?.as_slice() else {
        return Err("want WIDTH HEIGHT QUALITY".into());
    };
    let mut rgba = Vec::new();
    std::io::stdin().read_to_end(&mut rgba)?;
    if rgba.len() != width as usize * height as usize * 4 {
        return Err(format!("{} bytes are no {width}x{height} RGBA", rgba.len()).into());
    }
    let before = cpu_seconds()?;
    let mut params = CompressorParams::new();
    params.set_generate_mipmaps(true);
    let space = match usage.as_str() {
        "COLOUR" => Some(ColorSpace::Srgb),
        "DATA" => Some(ColorSpace::Linear),
        "NORMAL" => None,
        _ => return Err(format!("{usage} is no usage").into()),
    };
    match space {
        None => params.tune_for_normal_maps(),
        Some(space) => {
            params.set_color_space(space);
            params.set_mip_color_space(space);
        }
    }
    params.set_basis_format(BasisTextureFormat::ETC1S);
    params.set_etc1s_quality_level(quality);
    params.source_image_mut(0).init(&rgba, width, height, 4);
    let mut compressor = Compressor::new(1);
    // SAFETY: the image has the size that was said, and every number is in its range.
    unsafe {
        if !compressor.init(&params) {
            return Err("BasisU does not take the image".into());
        }
        compressor.process().map_err(|e| format!("{e:?}"))?;
    }
    eprintln!("{}", cpu_seconds()? - before);
    std::io::stdout().write_all(compressor.basis_file())?;
    Ok(())
}
