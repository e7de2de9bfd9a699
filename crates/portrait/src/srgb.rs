//! sRGB to linear light and back.

use std::sync::LazyLock;

/// Steps of linear light in the table back to 8 bits: fine enough that every 8-bit value returns.
const STEPS: usize = 1 << 14;

/// A function of sRGB to one of linear light, both 0 to 1.
#[must_use]
pub(crate) fn decode(value: f32) -> f32 {
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn encode(value: f32) -> f32 {
    if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    }
}

/// Linear light of each 8-bit sRGB value.
pub(crate) static LINEAR: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|value| decode(value as f32 / 255.0)));

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let steps = 0..=STEPS;
    steps
        .map(|step| (encode(step as f32 / STEPS as f32) * 255.0).round() as u8)
        .collect()
});

/// 8-bit sRGB of a linear value, which is cut to 0 to 1.
#[must_use]
pub(crate) fn to_byte(linear: f32) -> u8 {
    let step = linear.clamp(0.0, 1.0) * STEPS as f32 + 0.5;
    BYTES[step as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_returns() {
        for byte in 0..=255_u8 {
            assert_eq!(to_byte(LINEAR[usize::from(byte)]), byte);
        }
        assert_eq!(to_byte(f32::NAN), 0);
    }
}
