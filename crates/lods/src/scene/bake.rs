//! Baking: the pixels of an atlas, each the mean of what it covers, in linear light.

use texture::{Limits, decode};

use super::MergeOptions;
use super::atlas::{Atlas, GUTTER, Slot};
use super::surface::{Look, Picture, Surface, Surfaces, Wrap};
use super::tiles::Tile;

/// Red, green, blue times alpha, and alpha.
type Light = [f32; 4];

/// An image and its halves.
struct Pyramid {
    levels: Vec<Plane>,
}

struct Plane {
    width: usize,
    height: usize,
    /// Linear, colours times alpha, in 65535ths.
    pixels: Vec<[u16; 4]>,
}

/// Samples along a side of a pixel, at most.
const SAMPLES_MAX: f32 = 8.0;

/// RGBA, rows from the top, `side * side` pixels.
pub(super) fn bake(
    atlas: &Atlas,
    surfaces: &Surfaces<'_>,
    options: &MergeOptions<'_>,
    problems: &mut Vec<String>,
) -> Vec<u8> {
    let side = atlas.side as usize;
    let mut rgba: Vec<Option<[u8; 4]>> = vec![None; side * side];
    let look = |tile: &Tile| &surfaces.list[tile.surface as usize];
    let mut order: Vec<usize> = (0..atlas.tiles.len()).collect();
    // Each image is decoded once.
    order.sort_by_key(|&at| {
        let surface = look(&atlas.tiles[at]);
        let image = |picture: Option<Picture>| picture.map(|picture| picture.image);
        (image(surface.base), image(surface.glow), at)
    });
    let (mut base, mut glow) = (Loaded::default(), Loaded::default());
    for at in order {
        let (tile, slot) = (&atlas.tiles[at], &atlas.slots[at]);
        let surface = look(tile);
        let base = base.get(surface.base, surfaces, options, problems);
        let glow = glow.get(surface.glow, surfaces, options, problems);
        let encode = encoder(surface);
        for y in 0..slot.height {
            for x in 0..slot.width {
                let seen = |picture: Option<Picture>, pyramid: Option<&Pyramid>| {
                    Some(covered(pyramid?, picture?.wrap, tile, slot, [x, y]))
                };
                let pixel = shade(surface, seen(surface.base, base), seen(surface.glow, glow));
                let at = (slot.y + y) as usize * side + (slot.x + x) as usize;
                rgba[at] = Some(encode(pixel));
            }
        }
        frame(&mut rgba, side, slot);
    }
    let rest = mean(&rgba);
    rgba.into_iter()
        .flat_map(|pixel| pixel.unwrap_or(rest))
        .collect()
}

/// The image that was needed last.
#[derive(Default)]
struct Loaded {
    image: Option<usize>,
    pyramid: Option<Pyramid>,
}

impl Loaded {
    fn get(
        &mut self,
        picture: Option<Picture>,
        surfaces: &Surfaces<'_>,
        options: &MergeOptions<'_>,
        problems: &mut Vec<String>,
    ) -> Option<&Pyramid> {
        let image = picture?.image;
        if self.image != Some(image) {
            self.image = Some(image);
            let limits = Limits {
                side_max: options.limits.image_side_max,
                pixels_max: options.limits.image_pixels_max,
                ..Limits::default()
            };
            self.pyramid = match decode(&surfaces.images[image].bytes, &limits) {
                Ok(decoded) => Some(Pyramid::new(&decoded)),
                Err(error) => {
                    problems.push(format!("an image cannot be read: {error}"));
                    None
                }
            };
        }
        self.pyramid.as_ref()
    }
}

impl Pyramid {
    fn new(image: &texture::Image) -> Self {
        let linear: [f32; 256] = std::array::from_fn(|value| light(value as f32 / 255.0));
        let pixels = image.rgba().as_chunks::<4>().0.iter().map(|&[r, g, b, a]| {
            let alpha = f32::from(a) / 255.0;
            let short = |value: f32| (value * 65_535.0).round() as u16;
            let color = [r, g, b].map(|c| short(linear[usize::from(c)] * alpha));
            [color[0], color[1], color[2], short(alpha)]
        });
        let mut levels = vec![Plane {
            width: image.width() as usize,
            height: image.height() as usize,
            pixels: pixels.collect(),
        }];
        while let Some(half) = levels.last().and_then(Plane::half) {
            levels.push(half);
        }
        Self { levels }
    }
}

impl Plane {
    /// Half as large; `None` of what has one pixel.
    fn half(&self) -> Option<Self> {
        if self.width.max(self.height) <= 1 {
            return None;
        }
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let at = |dx: usize, dy: usize| {
                    let x = (x * 2 + dx).min(self.width - 1);
                    let y = (y * 2 + dy).min(self.height - 1);
                    self.pixels[y * self.width + x].map(u32::from)
                };
                let four = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
                pixels.push(std::array::from_fn(|k| {
                    ((four.iter().map(|pixel| pixel[k]).sum::<u32>() + 2) / 4) as u16
                }));
            }
        }
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    /// Between the four pixels around a place.
    fn sample(&self, wrap: [Wrap; 2], uv: [f32; 2]) -> Light {
        let (x, fx) = taps(uv[0], self.width, wrap[0]);
        let (y, fy) = taps(uv[1], self.height, wrap[1]);
        let at = |i: usize, j: usize| self.pixels[y[j] * self.width + x[i]].map(f32::from);
        let four = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
        std::array::from_fn(|k| {
            let upper = four[0][k] * (1.0 - fx) + four[1][k] * fx;
            let lower = four[2][k] * (1.0 - fx) + four[3][k] * fx;
            (upper * (1.0 - fy) + lower * fy) / 65_535.0
        })
    }
}

