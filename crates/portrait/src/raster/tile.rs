//! One tile: what is nearest at each point, then its colour, then what is blended over it.

use std::ops::{Add, BitOr};

use wide::{f32x4, i32x4};

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

/// All points of a cell.
const ALL: u32 = (1 << SAMPLES) - 1;

/// Which points of one cell, and the cell.
struct Cover {
    /// Index within the tile.
    index: usize,
    /// The cell's upper left, in cells of the picture.
    at: [f32; 2],
    /// A bit for each point.
    points: u32,
}

/// Values of an edge at the points of a cell.
trait Values: Copy + Add<Output = Self> + BitOr<Output = Self> {
    fn new(values: [i64; SAMPLES]) -> Self;

    /// A bit for each value that is negative.
    fn negative(self) -> u32;
}

/// For triangles of usual size: four values at once.
impl Values for i32x4 {
    fn new(values: [i64; SAMPLES]) -> Self {
        Self::new(values.map(|value| value as i32))
    }

    fn negative(self) -> u32 {
        (self >> 31_i32).to_bitmask()
    }
}

/// For the few that are larger than the whole picture.
#[derive(Clone, Copy)]
struct Long([i64; SAMPLES]);

impl Add for Long {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|point| self.0[point] + other.0[point]))
    }
}

impl BitOr for Long {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(std::array::from_fn(|point| self.0[point] | other.0[point]))
    }
}

impl Values for Long {
    fn new(values: [i64; SAMPLES]) -> Self {
        Self(values)
    }

    fn negative(self) -> u32 {
        let bits = self.0.iter().enumerate();
        bits.map(|(point, value)| u32::from(*value < 0) << point)
            .sum()
    }
}

/// Finds the cells of a tile that a triangle covers in part or whole. `V` is wide enough for its edges.
fn scan<V: Values>(setup: &Setup, origin: [i32; 2], mut visit: impl FnMut(&Cover)) {
    let last = TILE_CELLS as i32 - 1;
    let [left, top, right, bottom] = setup.cells;
    let (left, right) = (left.max(origin[0]), right.min(origin[0] + last));
    let (top, bottom) = (top.max(origin[1]), bottom.min(origin[1] + last));
    let across = setup
        .edges
        .map(|edge| V::new([i64::from(edge.along[0] * STEPS); SAMPLES]));
    for y in top..=bottom {
        let mut values = setup.edges.map(|edge| {
            let [along_x, along_y] = edge.along.map(i64::from);
            let dx = i64::from(left * STEPS - edge.from[0]);
            let dy = i64::from(y * STEPS - edge.from[1]);
            let corner = along_x * dx + along_y * dy + i64::from(edge.bias);
            V::new(
                POINTS.map(|[px, py]| corner + along_x * i64::from(px) + along_y * i64::from(py)),
            )
        });
        for x in left..=right {
            let [a, b, c] = values;
            let points = !(a | b | c).negative() & ALL;
            if points != 0 {
                let index = (y - origin[1]) as usize * TILE_CELLS + (x - origin[0]) as usize;
                let at = [x as f32, y as f32];
                visit(&Cover { index, at, points });
            }
            values = [a + across[0], b + across[1], c + across[2]];
        }
    }
}

fn each_cover(setup: &Setup, origin: [i32; 2], visit: impl FnMut(&Cover)) {
    if setup.is_small {
        scan::<i32x4>(setup, origin, visit);
    } else {
        scan::<Long>(setup, origin, visit);
    }
}

/// Depths of a triangle at the points of a cell, never beyond those of its corners.
fn depths(setup: &Setup, at: [f32; 2]) -> f32x4 {
    let [depth, dx, dy] = setup.depth;
    let [low, high] = setup.depth_range.map(f32x4::splat);
    let base = depth + dx * (at[0] - setup.origin[0]) + dy * (at[1] - setup.origin[1]);
    let values = f32x4::splat(base)
        + f32x4::new(PLACES.map(|[x, _]| x)) * f32x4::splat(dx)
        + f32x4::new(PLACES.map(|[_, y]| y)) * f32x4::splat(dy);
    values.fast_max(low).fast_min(high)
}

