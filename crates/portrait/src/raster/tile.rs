//! One tile: what is nearest at each point, then its colour, then what is blended over it.

use std::ops::{Add, BitOr, Mul};

use super::setup::{STEPS, Setup};
use super::{CELLS, Frame, SAMPLES, TILE, TILE_CELLS};
use crate::model::Alpha;
use crate::srgb;

const CELLS_IN_TILE: usize = TILE_CELLS * TILE_CELLS;
const NOBODY: u32 = u32::MAX;

/// Points of a cell in steps: a turned grid, so that four cells have eight different rows and columns.
const POINTS: [[i32; 2]; SAMPLES] = [[6, 2], [14, 6], [2, 10], [10, 14]];

/// The points again, in cells.
const PLACES: [[f32; 2]; SAMPLES] = {
    let mut places = [[0.0; 2]; SAMPLES];
    let mut index = 0;
    while index < SAMPLES {
        places[index] = [
            POINTS[index][0] as f32 / STEPS as f32,
            POINTS[index][1] as f32 / STEPS as f32,
        ];
        index += 1;
    }
    places
};

/// Which points of one cell, and the cell.
struct Cover {
    /// Index within the tile.
    index: usize,
    /// The cell's upper left, in cells of the picture.
    at: [f32; 2],
    points: [bool; SAMPLES],
}

/// Finds the cells of a tile that a triangle covers in part or whole. `T` is wide enough for its edges.
fn scan<T>(setup: &Setup, origin: [i32; 2], mut visit: impl FnMut(&Cover))
where
    T: Copy
        + Default
        + From<i32>
        + Add<Output = T>
        + Mul<Output = T>
        + BitOr<Output = T>
        + PartialOrd,
{
    let last = TILE_CELLS as i32 - 1;
    let [left, top, right, bottom] = setup.cells;
    let (left, right) = (left.max(origin[0]), right.min(origin[0] + last));
    let (top, bottom) = (top.max(origin[1]), bottom.min(origin[1] + last));
    let along = setup.edges.map(|edge| edge.along.map(T::from));
    let offsets = along.map(|[x, y]| POINTS.map(|[px, py]| x * T::from(px) + y * T::from(py)));
    let across = along.map(|[x, _]| x * T::from(STEPS));
    for y in top..=bottom {
        let mut values: [T; 3] = std::array::from_fn(|index| {
            let (edge, [x_along, y_along]) = (&setup.edges[index], along[index]);
            let dx = T::from(left * STEPS - edge.from[0]);
            let dy = T::from(y * STEPS - edge.from[1]);
            x_along * dx + y_along * dy + T::from(edge.bias)
        });
        for x in left..=right {
            let signs: [T; SAMPLES] = std::array::from_fn(|point| {
                let [a, b, c] = [0, 1, 2].map(|edge| values[edge] + offsets[edge][point]);
                a | b | c
            });
            let points = signs.map(|sign| sign >= T::default());
            if points != [false; SAMPLES] {
                let index = (y - origin[1]) as usize * TILE_CELLS + (x - origin[0]) as usize;
                visit(&Cover {
                    index,
                    at: [x as f32, y as f32],
                    points,
                });
            }
            values = [0, 1, 2].map(|edge| values[edge] + across[edge]);
        }
    }
}

fn each_cover(setup: &Setup, origin: [i32; 2], visit: impl FnMut(&Cover)) {
    if setup.is_small {
        scan::<i32>(setup, origin, visit);
    } else {
        scan::<i64>(setup, origin, visit);
    }
}

/// Depths of a triangle at the points of a cell, never beyond those of its corners.
fn depths(setup: &Setup, at: [f32; 2]) -> [f32; SAMPLES] {
    let [depth, dx, dy] = setup.depth;
    let [low, high] = setup.depth_range;
    let base = depth + dx * (at[0] - setup.origin[0]) + dy * (at[1] - setup.origin[1]);
    PLACES.map(|[x, y]| (base + dx * x + dy * y).max(low).min(high))
}

/// The middle of some points of a cell.
fn middle(at: [f32; 2], points: [bool; SAMPLES]) -> [f32; 2] {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for (place, _) in PLACES.iter().zip(points).filter(|(_, is_in)| *is_in) {
        sum = [sum[0] + place[0], sum[1] + place[1]];
        count += 1.0;
    }
    [at[0] + sum[0] / count, at[1] + sum[1] / count]
}

/// What is nearest, at each point of each cell.
struct Nearest {
    depth: Vec<[f32; SAMPLES]>,
    setup: Vec<[u32; SAMPLES]>,
}

fn nearest(frame: &Frame<'_>, solid: &[u32], origin: [i32; 2]) -> Nearest {
    let mut nearest = Nearest {
        depth: vec![[1.0; SAMPLES]; CELLS_IN_TILE],
        setup: vec![[NOBODY; SAMPLES]; CELLS_IN_TILE],
    };
    for &index in solid {
        let setup = &frame.setups[index as usize];
        let cutoff = match frame.scene.surfaces[setup.surface as usize].alpha {
            Alpha::Mask(cutoff) => Some(cutoff),
            _ => None,
        };
        each_cover(setup, origin, |cover| {
            let depths = depths(setup, cover.at);
            let old = &mut nearest.depth[cover.index];
            let owners = &mut nearest.setup[cover.index];
            for point in 0..SAMPLES {
                // What lies in the same place as something before it is drawn over it.
                let mut wins = cover.points[point] & (depths[point] <= old[point]);
                if let Some(cutoff) = cutoff.filter(|_| wins) {
                    let [x, y] = PLACES[point];
                    let place = [cover.at[0] + x, cover.at[1] + y];
                    wins = frame.shader.alpha(frame, setup, place) >= cutoff;
                }
                old[point] = if wins { depths[point] } else { old[point] };
                owners[point] = if wins { index } else { owners[point] };
            }
        });
    }
    nearest
}