/// The two pixels beside a coordinate, and how far it is from the first.
fn taps(coordinate: f32, side: usize, wrap: Wrap) -> ([usize; 2], f32) {
    let at = coordinate * side as f32 - 0.5;
    let first = at.floor();
    let place = |pixel: i64| -> usize {
        let side = side as i64;
        let pixel = match wrap {
            Wrap::Clamp => pixel.clamp(0, side - 1),
            Wrap::Repeat => pixel.rem_euclid(side),
            Wrap::Mirror => {
                let twice = pixel.rem_euclid(2 * side);
                twice.min(2 * side - 1 - twice)
            }
        };
        pixel as usize
    };
    let pixel = first as i64;
    ([place(pixel), place(pixel + 1)], at - first)
}

/// The mean of what a pixel of a tile covers.
fn covered(
    pyramid: &Pyramid,
    wrap: [Wrap; 2],
    tile: &Tile,
    slot: &Slot,
    [x, y]: [u32; 2],
) -> Light {
    let base = &pyramid.levels[0];
    let sides = tile.uv.size();
    let step = [sides[0] / slot.width as f32, sides[1] / slot.height as f32];
    let covers = [step[0] * base.width as f32, step[1] * base.height as f32];
    let level = covers[0].min(covers[1]).max(1.0).log2().floor() as usize;
    let level = level.min(pyramid.levels.len() - 1);
    let plane = &pyramid.levels[level];
    let scale = (1_u64 << level) as f32;
    let count = covers.map(|pixels| (pixels / scale).ceil().clamp(1.0, SAMPLES_MAX) as usize);
    let mut sum = [0.0; 4];
    for j in 0..count[1] {
        for i in 0..count[0] {
            let part =
                |pixel: u32, k: usize, count: usize| pixel as f32 + (k as f32 + 0.5) / count as f32;
            let uv = [
                tile.uv.low[0] + part(x, i, count[0]) * step[0],
                tile.uv.low[1] + part(y, j, count[1]) * step[1],
            ];
            let sample = plane.sample(wrap, uv);
            sum.iter_mut().zip(sample).for_each(|(s, v)| *s += v);
        }
    }
    sum.map(|value| value / (count[0] * count[1]) as f32)
}

/// A look's own light and colour; not times alpha.
fn shade(surface: &Surface, base: Option<Light>, glow: Option<Light>) -> Light {
    let plain = |[r, g, b, a]: Light| {
        let a = a.max(1e-6);
        [r / a, g / a, b / a]
    };
    let factor = surface.color();
    let ([r, g, b], alpha) = base.map_or(([1.0; 3], 1.0), |light| (plain(light), light[3]));
    let [er, eg, eb] = glow.map_or([1.0; 3], plain);
    let emissive = surface.emissive();
    [
        r * factor[0] + er * emissive[0],
        g * factor[1] + eg * emissive[1],
        b * factor[2] + eb * emissive[2],
        alpha * factor[3],
    ]
}

/// To bytes. All cut-outs share one material, whose cutoff is a half: alpha is stretched to that.
fn encoder(surface: &Surface) -> impl Fn(Light) -> [u8; 4] {
    let look = surface.look;
    let cutoff = surface.cutoff();
    move |[r, g, b, a]| {
        let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        let [r, g, b] = [r, g, b].map(|value| byte(encoded(value.clamp(0.0, 1.0))));
        let alpha = match look {
            Look::Opaque => 1.0,
            Look::Cutout => a * 0.5 / cutoff.max(1e-3),
            Look::Transparent => a,
        };
        [r, g, b, byte(alpha)]
    }
}

/// Repeats a tile's edge around it.
fn frame(rgba: &mut [Option<[u8; 4]>], side: usize, slot: &Slot) {
    let (x0, y0) = (slot.x as usize, slot.y as usize);
    let (x1, y1) = (x0 + slot.width as usize - 1, y0 + slot.height as usize - 1);
    let gutter = GUTTER as usize;
    for y in y0 - gutter..=y1 + gutter {
        for x in x0 - gutter..=x1 + gutter {
            let (fx, fy) = (x.clamp(x0, x1), y.clamp(y0, y1));
            if (fx, fy) != (x, y) {
                rgba[y * side + x] = rgba[fy * side + fx];
            }
        }
    }
}

/// What is around the tiles: their mean, so that coarse mip maps do not darken.
fn mean(rgba: &[Option<[u8; 4]>]) -> [u8; 4] {
    let (mut sum, mut count) = ([0_u64; 4], 0_u64);
    for pixel in rgba.iter().flatten() {
        sum.iter_mut()
            .zip(pixel)
            .for_each(|(s, &c)| *s += u64::from(c));
        count += 1;
    }
    sum.map(|sum| (sum / count.max(1)) as u8)
}

/// From sRGB to light (IEC 61966-2-1).
fn light(value: f32) -> f32 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// From light to sRGB.
fn encoded(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}
