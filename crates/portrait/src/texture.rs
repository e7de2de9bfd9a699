//! Textures: PNG and JPEG decoded within limits, halved to a pyramid in linear light, and sampled.

use std::io::Cursor;
use std::sync::LazyLock;

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat};

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

#[derive(Debug)]
struct Level {
    width: i32,
    height: i32,
    texels: Vec<[u8; 4]>,
}

/// A picture and its halves, quarters and so on, 8 bits a channel.
#[derive(Debug)]
pub struct Texture {
    kind: Kind,
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
        let opaque = kind == Kind::Opaque;
        let first = match decoder.color_type() {
            // The usual kinds go without a detour over pixels of another layout.
            ColorType::Rgb8 => {
                let raw = read(decoder)?;
                let raw = raw.as_chunks::<3>().0;
                first(kind, [width, height], kept, |i| {
                    [raw[i][0], raw[i][1], raw[i][2], 255]
                })
            }
            ColorType::Rgba8 => {
                let raw = read(decoder)?;
                let raw = raw.as_chunks::<4>().0;
                let alpha = if opaque { 255 } else { 0 };
                let texel = |i: usize| [raw[i][0], raw[i][1], raw[i][2], raw[i][3] | alpha];
                first(kind, [width, height], kept, texel)
            }
            _ => {
                let raw = DynamicImage::from_decoder(decoder)?.into_rgba8();
                let raw = raw.as_raw().as_chunks::<4>().0;
                let alpha = if opaque { 255 } else { 0 };
                let texel = |i: usize| [raw[i][0], raw[i][1], raw[i][2], raw[i][3] | alpha];
                first(kind, [width, height], kept, texel)
            }
        };
        Ok(Self::pyramid(kind, first, kept))
    }

    fn pyramid(kind: Kind, first: Level, kept: i32) -> Self {
        let mut level = first;
        let mut levels = Vec::new();
        while level.width > 1 || level.height > 1 {
            let next = halved(kind, [level.width, level.height], |index| {
                level.texels[index]
            });
            if level.width.max(level.height) <= kept {
                levels.push(level);
            }
            level = next;
        }
        levels.push(level);
        Self { kind, levels }
    }

    /// Bytes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.texels.len() * 4).sum()
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
        let table: &[f32; 256] = match self.kind {
            Kind::Plain => &srgb::PARTS,
            Kind::Opaque | Kind::Transparent => &srgb::LINEAR,
        };
        let last = self.levels.len() - 1;
        let lod = lod.clamp(0.0, last as f32);
        // Near a level that level alone is looked at: nobody sees the other's part.
        let (base, part) = (lod as usize, (lod.fract() * 2.0 - 0.5).clamp(0.0, 1.0));
        if part == 1.0 {
            return self.levels[base + 1].bilinear(uv, wrap, table);
        }
        let near = self.levels[base].bilinear(uv, wrap, table);
        if part == 0.0 || base == last {
            return near;
        }
        let far = self.levels[base + 1].bilinear(uv, wrap, table);
        std::array::from_fn(|channel| near[channel] + (far[channel] - near[channel]) * part)
    }
}

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
    fn bilinear(&self, [u, v]: [f32; 2], wrap: [Wrap; 2], table: &[f32; 256]) -> [f32; 4] {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let (left, top) = (floor(x), floor(y));
        let (fx, fy) = (x - left as f32, y - top as f32);
        let columns = [left, left.saturating_add(1)].map(|i| wrapped(i, self.width, wrap[0]));
        let rows = [top, top.saturating_add(1)].map(|i| wrapped(i, self.height, wrap[1]));
        let weights = [
            (1.0 - fx) * (1.0 - fy),
            fx * (1.0 - fy),
            (1.0 - fx) * fy,
            fx * fy,
        ];
        let mut sum = [0.0; 4];
        for (index, weight) in weights.into_iter().enumerate() {
            let texel = self.texels[rows[index >> 1] * self.width as usize + columns[index & 1]];
            for channel in 0..3 {
                sum[channel] += weight * table[usize::from(texel[channel])];
            }
            sum[3] += weight * f32::from(texel[3]);
        }
        sum[3] *= 1.0 / 255.0;
        sum
    }
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
    texel: impl Fn(usize) -> [u8; 4],
) -> Level {
    if width.max(height) > kept {
        return halved(kind, [width, height], texel);
    }
    Level {
        width,
        height,
        texels: (0..(width * height) as usize).map(texel).collect(),
    }
}

/// A level of half the width and height.
fn halved(kind: Kind, size: [i32; 2], texel: impl Fn(usize) -> [u8; 4]) -> Level {
    let (units, bytes) = (&*UNITS, srgb::bytes());
    match kind {
        Kind::Opaque => halved_by(size, texel, |four| average_opaque(four, units, bytes)),
        Kind::Transparent => halved_by(size, texel, |four| average_transparent(four, units, bytes)),
        Kind::Plain => halved_by(size, texel, average_plain),
    }
}

fn halved_by(
    [old_width, old_height]: [i32; 2],
    texel: impl Fn(usize) -> [u8; 4],
    average: impl Fn([[u8; 4]; 4]) -> [u8; 4],
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
        texels,
    }
}

/// Linear light of each 8-bit value, in steps of the table back.
static UNITS: LazyLock<[u32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| (srgb::LINEAR[value] * srgb::STEPS as f32).round() as u32)
});

fn average_opaque(texels: [[u8; 4]; 4], units: &[u32; 256], bytes: &[u8]) -> [u8; 4] {
    let mut average = [255; 4];
    for (channel, out) in average.iter_mut().take(3).enumerate() {
        let [a, b, c, d] = texels.map(|texel| units[usize::from(texel[channel])]);
        *out = bytes[((a + b + c + d + 2) / 4) as usize];
    }
    average
}

/// Weighted by alpha; of four transparent ones the plain average.
fn average_transparent(texels: [[u8; 4]; 4], units: &[u32; 256], bytes: &[u8]) -> [u8; 4] {
    let weight: u32 = texels.iter().map(|texel| u32::from(texel[3])).sum();
    if weight == 0 || weight == 4 * 255 {
        let mut average = average_opaque(texels, units, bytes);
        average[3] = (weight / 4) as u8;
        return average;
    }
    let mut average = [0; 4];
    for (channel, out) in average.iter_mut().take(3).enumerate() {
        let weighted = |texel: &[u8; 4]| units[usize::from(texel[channel])] * u32::from(texel[3]);
        let sum: u32 = texels.iter().map(weighted).sum();
        *out = bytes[((sum + weight / 2) / weight) as usize];
    }
    average[3] = ((weight + 2) / 4) as u8;
    average
}

fn average_plain(texels: [[u8; 4]; 4]) -> [u8; 4] {
    std::array::from_fn(|channel| {
        let sum: u32 = texels.iter().map(|texel| u32::from(texel[channel])).sum();
        ((sum + 2) / 4) as u8
    })
}