/// Colours at the points of one cell: linear light, times alpha, and alpha.
type Colours = [[f32; 4]; SAMPLES];

/// Shades a cell: once for each triangle seen in it, in the middle of where it is seen.
fn shaded(frame: &Frame<'_>, owners: [u32; SAMPLES], at: [f32; 2]) -> Colours {
    if owners == [owners[0]; SAMPLES] {
        let setup = &frame.setups[owners[0] as usize];
        let [r, g, b, _] = frame
            .shader
            .colour(frame, setup, [at[0] + 0.5, at[1] + 0.5]);
        return [[r, g, b, 1.0]; SAMPLES];
    }
    let mut colours = [[0.0; 4]; SAMPLES];
    let mut done = owners.map(|owner| owner == NOBODY);
    for point in 0..SAMPLES {
        if done[point] {
            continue;
        }
        let own = owners.map(|owner| owner == owners[point]);
        let setup = &frame.setups[owners[point] as usize];
        let [r, g, b, _] = frame.shader.colour(frame, setup, middle(at, own));
        for other in 0..SAMPLES {
            if own[other] {
                colours[other] = [r, g, b, 1.0];
                done[other] = true;
            }
        }
    }
    colours
}

fn blend(
    frame: &Frame<'_>,
    blended: &[u32],
    origin: [i32; 2],
    depth: &[[f32; SAMPLES]],
    colours: &mut [Colours],
) {
    for &index in blended {
        let setup = &frame.setups[index as usize];
        each_cover(setup, origin, |cover| {
            let depths = depths(setup, cover.at);
            let solid = &depth[cover.index];
            let seen: [bool; SAMPLES] =
                std::array::from_fn(|point| cover.points[point] && depths[point] <= solid[point]);
            if seen == [false; SAMPLES] {
                return;
            }
            let [r, g, b, alpha] = frame.shader.colour(frame, setup, middle(cover.at, seen));
            let over = [r * alpha, g * alpha, b * alpha, alpha];
            let under = &mut colours[cover.index];
            for (under, _) in under.iter_mut().zip(seen).filter(|(_, is_seen)| *is_seen) {
                *under = std::array::from_fn(|c| over[c] + under[c] * (1.0 - alpha));
            }
        });
    }
}

/// The sum of a cell's points.
fn sum(colours: Colours) -> [f32; 4] {
    let [a, b, c, d] = colours;
    std::array::from_fn(|channel| (a[channel] + b[channel]) + (c[channel] + d[channel]))
}

/// Straight alpha, 8-bit sRGB, of a pixel's summed points.
fn pixel([r, g, b, alpha]: [f32; 4]) -> [u8; 4] {
    let whole = (CELLS * CELLS * SAMPLES) as f32;
    let part = (alpha / whole * 255.0).round() as u8;
    if part == 0 {
        return [0; 4];
    }
    let [r, g, b] = [r, g, b].map(|channel| srgb::to_byte(channel / alpha));
    [r, g, b, part]
}

/// Draws one tile, rows of [`TILE`] pixels; `None` where nothing is.
pub(super) fn draw(frame: &Frame<'_>, index: usize) -> Option<Vec<[u8; 4]>> {
    let bin = &frame.bins[index];
    if bin.solid.is_empty() && bin.blended.is_empty() {
        return None;
    }
    let (column, row) = (index % frame.columns, index / frame.columns);
    let origin = [column, row].map(|tile| (tile * TILE_CELLS) as i32);
    let nearest = nearest(frame, &bin.solid, origin);
    let mut sums = vec![[0.0_f32; 4]; TILE * TILE];
    let mut add = |index: usize, cell: [f32; 4]| {
        let (x, y) = (index % TILE_CELLS / CELLS, index / TILE_CELLS / CELLS);
        let pixel = &mut sums[y * TILE + x];
        *pixel = std::array::from_fn(|channel| pixel[channel] + cell[channel]);
    };
    let seen = nearest.setup.iter().enumerate();
    let seen = seen.filter(|(_, owners)| **owners != [NOBODY; SAMPLES]);
    let at = |index: usize| {
        let (x, y) = (index % TILE_CELLS, index / TILE_CELLS);
        [(origin[0] + x as i32) as f32, (origin[1] + y as i32) as f32]
    };
    if bin.blended.is_empty() {
        for (index, owners) in seen {
            add(index, sum(shaded(frame, *owners, at(index))));
        }
    } else {
        let mut colours = vec![[[0.0; 4]; SAMPLES]; CELLS_IN_TILE];
        for (index, owners) in seen {
            colours[index] = shaded(frame, *owners, at(index));
        }
        blend(frame, &bin.blended, origin, &nearest.depth, &mut colours);
        for (index, colours) in colours.into_iter().enumerate() {
            add(index, sum(colours));
        }
    }
    Some(sums.into_iter().map(pixel).collect())
}
