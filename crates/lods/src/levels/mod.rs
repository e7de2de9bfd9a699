//! Coarser levels of one model.
//!
//! A level is another list of indices over the vertices that are there: it costs a few bytes a triangle
//! and a client may draw it without loading anything. [`add`] makes the lists, [`write`] makes a file
//! with them (`MSFT_lod`), [`write_each`] a file a level.
//!
//! What is skinned or morphs, has few indices, or would keep nearly all of them stays as it is, and
//! colliders have no levels: they are never drawn.

mod msft;
mod simplify;

use bundler::model::{Geometry, Model, Topology};
use bundler::{Options, OutputFile, Stored, TextureEncoder, improve, store};
use serde::Serialize;

use crate::limits::Limits;
pub(crate) use simplify::{Attributes, Seams, Small, simplify};

/// What is wanted of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// Share of the triangles to keep.
    pub ratio: f32,
    /// How far the surface may move, as a share of the mesh's size. What stops first counts.
    pub error: f32,
    /// Whether seams of texture coordinates stay closed. They always do on cut-outs, whose shape is
    /// in their texture.
    pub keeps_seams: bool,
}

/// Options of levels.
#[derive(Debug, Clone)]
pub struct LevelOptions {
    /// From fine to coarse.
    pub wanted: Vec<Wanted>,
    /// Geometries with fewer indices stay as they are.
    pub indices_min: usize,
    /// A level that keeps a larger share of the one before it is none.
    pub kept_max: f32,
    /// What it may cost.
    pub limits: Limits,
}

impl Default for LevelOptions {
    fn default() -> Self {
        let wanted = |ratio, error, keeps_seams| Wanted {
            ratio,
            error,
            keeps_seams,
        };
        Self {
            wanted: vec![
                wanted(0.5, 0.005, true),
                wanted(0.25, 0.02, false),
                wanted(0.1, 0.05, false),
            ],
            indices_min: 30,
            kept_max: 0.9,
            limits: Limits::default(),
        }
    }
}

/// A level of a model: what the list beside the file says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Level {
    /// 0 is the model itself.
    pub level: usize,
    /// Triangles that are drawn, of all nodes that show them.
    pub triangles: usize,
    /// How far a surface has moved at most, as a share of its mesh's size.
    pub error: f32,
}

/// Levels cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LevelsError {
    /// More triangles than allowed.
    #[error("the model has {triangles} triangles; at most {max} are simplified")]
    TooManyTriangles {
        /// Of the model.
        triangles: usize,
        /// The limit.
        max: usize,
    },
    /// The writer's check of what came out failed.
    #[error("the result is wrong: {0}")]
    Unwritable(String),
}

/// A model with its levels, written.
#[derive(Debug, Clone)]
pub struct Leveled {
    /// The GLB.
    pub output: Vec<u8>,
    /// Files beside it.
    pub files: Vec<OutputFile>,
    /// The model itself and what is coarser.
    pub levels: Vec<Level>,
}

/// Gives a model's geometries their levels (as many as are wanted each, or none), and says what they
/// are. Levels that are the same as the one before are not in the list.
///
/// # Errors
///
/// [`LevelsError::TooManyTriangles`].
pub fn add(model: &mut Model, options: &LevelOptions) -> Result<Vec<Level>, LevelsError> {
    let (triangles, max) = (model.triangle_count(), options.limits.triangles_max);
    if triangles > max {
        return Err(LevelsError::TooManyTriangles { triangles, max });
    }
    let uses = uses(model);
    let mut errors = vec![0.0_f32; options.wanted.len()];
    for (geometry, usage) in model.geometries.iter_mut().zip(&uses) {
        let few = geometry.indices.len() < options.indices_min;
        if few
            || !usage.drawn
            || usage.bends
            || geometry.topology != Topology::Triangles
            || !geometry.targets.is_empty()
        {
            continue;
        }
        let attributes = Attributes::of(geometry);
        let mut finer = geometry.indices.clone();
        for (wanted, error) in options.wanted.iter().zip(&mut errors) {
            let seams = if wanted.keeps_seams || usage.cut_out {
                Seams::Kept
            } else {
                Seams::Open
            };
            let target = (geometry.indices.len() as f32 * wanted.ratio) as usize / 3 * 3;
            let indices = &geometry.indices;
            let (mut coarser, moved) = simplify(
                indices,
                &attributes,
                target,
                wanted.error,
                seams,
                Small::Dropped,
            );
            if coarser.is_empty() || coarser.len() as f32 > finer.len() as f32 * options.kept_max {
                coarser.clone_from(&finer);
            } else {
                *error = error.max(moved);
            }
            finer.clone_from(&coarser);
            geometry.levels.push(coarser);
        }
        if geometry
            .levels
            .iter()
            .all(|level| level.len() == geometry.indices.len())
        {
            geometry.levels.clear();
        }
    }
    Ok(list(model, &errors))
}

