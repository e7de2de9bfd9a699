//! Textures: PNG and JPEG decoded within limits, halved to a pyramid in linear light, and sampled.

use std::io::Cursor;
use std::sync::LazyLock;

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat};
use wide::f32x4;

use crate::limits::Limits;
use crate::srgb;

/// What the numbers of a picture are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// sRGB colours; alpha is not looked at.
    Opaque,
    /// sRGB colours with a straight alpha: what is transparent must not bleed into what is not.
    Transparent,
    /// Plain numbers, as of masks and normal maps.
    Plain,
}

/// A picture cannot be a texture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the picture is neither PNG nor JPEG")]
    Format,
    #[error("the picture is {width} by {height} pixels, at most {side_max} a side are allowed")]
    Size {
        width: u32,
        height: u32,
        side_max: u32,
    },
    #[error("the pictures of one model take more than {0} bytes")]
    Bytes(usize),
    #[error("the picture cannot be decoded: {0}")]
    Decode(#[from] image::ImageError),
}

/// What happens beyond a texture's edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrap {
    #[default]
    Repeat,
    Clamp,
    Mirror,
}

/// Linear light, or plain numbers, of red, green, blue and alpha; 65535 is 1.
type Texel = [u16; 4];

/// Texels of a level: what was averaged needs 16 bits a channel, what is as the file has it needs 8 and a table.
#[derive(Debug)]
enum Texels {
    Made(Vec<Texel>),
    Stored(Vec<[u8; 4]>, &'static [u16; 256]),
}

impl Texels {
    #[inline]
    fn get(&self, index: usize) -> Texel {
        match self {
            Self::Made(texels) => texels[index],
            Self::Stored(texels, table) => whole(texels[index], table),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Made(texels) => size_of_val(&**texels),
            Self::Stored(texels, _) => size_of_val(&**texels),
        }
    }
}

/// A texel of the bytes of a file.
#[inline]
fn whole([r, g, b, alpha]: [u8; 4], table: &[u16; 256]) -> Texel {
    let [r, g, b] = [r, g, b].map(|channel| table[usize::from(channel)]);
    [r, g, b, u16::from(alpha) * 257]
}

#[derive(Debug)]
struct Level {
    width: i32,
    height: i32,
    texels: Texels,
}

/// A picture and its halves, quarters and so on.
#[derive(Debug)]
pub struct Texture {
    levels: Vec<Level>,
}

fn decoder(bytes: &[u8]) -> Result<Box<dyn ImageDecoder + '_>, Error> {
    let cursor = Cursor::new(bytes);
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => Ok(Box::new(image::codecs::png::PngDecoder::new(cursor)?)),
        Ok(ImageFormat::Jpeg) => Ok(Box::new(image::codecs::jpeg::JpegDecoder::new(cursor)?)),
        _ => Err(Error::Format),
    }
}

