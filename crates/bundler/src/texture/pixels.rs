//! Images as pixels: decoded within limits, and made smaller.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

use super::TextureRequest;
use crate::model::TextureUsage;

/// An image of 8 bits a channel: red, green, blue, alpha, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `4 * width * height` bytes.
    pub rgba: Vec<u8>,
}

impl TextureRequest<'_> {
    /// Decodes the image.
    ///
    /// # Errors
    ///
    /// Why it cannot: not PNG, JPEG or WebP, broken, or larger than the limits allow.
    pub fn decode(&self) -> Result<Pixels, String> {
        let format = match self.mime {
            "image/png" => ImageFormat::Png,
            "image/jpeg" => ImageFormat::Jpeg,
            "image/webp" => ImageFormat::WebP,
            other => return Err(format!("{other} is not decoded")),
        };
        let open = || ImageReader::with_format(Cursor::new(self.bytes), format);
        let told = |error: image::ImageError| error.to_string();
        let (width, height) = open().into_dimensions().map_err(told)?;
        let pixels = u64::from(width) * u64::from(height);
        if width.max(height) > self.source_side_max || pixels > self.source_pixels_max {
            return Err(format!("{width} x {height} pixels are too many"));
        }
        let mut reader = open();
        let mut limits = Limits::default();
        limits.max_image_width = Some(self.source_side_max);
        limits.max_image_height = Some(self.source_side_max);
        // 16 bits a channel at most, and as much again for the decoder.
        limits.max_alloc = Some(pixels * 16 + (1 << 20));
        reader.limits(limits);
        let image = reader.decode().map_err(told)?.into_rgba8();
        Ok(Pixels {
            width: image.width(),
            height: image.height(),
            rgba: image.into_raw(),
        })
    }
}

impl Pixels {
    /// Whether some pixel is not opaque.
    #[must_use]
    pub fn has_alpha(&self) -> bool {
        let pixels = self.rgba.as_chunks::<4>().0;
        pixels.iter().any(|pixel| pixel[3] != 255)
    }

    /// Makes the longer side at most `side_max` pixels long, each new pixel the mean of those it
    /// covers: of light for colours (weighted by alpha), of numbers for data, of directions for
    /// normals.
    #[must_use]
    pub fn fit(self, side_max: u32, usage: TextureUsage) -> Self {
        let longer = self.width.max(self.height);
        if longer <= side_max || side_max == 0 {
            return self;
        }
        let shrink = |side: u32| {
            let side = (u64::from(side) * u64::from(side_max)).div_ceil(u64::from(longer));
            u32::try_from(side).unwrap_or(side_max).max(1)
        };
        let (width, height) = (shrink(self.width), shrink(self.height));
        let columns = coverage(self.width, width);
        let linear: [f32; 256] = std::array::from_fn(|value| match usage {
            TextureUsage::Color | TextureUsage::ColorAlpha => light(value as f32 / 255.0),
            TextureUsage::Data | TextureUsage::Normal => value as f32 / 255.0,
        });
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        let mut sums = vec![[0.0_f32; 5]; width as usize];
        for rows in coverage(self.height, height) {
            sums.fill([0.0; 5]);
            for (row, weight) in rows {
                let row = &self.rgba[row * self.width as usize * 4..];
                for (sum, column) in sums.iter_mut().zip(&columns) {
                    for &(x, part) in column {
                        let pixel = &row[x * 4..x * 4 + 4];
                        let share = weight * part;
                        let alpha = f32::from(pixel[3]) / 255.0;
                        let seen = share * weight_of(alpha, usage);
                        for k in 0..3 {
                            sum[k] += linear[usize::from(pixel[k])] * seen;
                        }
                        sum[3] += alpha * share;
                        sum[4] += seen;
                    }
                }
            }
            rgba.extend(sums.iter().flat_map(|sum| finish(sum, usage)));
        }
        Self {
            width,
            height,
            rgba,
        }
    }
}

/// How much a pixel's colour counts. What is transparent has none, but where nothing is opaque its
/// colour still must come from somewhere.
fn weight_of(alpha: f32, usage: TextureUsage) -> f32 {
    match usage {
        TextureUsage::ColorAlpha => alpha.max(1.0 / 65_536.0),
        TextureUsage::Color | TextureUsage::Data | TextureUsage::Normal => 1.0,
    }
}

/// For each of `to` pixels in a row, which of `from` pixels it covers, with shares that sum to one.
fn coverage(from: u32, to: u32) -> Vec<Vec<(usize, f32)>> {
    let scale = f64::from(from) / f64::from(to);
    let covered = |pixel: u32| {
        let start = f64::from(pixel) * scale;
        let end = (start + scale).min(f64::from(from));
        let first = start.floor() as usize;
        let last = (end.ceil() as usize).max(first + 1).min(from as usize);
        let parts = (first..last).map(|source| {
            let left = start.max(source as f64);
            let right = end.min(source as f64 + 1.0);
            (source, ((right - left).max(0.0) / scale) as f32)
        });
        parts.collect()
    };
    (0..to).map(covered).collect()
}

fn finish(sum: &[f32; 5], usage: TextureUsage) -> [u8; 4] {
    let mean = |k: usize| sum[k] / sum[4].max(f32::MIN_POSITIVE);
    let mut color = [mean(0), mean(1), mean(2)];
    match usage {
        TextureUsage::Color | TextureUsage::ColorAlpha => color = color.map(encoded),
        TextureUsage::Normal => {
            let direction = color.map(|c| c * 2.0 - 1.0);
            let length = direction.iter().map(|c| c * c).sum::<f32>().sqrt();
            if length > 1e-3 {
                color = direction.map(|c| c / length * 0.5 + 0.5);
            }
        }
        TextureUsage::Data => {}
    }
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    [byte(color[0]), byte(color[1]), byte(color[2]), byte(sum[3])]
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
