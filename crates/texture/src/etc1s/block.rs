//! A block of 4 × 4 pixels, the two things ETC1S makes of it, and what that costs in quality.

/// What an endpoint's table adds to its colour for selectors 0 to 3.
pub(crate) const INTENSITIES: [[i32; 4]; 8] = [
    [-8, -2, 2, 8],
    [-17, -5, 5, 17],
    [-29, -9, 9, 29],
    [-42, -13, 13, 42],
    [-60, -18, 18, 60],
    [-80, -24, 24, 80],
    [-106, -33, 33, 106],
    [-183, -47, 47, 183],
];

/// How much an error in red, green, blue, and in their brightness counts. They sum to [`WEIGHT_SUM`].
pub(super) type Weights = [f32; 4];
pub(super) const WEIGHT_SUM: f32 = 9.0;
/// For numbers and normals: all channels alike.
pub(super) const EVEN: Weights = [3.0, 3.0, 3.0, 0.0];
/// For colour: errors that add up in brightness are seen first.
pub(super) const PERCEPTUAL: Weights = [0.95, 2.75, 0.9, 4.4];

/// Brightness of a colour: the luma of ITU-R BT.709, in 256ths.
pub(super) fn luma([r, g, b]: [f32; 3]) -> f32 {
    (54.0 * r + 183.0 * g + 19.0 * b) / 256.0
}

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

/// Under each selector, the error of each pixel.
pub(super) type Errors = [[f32; 16]; 4];

/// Sixteen pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Red, green, blue and their luma, each by pixel, row after row.
    pub(super) pixels: [[f32; 16]; 4],
    pub(super) weights: Weights,
    /// What an error counts here: less where the picture is busy, as the eye (and SSIM) has it.
    pub(super) importance: f32,
}

impl Endpoint {
    /// The colours of selectors 0 to 3, each with its luma.
    fn colours(self) -> [[f32; 4]; 4] {
        let base = self.colour.map(expand);
        INTENSITIES[usize::from(self.table)].map(|added| {
            let colour = base.map(|channel| (channel + added).clamp(0, 255) as f32);
            let [r, g, b] = colour;
            [r, g, b, luma(colour)]
        })
    }
}

impl Block {
    /// Of red, green and blue.
    pub(super) fn new([r, g, b]: [[f32; 16]; 3], weights: Weights) -> Self {
        let brightness = std::array::from_fn(|pixel| luma([r[pixel], g[pixel], b[pixel]]));
        let pixels = [r, g, b, brightness];
        let mut spread = 0.0;
        for (channel, weight) in pixels.iter().zip(weights) {
            let mean = channel.iter().sum::<f32>() / 16.0;
            let squares = channel.iter().map(|value| (value - mean) * (value - mean));
            spread += squares.sum::<f32>() * weight;
        }
        let variance = spread / (16.0 * WEIGHT_SUM);
        Self {
            pixels,
            weights,
            importance: importance(variance),
        }
    }

    /// Each pixel's error under each selector.
    pub(super) fn errors(&self, endpoint: Endpoint) -> Errors {
        let mut errors = [[0.0; 16]; 4];
        for (errors, colour) in errors.iter_mut().zip(&endpoint.colours()) {
            self.add_distances(colour, errors);
        }
        errors
    }

    #[inline(always)]
    fn add_distances(&self, colour: &[f32; 4], sums: &mut [f32; 16]) {
        let channels = self.pixels.iter().zip(colour).zip(&self.weights);
        for ((values, target), weight) in channels {
            for (sum, value) in sums.iter_mut().zip(values) {
                let difference = value - target;
                *sum += difference * difference * weight;
            }
        }
    }

    /// The colour that would be best here with an endpoint's table and the selectors that are best
    /// with the endpoint itself.
    pub(super) fn wanted_colour(&self, endpoint: Endpoint) -> [f32; 3] {
        let selectors = best_selectors(&self.errors(endpoint));
        let levels = INTENSITIES[usize::from(endpoint.table)];
        let added: i32 = (0..16)
            .map(|pixel| levels[(selectors >> (pixel * 2) & 3) as usize])
            .sum();
        // Where every channel is right, their luma is.
        std::array::from_fn(|c| (self.pixels[c].iter().sum::<f32>() - added as f32) / 16.0)
    }

    /// The least error an endpoint can have here.
    pub(super) fn error(&self, endpoint: Endpoint) -> f32 {
        let [first, others @ ..] = endpoint.colours();
        let mut least = [0.0; 16];
        self.add_distances(&first, &mut least);
        for colour in &others {
            let mut distances = [0.0; 16];
            self.add_distances(colour, &mut distances);
            for (least, distance) in least.iter_mut().zip(&distances) {
                *least = if distance < least { *distance } else { *least };
            }
        }
        sum(&least)
    }
}

/// In four lanes, so that it is four additions at once everywhere.
fn sum(values: &[f32; 16]) -> f32 {
    let mut lanes = [0.0; 4];
    for four in values.as_chunks::<4>().0 {
        lanes
            .iter_mut()
            .zip(four)
            .for_each(|(lane, value)| *lane += value);
    }
    lanes[0] + lanes[1] + lanes[2] + lanes[3]
}

/// SSIM divides an error by the variance around it, plus a constant that keeps it finite.
fn importance(variance: f32) -> f32 {
    1.0 / (variance + 30.0).sqrt()
}

/// The selectors with the least error at each pixel.
pub(super) fn best_selectors(errors: &Errors) -> Selectors {
    let mut least = errors[0];
    let mut best = [0_u32; 16];
    for (selector, errors) in (1..).zip(&errors[1..]) {
        for pixel in 0..16 {
            let is_less = errors[pixel] < least[pixel];
            least[pixel] = if is_less { errors[pixel] } else { least[pixel] };
            best[pixel] = if is_less { selector } else { best[pixel] };
        }
    }
    let bits = best.iter().enumerate();
    bits.fold(0, |selectors, (pixel, best)| {
        selectors | best << (pixel * 2)
    })
}

/// The error of a choice of selectors.
pub(super) fn error_of(errors: &Errors, selectors: Selectors) -> f32 {
    let errors = errors.as_flattened();
    let mut lanes = [0.0; 4];
    for pixel in 0..16 {
        let selector = (selectors >> (pixel * 2) & 3) as usize;
        lanes[pixel % 4] += errors[selector * 16 + pixel];
    }
    lanes[0] + lanes[1] + lanes[2] + lanes[3]
}
