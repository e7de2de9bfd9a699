//! Models that others made or changed, through the same steps, writer and checks as conversions.

use super::ladder::{siblings, written};
use super::with_images;
use crate::check;
use crate::model::Model;
use crate::options::{Options, Profile};
use crate::outcome::{OutputFile, Rung};
use crate::texture::TextureEncoder;

/// A model, written.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The GLB.
    pub output: Vec<u8>,
    /// Files beside it.
    pub files: Vec<OutputFile>,
    /// How far the pipeline was gone through.
    pub rung: Rung,
    /// Bytes of all images.
    pub image_bytes: usize,
    /// What went wrong with some images, and why the result is not on the first rung.
    pub problems: Vec<String>,
}

/// The model with fewer bytes and the same meaning: pruned, mended, its tracks reduced. Nodes, meshes,
/// materials, skins and clips keep their numbers.
#[must_use]
pub fn improve(model: &Model) -> Model {
    super::improved(model)
}

/// Writes a model by the options' profile, with images by the encoder, and reads the result back to
/// check it. Rounded numbers give way to exact ones where they fail.
///
/// The model must hold what [`crate::model`] says of those that are read: indices in range, nodes a
/// forest.
///
/// # Errors
///
/// What is wrong with the result, when no rung holds.
pub fn store(
    mut model: Model,
    options: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Result<Stored, String> {
    let before = check::facts(&model);
    let mut problems = with_images(&mut model, options, encoder);
    let rungs: &[Rung] = match options.profile {
        Profile::Gltf => &[Rung::Full, Rung::Exact],
        Profile::Plain => &[Rung::Exact],
    };
    for &rung in rungs {
        let output = written(&model, rung, options);
        let files = siblings(&model, options);
        let Some(problem) = check::problem(&model, &before, &output, &files, options) else {
            return Ok(Stored {
                output,
                files,
                rung,
                image_bytes: model.image_bytes(),
                problems,
            });
        };
        problems.push(format!("{rung:?}: {problem}").to_lowercase());
    }
    Err(problems.join("; "))
}
