//! A block of 4 × 4 pixels, the two things ETC1S makes of it, and what that costs in quality.
//!
//! Pixels are floats that hold whole numbers: sums stay below 2²⁴, so no order of adding them
//! changes a bit.

/// What an endpoint's table adds to its colour for selectors 0 to 3.
pub(super) const INTENSITIES: [[i32; 4]; 8] = [
    [-8, -2, 2, 8],
    [-17, -5, 5, 17],
    [-29, -9, 9, 29],
    [-42, -13, 13, 42],
    [-60, -18, 18, 60],
    [-80, -24, 24, 80],
    [-106, -33, 33, 106],
    [-183, -47, 47, 183],
];

/// How much an error in red, green and blue counts; they sum to [`WEIGHT_SUM`].
pub(super) const WEIGHTS: [f32; 3] = [3.0, 4.0, 2.0];
pub(super) const WEIGHT_SUM: f32 = 9.0;

/// A colour of 5 bits a channel and the number of an intensity table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Endpoint {
    pub(super) colour: [u8; 3],
    pub(super) table: u8,
}

/// Five bits as eight.
pub(super) fn expand(five: u8) -> i32 {
    i32::from(five << 3 | five >> 2)
}

/// The nearest five bits to a channel's value.
pub(super) fn to_five(value: f32) -> u8 {
    (value * (31.0 / 255.0)).round().clamp(0.0, 31.0) as u8
}

/// Two bits for each of 16 pixels, row after row, the first pixel lowest in each row's byte.
pub(super) type Selectors = u32;

/// The error of each pixel under each selector.
pub(super) type Errors = [[f32; 4]; 16];

/// Sixteen pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// By channel, then by pixel, row after row.
    pub(super) pixels: [[f32; 16]; 3],
    /// What an error counts here: less where the picture is busy, as the eye (and SSIM) has it.
    pub(super) importance: f32,
}

impl Endpoint {
    /// The colours of selectors 0 to 3.
    pub(super) fn colours(self) -> [[f32; 3]; 4] {
        let base = self.colour.map(expand);
        INTENSITIES[usize::from(self.table)]
            .map(|added| base.map(|channel| (channel + added).clamp(0, 255) as f32))
    }
}

impl Block {
    pub(super) fn new(pixels: [[f32; 16]; 3]) -> Self {
        let mut spread = 0.0;
        for (channel, weight) in pixels.iter().zip(WEIGHTS) {
            let mean = channel.iter().sum::<f32>() / 16.0;
            let squares = channel.iter().map(|value| (value - mean) * (value - mean));
            spread += squares.sum::<f32>() * weight;
        }
        let variance = spread / (16.0 * WEIGHT_SUM);
        Self {
            pixels,
            importance: importance(variance),
        }
    }

    /// Each pixel's error under each selector.
    pub(super) fn errors(&self, endpoint: Endpoint) -> Errors {
        let by_selector = endpoint.colours().map(|colour| self.distances(colour));
        std::array::from_fn(|pixel| std::array::from_fn(|selector| by_selector[selector][pixel]))
    }

    fn distances(&self, colour: [f32; 3]) -> [f32; 16] {
        let mut sum = [0.0; 16];
        for channel in 0..3 {
            for (sum, value) in sum.iter_mut().zip(&self.pixels[channel]) {
                let difference = value - colour[channel];
                *sum += difference * difference * WEIGHTS[channel];
            }
        }
        sum
    }

    /// The least error an endpoint can have here.
    pub(super) fn error(&self, endpoint: Endpoint) -> f32 {
        let [a, b, c, d] = endpoint.colours().map(|colour| self.distances(colour));
        let best = |i: usize| a[i].min(b[i]).min(c[i].min(d[i]));
        (0..16).map(best).sum()
    }
}

/// SSIM divides an error by the variance around it, plus a constant that keeps it finite.
fn importance(variance: f32) -> f32 {
    1.0 / (variance + 30.0).sqrt()
}

/// The selectors with the least error at each pixel.
pub(super) fn best_selectors(errors: &Errors) -> Selectors {
    let mut selectors = 0;
    for (pixel, errors) in errors.iter().enumerate() {
        let mut best = 0;
        for selector in 1..4 {
            if errors[selector] < errors[best] {
                best = selector;
            }
        }
        selectors |= (best as u32) << (pixel * 2);
    }
    selectors
}

/// The error of a choice of selectors.
pub(super) fn error_of(errors: &Errors, selectors: Selectors) -> f32 {
    let chosen = errors.iter().enumerate();
    chosen
        .map(|(pixel, errors)| errors[(selectors >> (pixel * 2) & 3) as usize])
        .sum()
}