impl Texture {
    /// Decodes a PNG or JPEG. `budget` is how many bytes it may still take in memory; what it takes
    /// is deducted.
    ///
    /// # Errors
    /// Another format, a broken file, or sides or bytes beyond the limits. Sizes are checked before
    /// anything is decoded.
    pub fn decode(
        bytes: &[u8],
        kind: Kind,
        limits: &Limits,
        budget: &mut usize,
    ) -> Result<Self, Error> {
        let mut decoder = decoder(bytes)?;
        let (width, height) = decoder.dimensions();
        let side_max = limits.texture_side;
        if width.max(height) > side_max || width == 0 || height == 0 {
            return Err(Error::Size {
                width,
                height,
                side_max,
            });
        }
        let needed = width as usize * height as usize * 4;
        *budget = budget
            .checked_sub(needed)
            .ok_or(Error::Bytes(limits.texture_bytes))?;
        let mut allowed = image::Limits::no_limits();
        allowed.max_alloc = Some(needed as u64 * 4 + (1 << 20));
        decoder.set_limits(allowed)?;
        let (width, height) = (width.cast_signed(), height.cast_signed());
        let kept = limits.texture_side_kept.clamp(1, 1 << 14).cast_signed();
        let table: &'static [u16; 256] = match kind {
            Kind::Plain => &PLAIN,
            Kind::Opaque | Kind::Transparent => &LINEAR,
        };
        let size = [width, height];
        let of = |[r, g, b, alpha]: [u8; 4]| {
            let is_opaque = kind == Kind::Opaque;
            [r, g, b, if is_opaque { u8::MAX } else { alpha }]
        };
        let first = match decoder.color_type() {
            // The usual kinds go without a detour over pixels of another layout.
            ColorType::Rgb8 => {
                let raw = read(decoder)?;
                let raw = raw.as_chunks::<3>().0;
                let of = |[r, g, b]: [u8; 3]| [r, g, b, u8::MAX];
                first(kind, size, kept, table, |index| of(raw[index]))
            }
            ColorType::Rgba8 => {
                let raw = read(decoder)?;
                let raw = raw.as_chunks::<4>().0;
                first(kind, size, kept, table, |index| of(raw[index]))
            }
            _ => {
                let raw = DynamicImage::from_decoder(decoder)?.into_rgba8();
                let raw = raw.as_raw().as_chunks::<4>().0;
                first(kind, size, kept, table, |index| of(raw[index]))
            }
        };
        Ok(Self::pyramid(kind, first, kept))
    }

    fn pyramid(kind: Kind, first: Level, kept: i32) -> Self {
        let mut level = first;
        let mut levels = Vec::new();
        while level.width > 1 || level.height > 1 {
            let size = [level.width, level.height];
            let next = match &level.texels {
                Texels::Made(texels) => halved(kind, size, |index| texels[index]),
                Texels::Stored(texels, table) => {
                    halved(kind, size, |index| whole(texels[index], table))
                }
            };
            if level.width.max(level.height) <= kept {
                levels.push(level);
            }
            level = next;
        }
        levels.push(level);
        Self { levels }
    }

    /// Bytes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.texels.bytes()).sum()
    }

    /// Width and height of the largest level kept.
    #[must_use]
    pub fn size(&self) -> [f32; 2] {
        [self.levels[0].width as f32, self.levels[0].height as f32]
    }

    /// The colour at `uv` (0 to 1 from the upper left), in linear light for colours: bilinear within a
    /// level, linear between the two levels next to `lod` (0 is the largest, each level halves it).
    #[must_use]
    pub(crate) fn sample(&self, uv: [f32; 2], lod: f32, wrap: [Wrap; 2]) -> [f32; 4] {
        let last = self.levels.len() - 1;
        let lod = lod.clamp(0.0, last as f32);
        // Near a level that level alone is looked at: nobody sees the other's part.
        let base = lod as usize;
        let part = ((lod - base as f32) * 2.0 - 0.5).clamp(0.0, 1.0);
        if part == 0.0 || base == last {
            return self.levels[base].bilinear(uv, wrap).to_array();
        }
        let far = self.levels[base + 1].bilinear(uv, wrap);
        if part == 1.0 {
            return far.to_array();
        }
        let near = self.levels[base].bilinear(uv, wrap);
        (near + (far - near) * f32x4::splat(part)).to_array()
    }
}

#[inline]
fn wrapped(index: i32, size: i32, wrap: Wrap) -> usize {
    let index = match wrap {
        Wrap::Repeat if size & (size - 1) == 0 => index & (size - 1),
        Wrap::Repeat => index.rem_euclid(size),
        Wrap::Clamp => index.clamp(0, size - 1),
        Wrap::Mirror => {
            let index = index.rem_euclid(2 * size);
            index.min(2 * size - 1 - index)
        }
    };
    index as usize
}

impl Level {
    #[inline]
    fn bilinear(&self, [u, v]: [f32; 2], wrap: [Wrap; 2]) -> f32x4 {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let (left, top) = (floor(x), floor(y));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let pair = |first: i32, size: i32, wrap: Wrap| {
            if first >= 0 && first < size - 1 {
                [first as usize, first as usize + 1]
            } else {
                [first, first.saturating_add(1)].map(|index| wrapped(index, size, wrap))
            }
        };
        let [left, right] = pair(left, self.width, wrap[0]);
        let rows = pair(top, self.height, wrap[1]);
        let [above, below] = rows.map(|row| {
            let row = row * self.width as usize;
            let [near, far] = [left, right].map(|column| light(self.texels.get(row + column)));
            near + (far - near) * f32x4::splat(fx)
        });
        (above + (below - above) * f32x4::splat(fy)) * f32x4::splat(1.0 / ONE as f32)
    }
}