/// Who draws a geometry.
#[derive(Clone, Copy, Default)]
struct Usage {
    /// By a node that is no collider.
    drawn: bool,
    /// By a node with a skin.
    bends: bool,
    /// With a material that cuts out or blends.
    cut_out: bool,
}

fn uses(model: &Model) -> Vec<Usage> {
    let mut uses = vec![Usage::default(); model.geometries.len()];
    for node in &model.nodes {
        for primitive in node
            .mesh
            .iter()
            .flat_map(|&mesh| &model.meshes[mesh].primitives)
        {
            let usage = &mut uses[primitive.geometry];
            let material = primitive
                .material
                .map(|material| &model.materials[material]);
            usage.drawn |= !node.is_collider();
            usage.bends |= node.skin.is_some();
            usage.cut_out |= material
                .is_some_and(|material| material.alpha_mode != bundler::model::AlphaMode::Opaque);
        }
    }
    uses
}

/// Triangles of a geometry's level that have three different corners: the writer drops the others.
fn drawn(geometry: &Geometry, level: usize) -> usize {
    let triangles = geometry.level(level).as_chunks::<3>().0.iter();
    let corners =
        triangles.map(|corners| corners.map(|corner| geometry.positions[corner as usize]));
    corners
        .filter(|[a, b, c]| a != b && b != c && c != a)
        .count()
}

/// Triangles of each level, with those that are no coarser left out.
fn list(model: &Model, errors: &[f32]) -> Vec<Level> {
    // Nodes may show one geometry many times.
    let drawn: Vec<Vec<usize>> = model
        .geometries
        .iter()
        .map(|geometry| match geometry.topology {
            Topology::Triangles => {
                let levels = 0..=geometry.levels.len();
                levels.map(|level| drawn(geometry, level)).collect()
            }
            Topology::Points | Topology::Lines => vec![0],
        })
        .collect();
    let count = |level: usize| {
        let nodes = model.nodes.iter().filter(|node| !node.is_collider());
        let meshes = nodes.filter_map(|node| node.mesh);
        let primitives = meshes.flat_map(|mesh| &model.meshes[mesh].primitives);
        primitives
            .map(|primitive| {
                let levels = &drawn[primitive.geometry];
                levels[level.min(levels.len() - 1)]
            })
            .sum::<usize>()
    };
    let mut levels = vec![Level {
        level: 0,
        triangles: count(0),
        error: 0.0,
    }];
    for (at, &error) in errors.iter().enumerate() {
        let triangles = count(at + 1);
        if levels
            .last()
            .is_some_and(|finer| triangles < finer.triangles)
        {
            levels.push(Level {
                level: at + 1,
                triangles,
                error,
            });
        }
    }
    levels
}

/// A model with its levels in one file, by `MSFT_lod`: nodes that have coarser meshes name nodes that
/// show them.
///
/// # Errors
///
/// See [`LevelsError`].
pub fn write(
    model: &Model,
    options: &LevelOptions,
    stored: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Result<Leveled, LevelsError> {
    let mut model = improve(model);
    let levels = add(&mut model, options)?;
    msft::add_nodes(&mut model, options);
    let Stored { output, files, .. } =
        store(model, stored, encoder).map_err(LevelsError::Unwritable)?;
    Ok(Leveled {
        output,
        files,
        levels,
    })
}

/// A file for each coarser level: the model with that level alone and without colliders.
///
/// # Errors
///
/// See [`LevelsError`].
pub fn write_each(
    model: &Model,
    options: &LevelOptions,
    stored: &Options<'_>,
    encoder: &dyn TextureEncoder,
) -> Result<Vec<(Level, Stored)>, LevelsError> {
    let mut model = improve(model);
    let levels = add(&mut model, options)?;
    let coarser = levels.into_iter().skip(1);
    coarser
        .map(|level| {
            let stored = store(alone(&model, level.level), stored, encoder)
                .map_err(LevelsError::Unwritable)?;
            Ok((level, stored))
        })
        .collect()
}

/// The model with a level in place of the full one.
fn alone(model: &Model, level: usize) -> Model {
    let mut alone = model.clone();
    for (geometry, usage) in alone.geometries.iter_mut().zip(uses(model)) {
        let levels = std::mem::take(&mut geometry.levels);
        if !usage.drawn {
            geometry.indices.clear();
        } else if let Some(coarser) = levels.into_iter().nth(level - 1) {
            geometry.indices = coarser;
        }
    }
    for node in &mut alone.nodes {
        if node.is_collider() {
            node.mesh = None;
        }
    }
    alone
}
