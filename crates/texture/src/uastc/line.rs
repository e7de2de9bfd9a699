//! A line through sixteen colours, with its ends and weights as a mode stores them.

use super::modes::{Mode, Packed, ramp};

/// Sixteen pixels of up to four channels; grey and alpha are channels 0 and 1.
pub(super) type Pixels = [[f32; 4]; 16];

/// A block in a mode, and its squared error over the channels the mode has.
pub(super) struct Fitted {
    pub(super) packed: Packed,
    pub(super) error: f32,
}

/// Fits a mode to pixels; `second` is the channel with weights of its own, where the mode has two
/// planes.
pub(super) fn fit(pixels: &Pixels, mode: &'static Mode, second: usize) -> Fitted {
    let mut packed = Packed {
        mode,
        ends: [[0; 2]; 4],
        weights: [[0; 16]; 2],
        second,
    };
    let mut error = 0.0;
    for plane in 0..if mode.dual { 2 } else { 1 } {
        let is_in = |channel: &usize| !mode.dual || (*channel == second) == (plane == 1);
        let channels: Vec<usize> = (0..mode.channels).filter(is_in).collect();
        error += fit_plane(pixels, &channels, plane, &mut packed);
    }
    Fitted { packed, error }
}

/// Ends and weights of one plane: the principal line first, then least squares for the weights it
/// gave. Answers the error.
fn fit_plane(pixels: &Pixels, channels: &[usize], plane: usize, packed: &mut Packed) -> f32 {
    let (low, high) = principal_ends(pixels, channels);
    let mut best = assign(pixels, channels, packed.mode, low, high);
    for _ in 0..2 {
        if best.error == 0.0 {
            break;
        }
        let Some((low, high)) = least_squares(pixels, packed.mode, &best.weights) else {
            break;
        };
        let next = assign(pixels, channels, packed.mode, low, high);
        if next.error >= best.error {
            break;
        }
        best = next;
    }
    for channel in channels {
        packed.ends[*channel] = best.ends[*channel];
    }
    packed.weights[plane] = best.weights;
    best.error
}

/// Where the principal axis through the mean leaves the pixels behind, at both ends.
fn principal_ends(pixels: &Pixels, channels: &[usize]) -> ([f32; 4], [f32; 4]) {
    let mut mean = [0.0; 4];
    let mut least = [255.0_f32; 4];
    let mut most = [0.0_f32; 4];
    for pixel in pixels {
        for channel in 0..4 {
            mean[channel] += pixel[channel] / 16.0;
            least[channel] = least[channel].min(pixel[channel]);
            most[channel] = most[channel].max(pixel[channel]);
        }
    }
    let mut axis = [0.0; 4];
    let widest = channels
        .iter()
        .copied()
        .max_by(|a, b| (most[*a] - least[*a]).total_cmp(&(most[*b] - least[*b])));
    axis[widest.unwrap_or(0)] = 1.0;
    for _ in 0..4 {
        let mut next = [0.0; 4];
        for pixel in pixels {
            let along: f32 = channels
                .iter()
                .map(|c| (pixel[*c] - mean[*c]) * axis[*c])
                .sum();
            for c in channels {
                next[*c] += (pixel[*c] - mean[*c]) * along;
            }
        }
        let length = next.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length < 1e-6 {
            break;
        }
        axis = next.map(|x| x / length);
    }
    let (mut from, mut to) = (0.0_f32, 0.0_f32);
    for pixel in pixels {
        let along: f32 = channels
            .iter()
            .map(|c| (pixel[*c] - mean[*c]) * axis[*c])
            .sum();
        (from, to) = (from.min(along), to.max(along));
    }
    let at = |along: f32| std::array::from_fn(|c| mean[c] + axis[c] * along);
    (at(from), at(to))
}

/// Stored ends, each pixel's weight between them, and the error.
struct Assigned {
    ends: [[u8; 2]; 4],
    weights: [u8; 16],
    error: f32,
}

fn assign(
    pixels: &Pixels,
    channels: &[usize],
    mode: &Mode,
    low: [f32; 4],
    high: [f32; 4],
) -> Assigned {
    let mut ends = [[0; 2]; 4];
    let (mut from, mut step) = ([0.0; 4], [0.0; 4]);
    for c in channels {
        let (low, high) = (mode.range.quantise(low[*c]), mode.range.quantise(high[*c]));
        ends[*c] = [low.0, high.0];
        from[*c] = f32::from(low.1);
        step[*c] = f32::from(high.1) - f32::from(low.1);
    }
    let ramp = ramp(mode.weight_bits);
    let last = ramp.len() as f32 - 1.0;
    let length: f32 = step.iter().map(|x| x * x).sum();
    let mut weights = [0; 16];
    let mut error = 0.0;
    for (weight, pixel) in weights.iter_mut().zip(pixels) {
        let along: f32 = (0..4).map(|c| (pixel[c] - from[c]) * step[c]).sum();
        let share = if length > 0.0 { along / length } else { 0.0 };
        // Ramps are even but for rounding: the nearest step is the nearest weight, or nearly.
        *weight = (share * last).round().clamp(0.0, last) as u8;
        let share = f32::from(ramp[usize::from(*weight)]) / 64.0;
        for c in channels {
            let away = (from[*c] + step[*c] * share).round() - pixel[*c];
            error += away * away;
        }
    }
    Assigned {
        ends,
        weights,
        error,
    }
}

/// The ends of least squared error for given weights; `None` when all weights are one.
fn least_squares(pixels: &Pixels, mode: &Mode, weights: &[u8; 16]) -> Option<([f32; 4], [f32; 4])> {
    let ramp = ramp(mode.weight_bits);
    let (mut aa, mut ab, mut bb) = (0.0_f32, 0.0_f32, 0.0_f32);
    let (mut a_sum, mut b_sum) = ([0.0_f32; 4], [0.0_f32; 4]);
    for (pixel, weight) in pixels.iter().zip(weights) {
        let b = f32::from(ramp[usize::from(*weight)]) / 64.0;
        let a = 1.0 - b;
        (aa, ab, bb) = (aa + a * a, ab + a * b, bb + b * b);
        for c in 0..4 {
            a_sum[c] += a * pixel[c];
            b_sum[c] += b * pixel[c];
        }
    }
    let determinant = aa * bb - ab * ab;
    if determinant < 1e-3 {
        return None;
    }
    let low = std::array::from_fn(|c| (bb * a_sum[c] - ab * b_sum[c]) / determinant);
    let high = std::array::from_fn(|c| (aa * b_sum[c] - ab * a_sum[c]) / determinant);
    Some((low, high))
}
