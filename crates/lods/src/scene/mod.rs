//! A whole scene as one mesh: what is seen of it from afar.
//!
//! ```text
//! models, places ─▶ gather ─▶ clip ─▶ reduce ─▶ tiles ─▶ atlas ─▶ bake ─▶ GLB
//!                   soup     parcels  500 a     parts of  where    pixels
//!                                     parcel    images    they go
//! ```
//!
//! Input places are in the scene's left-handed space; from `gather` on everything is in that of glTF,
//! which is the same mirrored along x.

mod atlas;
mod bake;
mod clip;
mod gather;
mod islands;
mod output;
mod parts;
mod reduce;
mod region;
mod shapes;
mod surface;
mod tiles;

use bundler::model::Model;
use bundler::model::space::Matrix;
use bundler::{Options, OutputFile, TextureEncoder};
use serde::Serialize;

use crate::limits::Limits;
pub use shapes::shape_model;

/// The land of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Land {
    /// Coordinates of the parcel the scene's places are relative to.
    pub base: [i32; 2],
    /// Coordinates of all its parcels.
    pub parcels: Vec<[i32; 2]>,
}

/// Metres along a parcel's side.
pub const PARCEL_METRES: f64 = 16.0;
/// What may stick out on each side, in metres.
pub const MARGIN_METRES: f64 = 0.05;

impl Land {
    /// Parcels relative to the base.
    #[must_use]
    pub fn relative(&self) -> Vec<[i32; 2]> {
        let [bx, by] = self.base;
        let parcels = self.parcels.iter();
        parcels
            .map(|[x, y]| [x.saturating_sub(bx), y.saturating_sub(by)])
            .collect()
    }

    /// Different parcels.
    #[must_use]
    pub fn parcel_count(&self) -> usize {
        let mut parcels = self.parcels.clone();
        parcels.sort_unstable();
        parcels.dedup();
        parcels.len()
    }

    /// How high a scene may be, in metres: it grows with the logarithm of its parcels.
    #[must_use]
    pub fn height_metres(&self) -> f64 {
        (self.parcel_count() as f64 + 1.0).log2() * 20.0
    }
}

/// Something that stands in a scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Which of the models it is.
    pub model: usize,
    /// Where it stands, in the scene's space.
    pub matrix: Matrix,
}

/// Options of a merge.
#[derive(Clone, Copy)]
pub struct MergeOptions<'a> {
    /// Triangles a parcel that come out at most.
    pub triangles_per_parcel: usize,
    /// How far a surface may move, in metres, before seams of textures are opened to keep the number
    /// of triangles.
    pub error_metres: f32,
    /// Pixels on the side of the smallest atlas.
    pub atlas_side_min: u32,
    /// And of the largest.
    pub atlas_side_max: u32,
    /// What is written, by whom, in how many threads.
    pub stored: Options<'a>,
    /// What it may cost.
    pub limits: Limits,
}

impl<'a> MergeOptions<'a> {
    /// The usual ones: 500 triangles a parcel, an atlas of 512 or 1024 pixels.
    #[must_use]
    pub fn new(stored: Options<'a>) -> Self {
        Self {
            triangles_per_parcel: 500,
            error_metres: 0.5,
            atlas_side_min: 512,
            atlas_side_max: 1024,
            stored,
            limits: Limits::default(),
        }
    }

    /// All that decides the result, for keys.
    pub(crate) fn text(&self) -> String {
        format!(
            "{} {} {} {} {:?} {:?}",
            self.triangles_per_parcel,
            self.error_metres,
            self.atlas_side_min,
            self.atlas_side_max,
            self.stored.profile,
            self.stored.images,
        )
    }
}

/// A scene cannot be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// No parcel, or more than allowed.
    #[error("a scene of {parcels} parcels; want 1 to {max}")]
    Parcels {
        /// How many.
        parcels: usize,
        /// The limit.
        max: usize,
    },
    /// More of something than allowed.
    #[error("more than {max} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        max: usize,
    },
    /// A piece names a model that is not there.
    #[error("a piece names model {model} of {models}")]
    NoModel {
        /// The number.
        model: usize,
        /// How many there are.
        models: usize,
    },
    /// The atlas's sides are none that can be used.
    #[error("an atlas of {min} to {max} pixels; want powers of two, 64 to {limit}")]
    Atlas {
        /// The smallest side.
        min: u32,
        /// The largest.
        max: u32,
        /// The limit.
        limit: u32,
    },
    /// The options said to stop.
    #[error("out of time")]
    OutOfTime,
    /// The writer's check of what came out failed.
    #[error("the result is wrong: {0}")]
    Unwritable(String),
}

