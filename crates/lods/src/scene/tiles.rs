//! Tiles: the parts of images that are seen.
//!
//! Models of the wild share large images and use a corner of each, or repeat a small one many times
//! over. A tile is what one or more islands use of an image, with what is repeated laid out in it.

use super::gather::{Soup, Vertex, cross, length};
use super::surface::{Surface, Surfaces, Wrap};

/// Texture coordinates from low to high, along each axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UvBox {
    pub(super) low: [f32; 2],
    pub(super) high: [f32; 2],
}

impl UvBox {
    const NONE: Self = Self {
        low: [f32::INFINITY; 2],
        high: [f32::NEG_INFINITY; 2],
    };

    fn add(&mut self, other: &Self) {
        for axis in 0..2 {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
    }

    fn meets(&self, other: &Self) -> bool {
        (0..2).all(|axis| self.low[axis] <= other.high[axis] && other.low[axis] <= self.high[axis])
    }

    pub(super) fn size(&self) -> [f32; 2] {
        [self.high[0] - self.low[0], self.high[1] - self.low[1]]
    }
}

/// A part of a look's images.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tile {
    pub(super) surface: u32,
    pub(super) uv: UvBox,
    /// Pixels of the image in it; 1 by 1 of a look without an image.
    pub(super) pixels: [f32; 2],
    /// Square metres that show it, and the area of their texture coordinates.
    metres: f64,
    coordinates: f64,
}

impl Tile {
    /// Metres along the tile's sides, as far as its texture says.
    pub(super) fn metres(&self) -> [f32; 2] {
        let scale = (self.metres / self.coordinates.max(1e-12)).sqrt() as f32;
        self.uv.size().map(|side| side * scale)
    }
}

/// A soup with its vertices' texture coordinates moved to where their tiles are, and the tile of each.
pub(super) struct Tiled {
    pub(super) soup: Soup,
    pub(super) tile_of: Vec<u32>,
    pub(super) tiles: Vec<Tile>,
}

/// Times an image may be repeated in a tile; beyond it only its mean colour is left.
const REPEATS_MAX: f32 = 64.0;
/// Islands of one look that are looked at by themselves; of more, all are one tile.
const ISLANDS_MAX: usize = 512;

/// Cuts a soup's images into tiles. `whole` makes one tile of each look.
pub(super) fn tiles(mut soup: Soup, surfaces: &Surfaces<'_>, whole: bool) -> Tiled {
    let (islands, count) = soup.islands();
    let mut own: Vec<Option<Tile>> = vec![None; count];
    for (vertex, &island) in soup.vertices.iter().zip(&islands) {
        let point = UvBox {
            low: vertex.uv,
            high: vertex.uv,
        };
        let tile = own[island as usize].get_or_insert(Tile {
            surface: vertex.surface,
            uv: UvBox::NONE,
            pixels: [1.0; 2],
            metres: 0.0,
            coordinates: 0.0,
        });
        tile.uv.add(&point);
    }
    let corners = soup.indices.as_chunks::<3>().0.iter();
    for (triangle, corners) in soup.triangles().zip(corners) {
        if let Some(tile) = &mut own[islands[corners[0] as usize] as usize] {
            tile.metres += f64::from(length(cross(triangle.map(|v| v.position)))) / 2.0;
            tile.coordinates += uv_area(&triangle);
        }
    }
    let mut own: Vec<Tile> = own.into_iter().flatten().collect();
    let mut shifts = Vec::with_capacity(own.len());
    for tile in &mut own {
        let surface = &surfaces.list[tile.surface as usize];
        shifts.push(brought_home(tile, surface));
        snap(tile, surface, surfaces);
    }
    for (vertex, &island) in soup.vertices.iter_mut().zip(&islands) {
        let shift = shifts[island as usize];
        vertex.uv = [vertex.uv[0] - shift[0], vertex.uv[1] - shift[1]];
    }
    let (tiles, places) = merged(&own, surfaces, whole);
    let tile_of = islands.iter().map(|&island| places[island as usize]);
    Tiled {
        tile_of: tile_of.collect(),
        soup,
        tiles,
    }
}