#[inline]
fn light(texel: Texel) -> f32x4 {
    f32x4::new(texel.map(f32::from))
}

/// The next lower whole number. The usual function is a call where the processor's oldest set of
/// instructions is assumed.
#[inline]
fn floor(value: f32) -> i32 {
    let cut = value as i32;
    cut.saturating_sub(i32::from(value < cut as f32))
}

/// All bytes of a picture, in its own layout.
fn read(decoder: Box<dyn ImageDecoder + '_>) -> Result<Vec<u8>, Error> {
    let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    let mut raw = vec![0; length];
    decoder.read_image_boxed(&mut raw)?;
    Ok(raw)
}

/// The largest level that may be kept, or one above it, of a picture's texels.
fn first(
    kind: Kind,
    [width, height]: [i32; 2],
    kept: i32,
    table: &'static [u16; 256],
    texel: impl Fn(usize) -> [u8; 4],
) -> Level {
    if width.max(height) > kept {
        return halved(kind, [width, height], |index| whole(texel(index), table));
    }
    let texels = (0..(width * height) as usize).map(texel);
    Level {
        width,
        height,
        texels: Texels::Stored(texels.collect(), table),
    }
}

/// A level of half the width and height.
fn halved(kind: Kind, size: [i32; 2], texel: impl Fn(usize) -> Texel) -> Level {
    match kind {
        Kind::Opaque | Kind::Plain => halved_by(size, texel, average),
        Kind::Transparent => halved_by(size, texel, average_by_alpha),
    }
}

fn halved_by(
    [old_width, old_height]: [i32; 2],
    texel: impl Fn(usize) -> Texel,
    average: impl Fn([Texel; 4]) -> Texel,
) -> Level {
    let (width, height) = ((old_width / 2).max(1), (old_height / 2).max(1));
    let stride = old_width as usize;
    let right = usize::from(old_width > 1);
    let below = if old_height > 1 { stride } else { 0 };
    let mut texels = Vec::with_capacity((width * height) as usize);
    for y in 0..height as usize {
        let row = y * 2 * stride;
        texels.extend((0..width as usize).map(|x| {
            let at = row + x * 2;
            average([at, at + right, at + below, at + below + right].map(&texel))
        }));
    }
    Level {
        width,
        height,
        texels: Texels::Made(texels),
    }
}

const ONE: u16 = u16::MAX;

/// Linear light of each 8-bit value.
static LINEAR: LazyLock<[u16; 256]> =
    LazyLock::new(|| srgb::LINEAR.map(|light| (light * f32::from(ONE)).round() as u16));

/// Each 8-bit value as a part of 255.
static PLAIN: LazyLock<[u16; 256]> =
    LazyLock::new(|| std::array::from_fn(|value| value as u16 * 257));

fn average(texels: [Texel; 4]) -> Texel {
    std::array::from_fn(|channel| {
        let [a, b, c, d] = texels.map(|texel| u32::from(texel[channel]));
        ((a + b + c + d + 2) / 4) as u16
    })
}

/// Weighted by alpha; of four transparent ones the plain average.
fn average_by_alpha(texels: [Texel; 4]) -> Texel {
    let weight: u64 = texels.iter().map(|texel| u64::from(texel[3])).sum();
    let plain = average(texels);
    if weight == 0 || weight == 4 * u64::from(ONE) {
        return plain;
    }
    std::array::from_fn(|channel| {
        if channel == 3 {
            return plain[3];
        }
        let weighted = texels.map(|texel| u64::from(texel[channel]) * u64::from(texel[3]));
        let sum: u64 = weighted.iter().sum();
        ((sum + weight / 2) / weight) as u16
    })
}