/// Counts of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct MergeStats {
    /// Things that stood in the scene.
    pub pieces: usize,
    /// Their triangles.
    pub triangles_in: usize,
    /// What of them is within the parcels.
    pub triangles_clipped: usize,
    /// What came out.
    pub triangles_out: usize,
    /// Different looks.
    pub surfaces: usize,
    /// Parts of images in the atlas.
    pub tiles: usize,
    /// Pixels on the atlas's side; 0 without one.
    pub atlas_side: u32,
    /// Which way the triangles became few enough.
    pub way: Way,
}

/// Which way a scene's triangles became few enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// There were few.
    #[default]
    AsItWas,
    /// Simplified, seams of textures closed.
    Simplified,
    /// Simplified across seams.
    AcrossSeams,
    /// Simplified across seams, small parts dropped.
    SmallDropped,
    /// By a grid, whatever hangs together.
    Sloppy,
    /// The smallest were dropped.
    Dropped,
}

/// A merged scene.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The GLB; one without a mesh when nothing is seen.
    pub output: Vec<u8>,
    /// Files beside it.
    pub files: Vec<OutputFile>,
    /// The model that was written, images as they went to the encoder.
    pub model: Model,
    /// Counts.
    pub stats: MergeStats,
    /// Images that could not be read and the like: the mesh is there without them.
    pub problems: Vec<String>,
}

/// Merges a scene.
///
/// # Errors
///
/// See [`MergeError`].
pub fn merge(
    models: &[Model],
    pieces: &[Piece],
    land: &Land,
    options: &MergeOptions<'_>,
    encoder: &dyn TextureEncoder,
) -> Result<Merged, MergeError> {
    check(models, pieces, land, options)?;
    let mut problems = Vec::new();
    let mut surfaces = surface::Surfaces::new(models, &options.limits);
    let mut soup = gather::gather(models, pieces, &mut surfaces, &options.limits)?;
    let mut stats = MergeStats {
        pieces: pieces.len(),
        triangles_in: soup.triangle_count(),
        surfaces: surfaces.list.len(),
        ..MergeStats::default()
    };
    go_on(options)?;
    clip::clip(&mut soup, &region::of(land), land.height_metres(), options)?;
    stats.triangles_clipped = soup.triangle_count();
    let target = options
        .triangles_per_parcel
        .saturating_mul(land.parcel_count());
    let mut parts = Vec::new();
    for (part, target) in parts::split(soup, &surfaces.list, target) {
        go_on(options)?;
        let (soup, way) = reduce::reduce(part.soup, target, options.error_metres);
        stats.way = stats.way.max(way);
        stats.triangles_out += soup.triangle_count();
        parts.push(parts::Part { soup, ..part });
    }
    go_on(options)?;
    let mut model = output::empty();
    for part in parts
        .into_iter()
        .filter(|part| !part.soup.indices.is_empty())
    {
        let atlas = atlas::place(part.soup, &surfaces, options)?;
        stats.tiles += atlas.tiles.len();
        stats.atlas_side = stats.atlas_side.max(atlas.side);
        let pixels = bake::bake(&atlas, &surfaces, options, &mut problems);
        let material = (part.look, part.double_sided);
        output::add(&mut model, &atlas, &pixels, material, options);
        go_on(options)?;
    }
    let stored =
        bundler::store(model.clone(), &options.stored, encoder).map_err(MergeError::Unwritable)?;
    problems.extend(stored.problems);
    Ok(Merged {
        output: stored.output,
        files: stored.files,
        model,
        stats,
        problems,
    })
}

fn check(
    models: &[Model],
    pieces: &[Piece],
    land: &Land,
    options: &MergeOptions<'_>,
) -> Result<(), MergeError> {
    let limits = &options.limits;
    let (parcels, max) = (land.parcels.len(), limits.parcels_max);
    if parcels == 0 || parcels > max {
        return Err(MergeError::Parcels { parcels, max });
    }
    let max = limits.pieces_max;
    if pieces.len() > max {
        let what = "things stand in the scene";
        return Err(MergeError::TooMany { what, max });
    }
    let models = models.len();
    if let Some(piece) = pieces.iter().find(|piece| piece.model >= models) {
        let model = piece.model;
        return Err(MergeError::NoModel { model, models });
    }
    let (min, max) = (options.atlas_side_min, options.atlas_side_max);
    let limit = limits.atlas_side_max;
    let usable = |side: u32| side.is_power_of_two() && (64..=limit).contains(&side);
    if min > max || !usable(min) || !usable(max) {
        return Err(MergeError::Atlas { min, max, limit });
    }
    Ok(())
}

fn go_on(options: &MergeOptions<'_>) -> Result<(), MergeError> {
    match options.stored.go_on {
        Some(go_on) if !go_on() => Err(MergeError::OutOfTime),
        _ => Ok(()),
    }
}
