//! The atlas: where each tile goes, and how large it is there.

use super::gather::Soup;
use super::surface::Surfaces;
use super::tiles::{Tile, Tiled, tiles};
use super::{MergeError, MergeOptions};

/// Pixels around a tile that repeat its edge, so that filters see nothing of the neighbours.
pub(super) const GUTTER: u32 = 2;

/// A tile's place, in pixels, without its gutter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A part's mesh with texture coordinates in its atlas.
pub(super) struct Atlas {
    pub(super) side: u32,
    pub(super) soup: Soup,
    pub(super) tiles: Vec<Tile>,
    pub(super) slots: Vec<Slot>,
}

/// Finds places for all tiles: at their full size in the smallest atlas that has room, else in the
/// largest one with as many pixels a metre as fit.
///
/// # Errors
///
/// Too many looks for the atlas.
pub(super) fn place(
    soup: Soup,
    surfaces: &Surfaces<'_>,
    options: &MergeOptions<'_>,
) -> Result<Atlas, MergeError> {
    let mut tiled = tiles(soup, surfaces, false);
    let placed = match pack(&tiled.tiles, options) {
        Some(placed) => Some(placed),
        None => {
            tiled = tiles(tiled.soup, surfaces, true);
            pack(&tiled.tiles, options)
        }
    };
    let (side, slots) = placed.ok_or(MergeError::TooMany {
        what: "parts of images for the atlas",
        max: tiled.tiles.len(),
    })?;
    let Tiled {
        mut soup,
        tile_of,
        tiles,
    } = tiled;
    for (vertex, &tile) in soup.vertices.iter_mut().zip(&tile_of) {
        let (tile, slot) = (&tiles[tile as usize], &slots[tile as usize]);
        let (at, size) = ([slot.x, slot.y], [slot.width, slot.height]);
        let sides = tile.uv.size();
        let textured = surfaces.list[tile.surface as usize];
        vertex.uv = std::array::from_fn(|axis| {
            let within = (vertex.uv[axis] - tile.uv.low[axis]) / sides[axis];
            let within = match textured.base.or(textured.glow) {
                Some(_) => within.clamp(0.0, 1.0),
                None => 0.5,
            };
            (at[axis] as f32 + within * size[axis] as f32) / side as f32
        });
    }
    Ok(Atlas {
        side,
        soup,
        tiles,
        slots,
    })
}

fn pack(tiles: &[Tile], options: &MergeOptions<'_>) -> Option<(u32, Vec<Slot>)> {
    let mut side = options.atlas_side_min;
    while side <= options.atlas_side_max {
        if let Some(slots) = shelves(tiles, side, None) {
            return Some((side, slots));
        }
        side = side.checked_mul(2)?;
    }
    let side = options.atlas_side_max;
    let mut best = shelves(tiles, side, Some(0.0))?;
    // Pixels a metre, by halving on a logarithmic scale.
    let (mut low, mut high) = (-10.0_f32, 14.0_f32);
    for _ in 0..20 {
        let middle = (low + high) / 2.0;
        match shelves(tiles, side, Some(middle.exp2())) {
            Some(slots) => {
                best = slots;
                low = middle;
            }
            None => high = middle,
        }
    }
    Some((side, best))
}

/// Tiles on shelves, the tallest first; `None` when they do not fit. Their size is their own, or what
/// `pixels_per_metre` makes of them if that is less.
fn shelves(tiles: &[Tile], side: u32, pixels_per_metre: Option<f32>) -> Option<Vec<Slot>> {
    let most = side.checked_sub(2 * GUTTER)?;
    let size = |tile: &Tile| -> [u32; 2] {
        std::array::from_fn(|axis| {
            let own = tile.pixels[axis];
            let wanted = match pixels_per_metre {
                Some(density) => (tile.metres()[axis] * density).min(own),
                None => own,
            };
            wanted.ceil().max(1.0) as u32
        })
    };
    let mut order: Vec<(usize, [u32; 2])> = Vec::with_capacity(tiles.len());
    for (at, tile) in tiles.iter().enumerate() {
        let mut size = size(tile);
        if pixels_per_metre.is_some() {
            size = size.map(|side| side.min(most));
        } else if size.iter().any(|&side| side > most) {
            return None;
        }
        order.push((at, size));
    }
    order.sort_by_key(|&(at, [width, height])| (u32::MAX - height, u32::MAX - width, at));
    let mut slots = vec![None; tiles.len()];
    let (mut x, mut y, mut shelf) = (0, 0, 0);
    for (at, [width, height]) in order {
        let (wide, tall) = (width + 2 * GUTTER, height + 2 * GUTTER);
        if x + wide > side {
            (x, y, shelf) = (0, y + shelf, 0);
        }
        if y + tall > side {
            return None;
        }
        slots[at] = Some(Slot {
            x: x + GUTTER,
            y: y + GUTTER,
            width,
            height,
        });
        x += wide;
        shelf = shelf.max(tall);
    }
    slots.into_iter().collect()
}
