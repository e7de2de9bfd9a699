//! Textures: PNG and JPEG decoded within limits, halved to a pyramid in linear light, and sampled.

use std::io::Cursor;

use image::{ImageDecoder, ImageFormat};

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
        let decoded = image::DynamicImage::from_decoder(decoder)?.into_rgba8();
        let texels = decoded.as_raw().chunks_exact(4);
        let mut texels: Vec<[u8; 4]> = texels.map(|t| [t[0], t[1], t[2], t[3]]).collect();
        if kind == Kind::Opaque {
            texels.iter_mut().for_each(|texel| texel[3] = 255);
        }
        Ok(Self::pyramid(
            kind,
            width,
            height,
            texels,
            limits.texture_side_kept,
        ))
    }

    fn pyramid(kind: Kind, width: u32, height: u32, texels: Vec<[u8; 4]>, kept: u32) -> Self {
        let mut level = Level {
            width: width.cast_signed(),
            height: height.cast_signed(),
            texels,
        };
        let mut levels = Vec::new();
        while level.width > 1 || level.height > 1 {
            let next = level.halved(kind);
            if level.width.max(level.height).cast_unsigned() <= kept.max(1) {
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
        let (base, part) = (lod as usize, lod.fract());
        let near = self.levels[base].bilinear(uv, wrap, table);
        if part < 1.0 / 64.0 || base == last {
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
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as i32, top as i32);
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

    fn halved(&self, kind: Kind) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let stride = self.width as usize;
        let right = usize::from(self.width > 1);
        let below = if self.height > 1 { stride } else { 0 };
        let mut texels = Vec::with_capacity((width * height) as usize);
        let average = match kind {
            Kind::Opaque => average_opaque,
            Kind::Transparent => average_transparent,
            Kind::Plain => average_plain,
        };
        for y in 0..height as usize {
            let row = &self.texels[y * 2 * stride..];
            for x in 0..width as usize {
                let at = x * 2;
                texels.push(average([
                    row[at],
                    row[at + right],
                    row[at + below],
                    row[at + below + right],
                ]));
            }
        }
        Self {
            width,
            height,
            texels,
        }
    }
}

/// Linear light of each 8-bit value, in steps of the table back.
static UNITS: std::sync::LazyLock<[u32; 256]> = std::sync::LazyLock::new(|| {
    std::array::from_fn(|value| (srgb::LINEAR[value] * srgb::STEPS as f32).round() as u32)
});

fn average_opaque(texels: [[u8; 4]; 4]) -> [u8; 4] {
    let (units, bytes) = (&*UNITS, srgb::bytes());
    let mut average = [255; 4];
    for (channel, out) in average.iter_mut().take(3).enumerate() {
        let sum: u32 = texels
            .iter()
            .map(|texel| units[usize::from(texel[channel])])
            .sum();
        *out = bytes[((sum + 2) / 4) as usize];
    }
    average
}

/// Weighted by alpha; of four transparent ones the plain average.
fn average_transparent(texels: [[u8; 4]; 4]) -> [u8; 4] {
    let weight: u32 = texels.iter().map(|texel| u32::from(texel[3])).sum();
    if weight == 0 || weight == 4 * 255 {
        let mut average = average_opaque(texels);
        average[3] = (weight / 4) as u8;
        return average;
    }
    let (units, bytes) = (&*UNITS, srgb::bytes());
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
