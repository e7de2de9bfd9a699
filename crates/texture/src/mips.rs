//! From an image to the levels of a texture: the size a GPU format wants, and mip maps averaged in
//! the colour space of what the image is used for.

use crate::resample::{Floats, Kernel, resize, resize_rows};
use crate::{Error, Image, colour};

/// What a texture is for. It decides how pixels are averaged and what a file says of its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usage {
    /// sRGB colour, alpha linear: averaged in linear light, weighted by alpha.
    Colour,
    /// Colour whose alpha is cut at one half: as [`Usage::Colour`], and each level keeps the share
    /// of pixels that pass the cut, so that foliage does not thin out with distance.
    Cutout,
    /// Numbers (roughness, metal, occlusion): averaged as they are, each channel alone.
    Data,
    /// Vectors of a tangent-space normal map: averaged and made unit length again.
    Normal,
}

impl Usage {
    /// A stable name: part of content keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Colour => "colour",
            Self::Cutout => "cutout",
            Self::Data => "data",
            Self::Normal => "normal",
        }
    }

    /// Whether the bytes of red, green and blue are sRGB.
    #[must_use]
    pub fn is_srgb(self) -> bool {
        matches!(self, Self::Colour | Self::Cutout)
    }
}

/// Which sizes are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sizing {
    /// Whatever the image has, after the cap.
    Exact,
    /// The nearest multiples of 4, at least 4: what `KHR_texture_basisu` asks for.
    MultipleOf4,
    /// The nearest powers of two: what Unity's importer makes.
    PowerOfTwo,
}

/// How an image becomes levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainOptions {
    /// The longer side is at most this many pixels; the shorter keeps the proportion.
    pub side_max: u32,
    /// Rounding after the cap.
    pub sizing: Sizing,
    /// Whether smaller levels follow, down to 1 × 1.
    pub mips: bool,
    /// Rows from the bottom, as Unity stores them.
    pub flip: bool,
    /// An image of one colour becomes the smallest texture the sizing allows: it looks the same at
    /// any size.
    pub shrink_uniform: bool,
}

impl ChainOptions {
    /// For KTX2 files: multiples of 4, rows from the top, mip maps.
    #[must_use]
    pub fn ktx2(side_max: u32) -> Self {
        Self {
            side_max,
            sizing: Sizing::MultipleOf4,
            mips: true,
            flip: false,
            shrink_uniform: true,
        }
    }

    /// For Unity's Texture2D: powers of two, rows from the bottom, mip maps. Images of one colour
    /// keep their size: avatars need exact slots.
    #[must_use]
    pub fn unity(side_max: u32) -> Self {
        Self {
            side_max,
            sizing: Sizing::PowerOfTwo,
            mips: true,
            flip: true,
            shrink_uniform: false,
        }
    }

    /// Width and height of the first level.
    #[must_use]
    pub fn size(&self, width: u32, height: u32) -> (u32, u32) {
        let longer = width.max(height);
        let cap = self.side_max.max(1);
        let fit = |side: u32| {
            if longer <= cap {
                return side.max(1);
            }
            let product = u64::from(side) * u64::from(cap);
            (((product + u64::from(longer) / 2) / u64::from(longer)) as u32).max(1)
        };
        let round = |side: u32| match self.sizing {
            Sizing::Exact => side,
            Sizing::MultipleOf4 => (side.saturating_add(2) / 4 * 4).max(4),
            Sizing::PowerOfTwo => nearest_power_of_two(side),
        };
        (round(fit(width)), round(fit(height)))
    }
}

/// Below or above, whichever is nearer; the upper one when both are.
fn nearest_power_of_two(side: u32) -> u32 {
    let above = side.checked_next_power_of_two().unwrap_or(1 << 31);
    let below = (above / 2).max(1);
    if above - side <= side - below.min(side) {
        above
    } else {
        below
    }
}

/// One level of a texture: RGBA, rows in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Four bytes a pixel.
    pub rgba: Vec<u8>,
}

/// A texture before it is compressed: levels from the largest to the smallest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MipChain {
    usage: Usage,
    has_alpha: bool,
    levels: Vec<Level>,
}

impl MipChain {
    /// Resizes and averages `image`. It takes about 20 bytes of memory for each pixel of the first
    /// level, and 16 for each row of the image times the width of that level.
    ///
    /// # Errors
    /// [`Error::BadBuffer`] never, unless an [`Image`] was made by other means than this crate.
    pub fn new(image: &Image, usage: Usage, options: &ChainOptions) -> Result<Self, Error> {
        let space = Space(usage);
        let (width, height) = (image.width(), image.height());
        let mut size = options.size(width, height);
        let uniform = is_uniform(image.rgba());
        if options.shrink_uniform && uniform {
            size = options.size(1, 1);
        }
        let has_alpha = usage != Usage::Normal && image.rgba().chunks(4).any(|p| p[3] != 255);
        let mut base = if uniform {
            image.rgba()[..4].repeat(size.0 as usize * size.1 as usize)
        } else if size == (width, height) {
            image.rgba().to_vec()
        } else {
            space.encode(&scaled(image, space, size))
        };
        if options.flip {
            base = flipped(&base, size.0 as usize);
        }
        let mut levels = vec![Level {
            width: size.0,
            height: size.1,
            rgba: base,
        }];
        if options.mips {
            add_levels(&mut levels, space);
        }
        Ok(Self {
            usage,
            has_alpha,
            levels,
        })
    }

