//! The sRGB curve (IEC 61966-2-1) between bytes and linear light.

use std::sync::LazyLock;

fn to_linear(encoded: f64) -> f64 {
    if encoded <= 0.040_45 {
        encoded / 12.92
    } else {
        ((encoded + 0.055) / 1.055).powf(2.4)
    }
}

/// Linear light, 0 to 1, of each byte.
static LINEAR: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|byte| to_linear(byte as f64 / 255.0) as f32));

const STEPS: usize = 4096;

/// From linear light to bytes: where a byte ends, and the first byte that can be at each of
/// [`STEPS`] equal steps of light.
struct Encoder {
    ends: [f32; 256],
    starts: [u8; STEPS + 1],
}

static ENCODER: LazyLock<Encoder> = LazyLock::new(|| {
    let ends: [f32; 256] =
        std::array::from_fn(|byte| to_linear((byte as f64 + 0.5) / 255.0) as f32);
    let starts = std::array::from_fn(|step| {
        let light = step as f32 / STEPS as f32;
        ends.partition_point(|end| *end <= light).min(255) as u8
    });
    Encoder { ends, starts }
});

/// Linear light of a byte.
pub(crate) fn decode(byte: u8) -> f32 {
    LINEAR[usize::from(byte)]
}

/// The nearest byte to a linear light; what lies outside 0 to 1 is clamped.
pub(crate) fn encode(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let encoder = &*ENCODER;
    let mut byte = encoder.starts[(light * STEPS as f32) as usize];
    while byte < 255 && encoder.ends[usize::from(byte)] <= light {
        byte += 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_curve_and_the_middle_is_dark() {
        for byte in 0..=255 {
            assert_eq!(encode(decode(byte)), byte);
        }
        assert!((decode(188) - 0.5).abs() < 0.01);
        assert_eq!((encode(-1.0), encode(2.0), encode(f32::NAN)), (0, 255, 0));
    }
}
