//! The ladder: from the smallest file to the surest.

use super::{improved, with_images};
use crate::check;
use crate::model::Model;
use crate::options::{ImagePlacement, Options, Profile};
use crate::outcome::{OutputFile, Rung};
use crate::pack::{Packed, Precision, as_is, pack};
use crate::parallel;
use crate::scale::position_exponents;
use crate::texture::TextureEncoder;
use crate::write::{Storing, write};

/// A rung that held.
pub(super) struct Done {
    pub(super) rung: Rung,
    pub(super) reason: Option<String>,
    pub(super) output: Vec<u8>,
    pub(super) files: Vec<OutputFile>,
    pub(super) image_bytes: usize,
}

/// Why no rung held.
pub(super) enum Stopped {
    Kept(String),
    OutOfTime,
}

pub(super) fn climb(
    model: Model,
    options: &Options<'_>,
    encoder: &dyn TextureEncoder,
    bytes_in: usize,
) -> Result<Done, Stopped> {
    let before = check::facts(&model);
    let mut better = improved(&model);
    go_on(options)?;
    let mut reasons = with_images(&mut better, options, encoder);
    go_on(options)?;
    let rungs: &[Rung] = match options.profile {
        Profile::Gltf => &[Rung::Full, Rung::Exact, Rung::Repacked],
        Profile::Plain => &[Rung::Exact, Rung::Repacked],
    };
    for &rung in rungs {
        if rung == Rung::Repacked {
            // Images stay as encoded; everything else is as it was read.
            better = repacked(&model, &better);
        }
        let output = written(&better, rung, options);
        go_on(options)?;
        let files = siblings(&better, options);
        let beside: usize = files.iter().map(|file| file.bytes.len()).sum();
        let bytes_out = output.len() + beside;
        let problem = if bytes_out > bytes_in && !encoder.may_grow() {
            Some(format!("{bytes_out} bytes, more than {bytes_in}"))
        } else {
            check::problem(&model, &before, &output, &files, options)
        };
        let Some(problem) = problem else {
            return Ok(Done {
                rung,
                reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
                output,
                files,
                image_bytes: better.image_bytes(),
            });
        };
        reasons.push(format!("{rung:?}: {problem}").to_lowercase());
    }
    Err(Stopped::Kept(reasons.join("; ")))
}

fn go_on(options: &Options<'_>) -> Result<(), Stopped> {
    match options.go_on {
        Some(go_on) if !go_on() => Err(Stopped::OutOfTime),
        _ => Ok(()),
    }
}

/// The model as it was read, with the images and all that leads to them of the better one.
fn repacked(model: &Model, better: &Model) -> Model {
    Model {
        images: better.images.clone(),
        textures: better.textures.clone(),
        samplers: better.samplers.clone(),
        materials: better.materials.clone(),
        used: better.used.clone(),
        ..model.clone()
    }
}

pub(super) fn written(model: &Model, rung: Rung, options: &Options<'_>) -> Vec<u8> {
    let exponents = match rung {
        Rung::Full => position_exponents(model),
        Rung::Exact | Rung::Repacked => Vec::new(),
    };
    let packed: Vec<Packed> = parallel::map(options.threads, model.geometries.len(), |index| {
        let geometry = &model.geometries[index];
        match rung {
            Rung::Full => {
                let position_exponent = exponents[index];
                pack(geometry, Precision::Rounded { position_exponent })
            }
            Rung::Exact => pack(geometry, Precision::Exact),
            Rung::Repacked => as_is(geometry, Precision::Exact),
        }
    });
    let storing = Storing {
        compressed: rung == Rung::Full,
        siblings: options.images == ImagePlacement::Siblings,
    };
    write(model, &packed, storing)
}

pub(super) fn siblings(model: &Model, options: &Options<'_>) -> Vec<OutputFile> {
    if options.images == ImagePlacement::Inside {
        return Vec::new();
    }
    let images = model.images.iter();
    images
        .filter_map(|image| {
            Some(OutputFile {
                path: image.file.clone()?,
                bytes: image.bytes.clone(),
            })
        })
        .collect()
}