    /// What it is for.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.usage
    }

    /// Whether a pixel of the image is not opaque. Always false for normal maps.
    #[must_use]
    pub fn has_alpha(&self) -> bool {
        self.has_alpha
    }

    /// Whether every pixel has the same colour.
    #[must_use]
    pub fn is_uniform(&self) -> bool {
        is_uniform(&self.levels[0].rgba)
    }

    /// From the largest to the smallest.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }
}

fn is_uniform(rgba: &[u8]) -> bool {
    rgba.chunks_exact(4).all(|pixel| pixel == &rgba[..4])
}

fn flipped(rgba: &[u8], width: usize) -> Vec<u8> {
    rgba.chunks_exact(width * 4)
        .rev()
        .flatten()
        .copied()
        .collect()
}

/// The image at another size: a cubic when an axis shrinks or grows much, a box would blur it.
fn scaled(image: &Image, space: Space, size: (u32, u32)) -> Floats {
    let width = image.width() as usize;
    let row = |number: usize, line: &mut [[f32; 4]]| {
        let bytes = &image.rgba()[number * width * 4..][..width * 4];
        for (pixel, rgba) in line.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *pixel = space.decode_pixel(*rgba);
        }
    };
    let to = (size.0 as usize, size.1 as usize);
    resize_rows((width, image.height() as usize), row, to, Kernel::Cubic)
}

/// Halves until 1 × 1, each level from the floats of the one before it.
fn add_levels(levels: &mut Vec<Level>, space: Space) {
    let base = &levels[0];
    let (mut width, mut height) = (base.width as usize, base.height as usize);
    let coverage = coverage(&base.rgba, 1.0);
    let mut floats = space.decode(base);
    while width.max(height) > 1 {
        (width, height) = ((width / 2).max(1), (height / 2).max(1));
        floats = resize(&floats, width, height, Kernel::Box);
        let mut rgba = space.encode(&floats);
        if space.0 == Usage::Cutout {
            keep_coverage(&mut rgba, coverage);
        }
        levels.push(Level {
            width: width as u32,
            height: height as u32,
            rgba,
        });
    }
}

/// The share of pixels whose alpha, times `gain`, passes one half.
fn coverage(rgba: &[u8], gain: f32) -> f32 {
    let pixels = rgba.as_chunks::<4>().0;
    let passing = pixels
        .iter()
        .filter(|p| f32::from(p[3]) * gain > 127.0)
        .count();
    passing as f32 / pixels.len() as f32
}

/// Scales alpha so that as many pixels pass the cut as in the first level (I. Castaño, "Computing
/// alpha mipmaps", 2010).
fn keep_coverage(rgba: &mut [u8], wanted: f32) {
    let (mut low, mut high) = (0.25_f32, 4.0_f32);
    for _ in 0..10 {
        let gain = (low + high) / 2.0;
        if coverage(rgba, gain) < wanted {
            low = gain;
        } else {
            high = gain;
        }
    }
    let gain = (low + high) / 2.0;
    for pixel in rgba.as_chunks_mut::<4>().0 {
        pixel[3] = (f32::from(pixel[3]) * gain).round().min(255.0) as u8;
    }
}

/// How little an invisible pixel's colour counts: nothing beside a visible one, all where none is.
const INVISIBLE: f32 = 1.0 / 4096.0;

/// The space in which pixels of a usage are averaged.
#[derive(Clone, Copy)]
struct Space(Usage);

impl Space {
    fn decode_pixel(self, [r, g, b, a]: [u8; 4]) -> [f32; 4] {
        let plain = |byte: u8| f32::from(byte) / 255.0;
        match self.0 {
            Usage::Colour | Usage::Cutout => {
                let alpha = plain(a);
                let weight = alpha + INVISIBLE;
                let light = |byte| colour::decode(byte) * weight;
                [light(r), light(g), light(b), alpha]
            }
            Usage::Data => [plain(r), plain(g), plain(b), plain(a)],
            Usage::Normal => [r, g, b, a].map(|byte| plain(byte) * 2.0 - 1.0),
        }
    }

    fn encode_pixel(self, pixel: [f32; 4]) -> [u8; 4] {
        let plain = |value: f32| (value * 255.0).round().clamp(0.0, 255.0) as u8;
        let [r, g, b, a] = pixel;
        match self.0 {
            Usage::Colour | Usage::Cutout => {
                let weight = 1.0 / (a + INVISIBLE).max(INVISIBLE);
                let byte = |light: f32| colour::encode(light * weight);
                [byte(r), byte(g), byte(b), plain(a)]
            }
            Usage::Data => [plain(r), plain(g), plain(b), plain(a)],
            Usage::Normal => {
                let length = (r * r + g * g + b * b).sqrt();
                let unit = if length > 1e-4 {
                    [r / length, g / length, b / length]
                } else {
                    [0.0, 0.0, 1.0]
                };
                let [x, y, z] = unit.map(|axis| plain(axis * 0.5 + 0.5));
                [x, y, z, 255]
            }
        }
    }

    fn decode(self, level: &Level) -> Floats {
        let pixels = level.rgba.as_chunks::<4>().0;
        Floats {
            width: level.width as usize,
            height: level.height as usize,
            pixels: pixels
                .iter()
                .map(|pixel| self.decode_pixel(*pixel))
                .collect(),
        }
    }

    fn encode(self, floats: &Floats) -> Vec<u8> {
        let pixels = floats.pixels.iter();
        pixels.flat_map(|pixel| self.encode_pixel(*pixel)).collect()
    }
}
