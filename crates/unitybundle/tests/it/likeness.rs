//! How like its image a decoded texture is.

use texture::Usage;

/// Pixels on a side of what sums are taken of: half a window's.
const SIDE: usize = 4;

/// Of one channel of two images: the sums, the sums of squares, and the sum of products.
type Sums = [f64; 5];

/// Mean structural similarity of two RGBA images (Wang et al., 2004) over windows of 8 × 8 pixels, each half beside the next, or
/// of what there is of one; of the channels that are shown, that which differs most.
pub(crate) fn ssim(a: &[u8], b: &[u8], usage: Usage, width: usize) -> f64 {
    let channels = if usage == Usage::Normal { 2 } else { 3 };
    let each = (0..channels).map(|channel| of_channel(a, b, channel, usage, width));
    each.fold(1.0, f64::min)
}

fn of_channel(a: &[u8], b: &[u8], channel: usize, usage: Usage, width: usize) -> f64 {
    let height = a.len() / 4 / width;
    let (across, down) = (width.div_ceil(SIDE), height.div_ceil(SIDE));
    let mut squares = vec![(Sums::default(), 0.0); across * down];
    let pixels = a.chunks_exact(4).zip(b.chunks_exact(4));
    for (at, (a, b)) in pixels.enumerate() {
        let (x, y) = (at % width, at / width);
        // What cannot be seen need not be alike.
        let seen = a[3] > 0 || !usage.is_srgb();
        let (a, b) = match seen {
            true => (f64::from(a[channel]), f64::from(b[channel])),
            false => (0.0, 0.0),
        };
        let (sums, count) = &mut squares[y / SIDE * across + x / SIDE];
        let values = [a, b, a * a, b * b, a * b];
        sums.iter_mut().zip(values).for_each(|(sum, of)| *sum += of);
        *count += 1.0;
    }
    let (wide, high) = (2.min(across), 2.min(down));
    let (mut total, mut windows) = (0.0, 0.0);
    for top in 0..=down - high {
        for left in 0..=across - wide {
            let (mut sums, mut count) = (Sums::default(), 0.0);
            for y in top..top + high {
                for (more, pixels) in &squares[y * across + left..][..wide] {
                    sums.iter_mut().zip(more).for_each(|(sum, of)| *sum += of);
                    count += pixels;
                }
            }
            total += of_window(sums.map(|sum| sum / count));
            windows += 1.0;
        }
    }
    total / windows
}

/// By means of values, of their squares, and of their products.
fn of_window([a, b, aa, bb, ab]: Sums) -> f64 {
    let (c1, c2) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    let top = (2.0 * a * b + c1) * (2.0 * (ab - a * b) + c2);
    let variances = (aa - a * a).max(0.0) + (bb - b * b).max(0.0);
    top / ((a * a + b * b + c1) * (variances + c2))
}
