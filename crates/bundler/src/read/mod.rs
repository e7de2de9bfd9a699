//! The lenient reader: bytes of a glTF or GLB file to a [`Model`].
//!
//! Lenient where the meaning is clear (a wrong total length, unaligned accessors, bounds that lie,
//! numbers that are not finite); strict where it is not: an accessor outside its data, an index out
//! of range, a cycle of nodes are [`ReadError::Unparseable`]. What it cannot carry over faithfully
//! (unknown required extensions, Draco) is [`ReadError::Unsupported`]: the file may be fine, and who
//! knows it can show it as it is.

mod accessor;
mod animation;
mod container;
mod document;
mod fields;
mod geometry;
mod image;
mod material;
mod scene;
mod view;

use std::collections::BTreeMap;

use crate::limits::Limits;
use crate::model::Model;
use crate::source::{RefusedUri, Source};
use document::Document;

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Its bytes are no glTF 2 that can be understood.
    #[error("{0}")]
    Unparseable(String),
    /// Files it names are not there.
    #[error("missing files: {}", .0.join(", "))]
    MissingDependencies(Vec<String>),
    /// It is larger than allowed.
    #[error("over budget: {0}")]
    BudgetExceeded(String),
    /// It may be right, but is not understood well enough to be written again.
    #[error("{0}")]
    Unsupported(String),
}

impl From<RefusedUri> for ReadError {
    fn from(refused: RefusedUri) -> Self {
        Self::Unparseable(refused.to_string())
    }
}

/// Extensions that are understood, or that survive as they are because they name only nodes, meshes,
/// materials, textures, cameras or lights, whose numbers do not change.
const KNOWN: [&str; 9] = [
    "KHR_mesh_quantization",
    "KHR_texture_transform",
    "KHR_texture_basisu",
    "EXT_texture_webp",
    "EXT_meshopt_compression",
    "KHR_lights_punctual",
    "KHR_materials_variants",
    "KHR_xmp_json_ld",
    "MSFT_lod",
];

pub(crate) fn is_known(extension: &str) -> bool {
    KNOWN.contains(&extension) || extension.starts_with("KHR_materials_")
}

/// What was read, and which files it took.
#[derive(Debug, Clone)]
pub struct Read {
    /// The model.
    pub model: Model,
    /// The files beside it, by path below the root: those that were found.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads a file.
///
/// # Errors
///
/// See [`ReadError`].
pub fn read(source: &Source<'_>, limits: &Limits) -> Result<Read, ReadError> {
    let mut document = Document::open(source, limits)?;
    let images = image::places(&mut document)?;
    // What is broken stays broken when missing files arrive, so that is said first.
    let mut model = scene::read(&document)?;
    if document.has_missing_buffers() {
        document.missing(&images)?;
    }
    // Views read from the buffers, which are all there now.
    document.decompress()?;
    model.textures = image::textures(&document, images.len())?;
    model.materials = material::read(&document, model.textures.len())?;
    geometry::read(&document, &mut model)?;
    scene::skins(&document, &mut model)?;
    model.animations = animation::read(&document, &model)?;
    document.missing(&images)?;
    model.images = image::finish(&document, images)?;
    Ok(Read {
        model,
        files: document.into_files(),
    })
}

fn broken(what: impl Into<String>) -> ReadError {
    ReadError::Unparseable(what.into())
}