fn uv_area([a, b, c]: &[Vertex; 3]) -> f64 {
    let d = |from: &Vertex, to: &Vertex, axis: usize| f64::from(to.uv[axis] - from.uv[axis]);
    (d(a, b, 0) * d(a, c, 1) - d(a, b, 1) * d(a, c, 0)).abs() / 2.0
}

/// Moves an island by whole images to where the image is; gives by how much.
fn brought_home(tile: &mut Tile, surface: &Surface) -> [f32; 2] {
    let picture = surface.base.or(surface.glow);
    let shift: [f32; 2] = std::array::from_fn(|axis| {
        let step = match picture.map(|picture| picture.wrap[axis]) {
            Some(Wrap::Repeat) => 1.0,
            Some(Wrap::Mirror) => 2.0,
            Some(Wrap::Clamp) | None => return 0.0,
        };
        // The middle decides: what reaches a little over an edge on both sides stays as it is.
        let middle = (tile.uv.low[axis] + tile.uv.high[axis]) / 2.0;
        let inside = tile.uv.low[axis] >= 0.0 && tile.uv.high[axis] <= 1.0;
        if inside {
            0.0
        } else {
            (middle / step).floor() * step
        }
    });
    for (axis, shift) in shift.into_iter().enumerate() {
        tile.uv.low[axis] -= shift;
        tile.uv.high[axis] -= shift;
    }
    shift
}

/// Rounds a box outward to whole pixels of the image, so that it has at least one.
fn snap(tile: &mut Tile, surface: &Surface, surfaces: &Surfaces<'_>) {
    let picture = surface.base.or(surface.glow);
    let Some(image) = picture.map(|picture| &surfaces.images[picture.image]) else {
        tile.uv = UvBox {
            low: [0.0; 2],
            high: [1.0; 2],
        };
        return;
    };
    for (axis, side) in [image.width, image.height].into_iter().enumerate() {
        let side = side.max(1) as f32;
        let low = (tile.uv.low[axis] * side + 1e-3).floor();
        let high = (tile.uv.high[axis] * side - 1e-3).ceil().max(low + 1.0);
        tile.uv.low[axis] = low / side;
        tile.uv.high[axis] = high / side;
        tile.pixels[axis] = if high - low > REPEATS_MAX * side {
            1.0
        } else {
            high - low
        };
    }
}

/// Tiles of one look that overlap become one; gives the tile of each island.
fn merged(own: &[Tile], surfaces: &Surfaces<'_>, whole: bool) -> (Vec<Tile>, Vec<u32>) {
    let mut of_surface: Vec<Vec<usize>> = vec![Vec::new(); surfaces.list.len()];
    for (island, tile) in own.iter().enumerate() {
        of_surface[tile.surface as usize].push(island);
    }
    let (mut tiles, mut places) = (Vec::new(), vec![0; own.len()]);
    for islands in of_surface.iter().filter(|islands| !islands.is_empty()) {
        let one = whole || islands.len() > ISLANDS_MAX;
        let mut groups: Vec<(Tile, Vec<usize>)> = Vec::new();
        for &island in islands {
            let mut group = (own[island], vec![island]);
            // What has grown may meet another one.
            while let Some(at) = groups
                .iter()
                .position(|(t, _)| one || t.uv.meets(&group.0.uv))
            {
                let (tile, members) = groups.swap_remove(at);
                group.0 = union(&group.0, &tile);
                group.1.extend(members);
            }
            groups.push(group);
        }
        groups.sort_by_key(|(_, members)| members.iter().min().copied());
        for (mut tile, members) in groups {
            let surface = &surfaces.list[tile.surface as usize];
            snap(&mut tile, surface, surfaces);
            members
                .into_iter()
                .for_each(|island| places[island] = tiles.len() as u32);
            tiles.push(tile);
        }
    }
    (tiles, places)
}

fn union(a: &Tile, b: &Tile) -> Tile {
    let mut uv = a.uv;
    uv.add(&b.uv);
    Tile {
        uv,
        metres: a.metres + b.metres,
        coordinates: a.coordinates + b.coordinates,
        ..*a
    }
}
