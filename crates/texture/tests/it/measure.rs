//! How near a decoded texture is to its source, and decoders that are not ours.

use basisu::{DecodeFlags, TargetFormat, Transcoder};

/// RGBA of a level of a KTX2 or .basis file with ETC1S or UASTC, and its size.
pub(crate) fn transcode(file: &[u8], level: u32) -> (u32, u32, Vec<u8>) {
    let texture = Transcoder::new(file).expect("a basis texture");
    let info = texture.image_level_info(level).expect("the level is there");
    let rgba = texture.transcode(level, TargetFormat::Rgba32, DecodeFlags::NONE);
    (info.width, info.height, rgba.expect("a level that decodes"))
}

/// Mean structural similarity of two images of `channels` bytes a pixel, one number a channel.
///
/// Z. Wang et al., "Image quality assessment: from error visibility to structural similarity",
/// 2004: a Gaussian window of 11 pixels, σ = 1.5. Windows are cut at the edges.
pub(crate) fn ssim(a: &[f32], b: &[f32], width: usize) -> f64 {
    let product =
        |x: &[f32], y: &[f32]| -> Vec<f32> { x.iter().zip(y).map(|(x, y)| x * y).collect() };
    let [mean_a, mean_b, aa, bb, ab] = [
        blur(a, width),
        blur(b, width),
        blur(&product(a, a), width),
        blur(&product(b, b), width),
        blur(&product(a, b), width),
    ];
    let (c1, c2) = (6.5025, 58.5225);
    let mut sum = 0.0;
    for i in 0..a.len() {
        let (ma, mb) = (f64::from(mean_a[i]), f64::from(mean_b[i]));
        let variance_a = (f64::from(aa[i]) - ma * ma).max(0.0);
        let variance_b = (f64::from(bb[i]) - mb * mb).max(0.0);
        let covariance = f64::from(ab[i]) - ma * mb;
        sum += ((2.0 * ma * mb + c1) * (2.0 * covariance + c2))
            / ((ma * ma + mb * mb + c1) * (variance_a + variance_b + c2));
    }
    sum / a.len() as f64
}

fn blur(values: &[f32], width: usize) -> Vec<f32> {
    let weights: [f32; 11] = std::array::from_fn(|i| (-((i as f32 - 5.0).powi(2)) / 4.5).exp());
    let height = values.len() / width;
    let mut across = vec![0.0; values.len()];
    for (row, out) in values
        .chunks_exact(width)
        .zip(across.chunks_exact_mut(width))
    {
        let mut total = vec![0.0_f32; width];
        for (tap, weight) in weights.iter().enumerate() {
            let (from, to) = (
                5_usize.saturating_sub(tap),
                (width + 5).saturating_sub(tap).min(width),
            );
            for x in from..to.max(from) {
                out[x] += row[x + tap - 5] * weight;
                total[x] += weight;
            }
        }
        out.iter_mut()
            .zip(&total)
            .for_each(|(value, total)| *value /= total);
    }
    let mut down = vec![0.0; values.len()];
    for y in 0..height {
        let mut total = 0.0;
        let out = &mut down[y * width..][..width];
        for (tap, weight) in weights.iter().enumerate() {
            let Some(row) = (y + tap).checked_sub(5).filter(|row| *row < height) else {
                continue;
            };
            total += weight;
            let source = &across[row * width..][..width];
            out.iter_mut()
                .zip(source)
                .for_each(|(sum, value)| *sum += value * weight);
        }
        out.iter_mut().for_each(|value| *value /= total);
    }
    down
}

/// What a comparison says: similarity of luma, the mean of red, green, blue (and alpha, where
/// there is any), and the squared error of those.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likeness {
    pub(crate) luma: f64,
    #[allow(
        dead_code,
        reason = "the tests, which share this file, do not ask for it"
    )]
    pub(crate) channels: f64,
    #[allow(
        dead_code,
        reason = "the bench, which shares this file, does not ask for it"
    )]
    pub(crate) squared_error: f64,
}

/// Compares two RGBA images of one size.
pub(crate) fn compare(a: &[u8], b: &[u8], width: usize, alpha: bool) -> Likeness {
    let plane = |image: &[u8], channel: usize| -> Vec<f32> {
        image
            .chunks_exact(4)
            .map(|pixel| f32::from(pixel[channel]))
            .collect()
    };
    let luma = |image: &[u8]| -> Vec<f32> {
        let weigh = |p: &[u8]| {
            0.2126 * f32::from(p[0]) + 0.7152 * f32::from(p[1]) + 0.0722 * f32::from(p[2])
        };
        image.chunks_exact(4).map(weigh).collect()
    };
    let count = if alpha { 4 } else { 3 };
    let each = (0..count).map(|channel| ssim(&plane(a, channel), &plane(b, channel), width));
    let channels = each.sum::<f64>() / count as f64;
    let mut squares = 0.0;
    for (x, y) in a.chunks_exact(4).zip(b.chunks_exact(4)) {
        for channel in 0..count {
            squares += (f64::from(x[channel]) - f64::from(y[channel])).powi(2);
        }
    }
    Likeness {
        luma: ssim(&luma(a), &luma(b), width),
        channels,
        squared_error: squares / (a.len() / 4 * count) as f64,
    }
}
