//! The rasteriser: exact coverage at sixteen points a pixel, depth, one shade a quarter pixel.
//!
//! A picture is cut into tiles, and each tile is drawn by itself: which triangle is nearest at each
//! point, then its colour, then what is transparent from back to front. Tiles go to any number of
//! threads; none sees another's work, so the picture is the same for any number.

mod project;
mod setup;
mod shade;
mod tile;

use crate::limits::Limits;
use crate::model::Alpha;
use crate::parallel;
use crate::picture::Picture;
use crate::scene::Scene;
use crate::shot::{Look, Shot};
use setup::Setup;

/// Pixels along a tile's side.
const TILE: usize = 16;
/// Cells along a pixel's side: each cell is shaded once for each triangle seen in it.
const CELLS: usize = 2;
/// Cells along a tile's side.
const TILE_CELLS: usize = TILE * CELLS;
/// Points of a cell at which coverage and depth are known.
const SAMPLES: usize = 4;

/// The picture cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a picture of {width} by {height} pixels is empty or beyond the {pixels_max} allowed")]
    Size {
        width: u32,
        height: u32,
        pixels_max: usize,
    },
    #[error("the camera's numbers make no view")]
    Camera,
}

/// All that tiles share.
struct Frame<'a> {
    scene: &'a Scene,
    corners: Vec<project::Corner>,
    setups: Vec<Setup>,
    /// For each tile, indices of setups: what is solid in order of the scene, then what is blended, from
    /// back to front.
    bins: Vec<Bin>,
    shader: shade::Shader,
    columns: usize,
}

#[derive(Clone, Default)]
struct Bin {
    solid: Vec<u32>,
    blended: Vec<u32>,
}

/// Draws a scene.
///
/// # Errors
/// A size of nothing or beyond the limits, or a camera whose numbers make no view.
pub fn render(scene: &Scene, shot: &Shot, look: &Look, limits: &Limits) -> Result<Picture, Error> {
    let (width, height) = (shot.width as usize, shot.height as usize);
    let pixels_max = limits.picture_pixels;
    let pixels = width.saturating_mul(height);
    if pixels == 0 || pixels > pixels_max || width.max(height) > 1 << 14 {
        let (width, height) = (shot.width, shot.height);
        return Err(Error::Size {
            width,
            height,
            pixels_max,
        });
    }
    let projected = project::project(scene, shot).ok_or(Error::Camera)?;
    let mut setups = Vec::with_capacity(projected.triangles.len());
    for triangle in &projected.triangles {
        setups.extend(Setup::new(
            triangle,
            &projected.corners,
            &scene.surfaces[triangle.surface as usize],
        ));
    }
    let columns = width.div_ceil(TILE);
    let rows = height.div_ceil(TILE);
    let frame = Frame {
        bins: bins(scene, &setups, columns, rows),
        scene,
        corners: projected.corners,
        setups,
        shader: shade::Shader::new(look, shot),
        columns,
    };
    let tiles = parallel::map(limits.threads, columns * rows, |index| {
        tile::draw(&frame, index)
    });
    let mut rgba = vec![0; pixels * 4];
    for (index, tile) in tiles.iter().enumerate() {
        let Some(tile) = tile else { continue };
        let (left, top) = (index % columns * TILE, index / columns * TILE);
        let across = TILE.min(width - left);
        for (y, row) in tile
            .chunks_exact(TILE)
            .enumerate()
            .take(TILE.min(height - top))
        {
            let at = ((top + y) * width + left) * 4;
            rgba[at..at + across * 4].copy_from_slice(row[..across].as_flattened());
        }
    }
    Ok(Picture {
        width: shot.width,
        height: shot.height,
        rgba,
    })
}

/// Sorts triangles into the tiles their bounds touch.
fn bins(scene: &Scene, setups: &[Setup], columns: usize, rows: usize) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); columns * rows];
    let is_blended = |setup: &Setup| scene.surfaces[setup.surface as usize].alpha == Alpha::Blend;
    let mut blended: Vec<u32> = (0..setups.len() as u32)
        .filter(|index| is_blended(&setups[*index as usize]))
        .collect();
    // Stable: of two at one depth the first of the scene is drawn first.
    blended.sort_by(|a, b| {
        let [a, b] = [a, b].map(|index| setups[*index as usize].depth_mean());
        b.total_cmp(&a)
    });
    let mut put = |index: u32, is_blended: bool| {
        let [left, top, right, bottom] = setups[index as usize].cells;
        let tiles = |from: i32, to: i32, count: usize| {
            let tile = |cell: i32| (cell.max(0) as usize / TILE_CELLS).min(count);
            if to < 0 {
                0..0
            } else {
                tile(from)..(tile(to) + 1).min(count)
            }
        };
        for row in tiles(top, bottom, rows) {
            for column in tiles(left, right, columns) {
                let bin = &mut bins[row * columns + column];
                let list = if is_blended {
                    &mut bin.blended
                } else {
                    &mut bin.solid
                };
                list.push(index);
            }
        }
    };
    for index in (0..setups.len() as u32).filter(|index| !is_blended(&setups[*index as usize])) {
        put(index, false);
    }
    for index in blended {
        put(index, true);
    }
    bins
}
