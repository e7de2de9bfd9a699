//! Making float images smaller: separable filters whose support grows with the ratio.
//!
//! Plain loops over four channels in a fixed order, so that every machine gives the same bits.

/// An image of four floats a pixel, rows from the top.
#[derive(Debug, Clone)]
pub(crate) struct Floats {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<[f32; 4]>,
}

/// Kernels, by what is asked of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Catmull and Rom's cubic: sharp, for the one large step to the size asked for.
    Cubic,
    /// Equal weights: no ringing, for mip maps.
    Box,
}

impl Kernel {
    /// In source pixels at ratio 1.
    fn radius(self) -> f64 {
        match self {
            Self::Cubic => 2.0,
            Self::Box => 0.5,
        }
    }

    /// The weight around `at` (in target pixels), for a source pixel `width` of them wide.
    fn weight(self, at: f64, width: f64) -> f64 {
        match self {
            Self::Cubic => {
                let x = at.abs();
                if x < 1.0 {
                    1.5 * x * x * x - 2.5 * x * x + 1.0
                } else if x < 2.0 {
                    -0.5 * x * x * x + 2.5 * x * x - 4.0 * x + 2.0
                } else {
                    0.0
                }
            }
            // How much of the source pixel lies under the box.
            Self::Box => {
                let (from, to) = (at - width / 2.0, at + width / 2.0);
                (to.min(0.5) - from.max(-0.5)).max(0.0)
            }
        }
    }
}

/// For each target pixel: the first source pixel and the weights from there, which sum to 1.
fn taps(from: usize, to: usize, kernel: Kernel) -> Vec<(usize, Vec<f32>)> {
    let ratio = from as f64 / to as f64;
    let scale = ratio.max(1.0);
    let reach = kernel.radius() * scale + 0.5;
    (0..to)
        .map(|target| {
            let centre = (target as f64 + 0.5) * ratio;
            let first = (centre - reach).floor().max(0.0) as usize;
            let last = ((centre + reach).ceil() as usize).clamp(first + 1, from);
            let first = first.min(last - 1);
            let mut weights: Vec<f64> = (first..last)
                .map(|source| kernel.weight((source as f64 + 0.5 - centre) / scale, 1.0 / scale))
                .collect();
            let sum: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
            (first, weights.iter().map(|weight| *weight as f32).collect())
        })
        .collect()
}

fn add(sum: &mut [f32; 4], pixel: &[f32; 4], weight: f32) {
    for channel in 0..4 {
        sum[channel] += pixel[channel] * weight;
    }
}

/// The image at another size, each axis on its own. Edges are not wrapped.
pub(crate) fn resize(image: &Floats, width: usize, height: usize, kernel: Kernel) -> Floats {
    if kernel == Kernel::Box && image.width == 2 * width && image.height == 2 * height {
        return halve(image);
    }
    let rows = image.pixels.chunks_exact(image.width);
    let across = taps(image.width, width, kernel);
    let mut narrow = Vec::with_capacity(width * image.height);
    rows.for_each(|row| squeeze(row, &across, &mut narrow));
    stack(&narrow, image.height, width, height, kernel)
}

/// [`resize`] of an image whose rows are made one at a time, so that a large source is never held
/// as floats. `row` fills the row of the given number.
pub(crate) fn resize_rows(
    (from_width, from_height): (usize, usize),
    row: impl Fn(usize, &mut [[f32; 4]]),
    (width, height): (usize, usize),
    kernel: Kernel,
) -> Floats {
    let across = taps(from_width, width, kernel);
    let mut narrow = Vec::with_capacity(width * from_height);
    let mut line = vec![[0.0; 4]; from_width];
    for number in 0..from_height {
        row(number, &mut line);
        squeeze(&line, &across, &mut narrow);
    }
    stack(&narrow, from_height, width, height, kernel)
}

/// One row, made as narrow as the taps say.
fn squeeze(row: &[[f32; 4]], across: &[(usize, Vec<f32>)], narrow: &mut Vec<[f32; 4]>) {
    narrow.extend(across.iter().map(|(first, weights)| {
        let mut sum = [0.0; 4];
        for (pixel, weight) in row[*first..].iter().zip(weights) {
            add(&mut sum, pixel, *weight);
        }
        sum
    }));
}

/// `from_height` rows of the right width to an image of the right height.
fn stack(
    narrow: &[[f32; 4]],
    from_height: usize,
    width: usize,
    height: usize,
    kernel: Kernel,
) -> Floats {
    let mut pixels = vec![[0.0; 4]; width * height];
    let down = taps(from_height, height, kernel);
    for (row, (first, weights)) in pixels.chunks_exact_mut(width).zip(&down) {
        for (offset, weight) in weights.iter().enumerate() {
            let source = &narrow[(first + offset) * width..][..width];
            for (sum, pixel) in row.iter_mut().zip(source) {
                add(sum, pixel, *weight);
            }
        }
    }
    Floats {
        width,
        height,
        pixels,
    }
}

/// The common case of [`resize`] with a box: means of 2 × 2.
fn halve(image: &Floats) -> Floats {
    let (width, height) = (image.width / 2, image.height / 2);
    let mut pixels = Vec::with_capacity(width * height);
    for rows in image.pixels.chunks_exact(2 * image.width) {
        let (upper, lower) = rows.split_at(image.width);
        let pairs = upper
            .as_chunks::<2>()
            .0
            .iter()
            .zip(lower.as_chunks::<2>().0);
        pixels.extend(pairs.map(|(up, low)| {
            std::array::from_fn(|channel| {
                (up[0][channel] + up[1][channel] + low[0][channel] + low[1][channel]) * 0.25
            })
        }));
    }
    Floats {
        width,
        height,
        pixels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Floats {
        let pixels = (0..width * height)
            .map(|index| [(index % width) as f32, (index / width) as f32, 1.0, 0.5])
            .collect();
        Floats {
            width,
            height,
            pixels,
        }
    }

    #[test]
    fn a_constant_stays_and_a_mean_stays_at_any_ratio() {
        for kernel in [Kernel::Cubic, Kernel::Box] {
            for (width, height) in [(8, 8), (5, 3), (1, 1), (16, 16), (31, 2)] {
                let small = resize(&ramp(16, 16), width, height, kernel);
                assert_eq!(small.pixels.len(), width * height);
                for pixel in &small.pixels {
                    assert!((pixel[2] - 1.0).abs() < 1e-4, "{pixel:?}");
                }
                let mean =
                    small.pixels.iter().map(|p| p[0]).sum::<f32>() / small.pixels.len() as f32;
                assert!((mean - 7.5).abs() < 0.2, "{kernel:?} {width}: {mean}");
            }
        }
    }

    #[test]
    fn halving_is_the_box_filter() {
        let image = ramp(16, 8);
        let fast = halve(&image);
        let across = taps(16, 8, Kernel::Box);
        assert_eq!(fast.pixels[0], [0.5, 0.5, 1.0, 0.5]);
        let used: Vec<f32> = across[3]
            .1
            .iter()
            .copied()
            .filter(|weight| *weight > 0.0)
            .collect();
        assert_eq!(used, [0.5, 0.5]);
    }
}