/// Whether a point is among some.
fn has(points: u32, point: usize) -> bool {
    points >> point & 1 == 1
}

/// The middle of some points of a cell.
fn middle(at: [f32; 2], points: u32) -> [f32; 2] {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for (_, place) in PLACES
        .iter()
        .enumerate()
        .filter(|(point, _)| has(points, *point))
    {
        sum = [sum[0] + place[0], sum[1] + place[1]];
        count += 1.0;
    }
    [at[0] + sum[0] / count, at[1] + sum[1] / count]
}

/// What is nearest, at each point of each cell.
struct Nearest {
    depth: Vec<f32x4>,
    setup: Vec<[u32; SAMPLES]>,
}

/// Those of some points of a cell where a surface's alpha reaches its cut-off.
fn uncut(frame: &Frame<'_>, setup: &Setup, cover: &Cover, cutoff: f32, points: u32) -> u32 {
    let alpha = |[x, y]: [f32; 2]| {
        frame
            .shader
            .alpha(frame, setup, [cover.at[0] + x, cover.at[1] + y])
    };
    // Far from the edge of what is cut out, the middle speaks for all.
    let middle = alpha([0.5, 0.5]);
    if middle < cutoff * 0.02 {
        return 0;
    }
    if middle > 0.98 && cutoff < 0.9 {
        return points;
    }
    let kept = |point: &usize| has(points, *point) && alpha(PLACES[*point]) >= cutoff;
    (0..SAMPLES).filter(kept).map(|point| 1 << point).sum()
}

fn nearest(frame: &Frame<'_>, solid: &[u32], origin: [i32; 2]) -> Nearest {
    let mut nearest = Nearest {
        depth: vec![f32x4::splat(1.0); CELLS_IN_TILE],
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
            // What lies in the same place as something before it is drawn over it.
            let mut wins = cover.points & depths.simd_le(*old).to_bitmask();
            if let Some(cutoff) = cutoff.filter(|_| wins != 0) {
                wins = uncut(frame, setup, cover, cutoff, wins);
            }
            if wins == ALL {
                *old = depths;
                *owners = [index; SAMPLES];
            } else if wins != 0 {
                let (mut kept, depths) = (old.to_array(), depths.to_array());
                for point in (0..SAMPLES).filter(|point| has(wins, *point)) {
                    kept[point] = depths[point];
                    owners[point] = index;
                }
                *old = f32x4::new(kept);
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
    let mut left = ALL;
    for point in 0..SAMPLES {
        if owners[point] == NOBODY || !has(left, point) {
            continue;
        }
        let own = (0..SAMPLES).filter(|other| owners[*other] == owners[point]);
        let own: u32 = own.map(|other| 1 << other).sum();
        let setup = &frame.setups[owners[point] as usize];
        let [r, g, b, _] = frame.shader.colour(frame, setup, middle(at, own));
        for (_, colour) in (0..)
            .zip(&mut colours)
            .filter(|(other, _)| has(own, *other))
        {
            *colour = [r, g, b, 1.0];
        }
        left &= !own;
    }
    colours
}

fn blend(
    frame: &Frame<'_>,
    blended: &[u32],
    origin: [i32; 2],
    depth: &[f32x4],
    colours: &mut [Colours],
) {
    for &index in blended {
        let setup = &frame.setups[index as usize];
        each_cover(setup, origin, |cover| {
            let solid = depth[cover.index];
            let seen = cover.points & depths(setup, cover.at).simd_le(solid).to_bitmask();
            if seen == 0 {
                return;
            }
            let [r, g, b, alpha] = frame.shader.colour(frame, setup, middle(cover.at, seen));
            let over = [r * alpha, g * alpha, b * alpha, alpha];
            let under = (0..).zip(&mut colours[cover.index]);
            for (_, under) in under.filter(|(point, _)| has(seen, *point)) {
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
