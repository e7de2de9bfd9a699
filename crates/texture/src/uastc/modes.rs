//! The block modes that are written, their numbers as ASTC stores them, and the bits of a block.
//!
//! Basis Universal's "UASTC Texture Specification" and the ASTC chapter of the Khronos Data Format
//! Specification. Of the nineteen modes these nine have one subset: no partition of a block's
//! pixels has to be searched.

use std::sync::LazyLock;

/// A way to spend a block's 128 bits.
#[derive(Debug)]
pub(super) struct Mode {
    /// The prefix that names it, lowest bit first, and its bits.
    code: (u32, u32),
    /// 2: grey and alpha, 3: colour, 4: colour and alpha.
    pub(super) channels: usize,
    pub(super) weight_bits: u32,
    pub(super) range: Range,
    /// Two planes of weights: one channel has its own.
    pub(super) dual: bool,
    /// Whether the prefix of hints has a second BC1 bit and an ETC1 bias.
    long_hints: bool,
}

const fn mode(
    code: (u32, u32),
    channels: usize,
    weight_bits: u32,
    range: Range,
    dual: bool,
    long_hints: bool,
) -> Mode {
    Mode {
        code,
        channels,
        weight_bits,
        range,
        dual,
        long_hints,
    }
}

pub(super) static RGB_4: Mode = mode((0x1, 4), 3, 4, Range::R192, false, true);
pub(super) static RGB_3: Mode = mode((0xb, 5), 3, 3, Range::R256, false, true);
pub(super) static RGB_5: Mode = mode((0x9, 4), 3, 5, Range::R32, false, true);
pub(super) static RGB_DUAL: Mode = mode((0x1b, 5), 3, 2, Range::R160, true, true);
pub(super) static RGBA_4: Mode = mode((0x2, 3), 4, 4, Range::R48, false, false);
pub(super) static RGBA_3: Mode = mode((0x6, 3), 4, 3, Range::R192, false, false);
pub(super) static RGBA_DUAL: Mode = mode((0x0, 2), 4, 2, Range::R48, true, false);
pub(super) static GREY_4: Mode = mode((0x5, 7), 2, 4, Range::R256, false, true);
pub(super) static GREY_DUAL: Mode = mode((0x25, 6), 2, 2, Range::R256, true, true);

const SOLID_CODE: (u32, u32) = (0x17, 5);

/// How many values an endpoint can have, and how they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    R32,
    R48,
    R160,
    R192,
    R256,
}

/// For each byte the stored number nearest to it, and what that number stands for.
type Nearest = [(u8, u8); 256];

impl Range {
    /// Plain bits, and the base of what comes on top of them (1: nothing).
    fn parts(self) -> (u32, u32) {
        match self {
            Self::R32 => (5, 1),
            Self::R48 => (4, 3),
            Self::R160 => (5, 5),
            Self::R192 => (6, 3),
            Self::R256 => (8, 1),
        }
    }

    /// What a stored number stands for, 0 to 255: ASTC's unquantisation of colours.
    fn value(self, stored: u32) -> u32 {
        let (bits, _) = self.parts();
        let (low, high) = (stored & ((1 << bits) - 1), stored >> bits);
        let bit = |number: u32| low >> number & 1;
        let all = if bit(0) == 1 { 511 } else { 0 };
        let top = low >> 1;
        let (factor, mixed) = match self {
            Self::R256 => return stored,
            Self::R32 => return stored << 3 | stored >> 2,
            Self::R48 => (22, top << 6 | top),
            Self::R160 => (6, top << 5 | bit(4)),
            Self::R192 => (5, top << 4 | bit(5)),
        };
        let mixed = (high * factor + mixed) ^ all;
        (all & 0x80) | mixed >> 2
    }

    fn nearest(self) -> &'static Nearest {
        static TABLES: LazyLock<[Nearest; 5]> = LazyLock::new(|| {
            [
                Range::R32,
                Range::R48,
                Range::R160,
                Range::R192,
                Range::R256,
            ]
            .map(Range::table)
        });
        &TABLES[self as usize]
    }

    fn table(self) -> Nearest {
        let (bits, base) = self.parts();
        let values: Vec<u32> = (0..base << bits).map(|stored| self.value(stored)).collect();
        std::array::from_fn(|byte| {
            let away = |stored: &usize| values[*stored].abs_diff(byte as u32);
            let stored = (0..values.len()).min_by_key(away).unwrap_or(0);
            (stored as u8, values[stored] as u8)
        })
    }

    /// The stored number nearest to a value, and what it stands for.
    pub(super) fn quantise(self, value: f32) -> (u8, u8) {
        self.nearest()[value.round().clamp(0.0, 255.0) as usize]
    }
}

/// How far each weight lies from the first endpoint to the second, in 64ths.
pub(super) fn ramp(weight_bits: u32) -> &'static [u8] {
    match weight_bits {
        2 => &[0, 21, 43, 64],
        3 => &[0, 9, 18, 27, 37, 46, 55, 64],
        4 => &[0, 4, 8, 12, 17, 21, 25, 29, 35, 39, 43, 47, 52, 56, 60, 64],
        _ => &[
            0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 34, 36, 38, 40, 42, 44, 46,
            48, 50, 52, 54, 56, 58, 60, 62, 64,
        ],
    }
}

/// What a block says, before it is bits.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    pub(super) mode: &'static Mode,
    /// For each channel the stored numbers of both ends.
    pub(super) ends: [[u8; 2]; 4],
    /// Of the first plane, and of the second.
    pub(super) weights: [[u8; 16]; 2],
    /// The channel that has the second plane.
    pub(super) second: usize,
}

/// What a transcoder to ETC1 and ETC2 would have to search for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints {
    pub(super) flip: bool,
    pub(super) differential: bool,
    pub(super) tables: [u8; 2],
    /// Table and multiplier of the alpha block.
    pub(super) alpha: u8,
}

/// No change to ETC1's colours.
const NO_BIAS: u32 = 13;

struct Bits {
    value: u128,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.value |= u128::from(value) << self.count;
        self.count += count;
    }
}

impl Packed {
    /// Makes the first weight of each plane small, by turning the line around where it is not: its
    /// highest bit is not stored.
    fn anchored(&self) -> Self {
        let mut turned = self.clone();
        let largest = (1 << self.mode.weight_bits) - 1;
        for plane in 0..if self.mode.dual { 2 } else { 1 } {
            if turned.weights[plane][0] <= largest / 2 {
                continue;
            }
            turned.weights[plane]
                .iter_mut()
                .for_each(|weight| *weight = largest - *weight);
            for channel in 0..self.mode.channels {
                let is_second = self.mode.dual && channel == self.second;
                if is_second == (plane == 1) {
                    turned.ends[channel].swap(0, 1);
                }
            }
        }
        turned
    }

    /// The block.
    pub(super) fn write(&self, hints: Hints) -> [u8; 16] {
        let block = self.anchored();
        let mode = block.mode;
        let mut bits = Bits { value: 0, count: 0 };
        bits.put(mode.code.0, mode.code.1);
        // BC1 is not promised to be found without a search.
        bits.put(0, if mode.long_hints { 2 } else { 1 });
        bits.put(u32::from(hints.flip), 1);
        bits.put(u32::from(hints.differential), 1);
        hints
            .tables
            .iter()
            .for_each(|table| bits.put(u32::from(*table), 3));
        if mode.long_hints {
            bits.put(NO_BIAS, 5);
        }
        if mode.channels != 3 {
            bits.put(u32::from(hints.alpha), 8);
        }
        if mode.dual && mode.channels != 2 {
            bits.put(block.second as u32, 2);
        }
        block.put_ends(&mut bits);
        block.put_weights(&mut bits);
        bits.value.to_le_bytes()
    }

    /// Trits of five values, or quints of three, share a number; the plain bits follow.
    fn put_ends(&self, bits: &mut Bits) {
        let (plain, base) = self.mode.range.parts();
        let values: Vec<u32> = self.ends[..self.mode.channels]
            .iter()
            .flatten()
            .map(|end| u32::from(*end))
            .collect();
        if base > 1 {
            let group = if base == 3 { 5 } else { 3 };
            for values in values.chunks(group) {
                let number = values
                    .iter()
                    .rev()
                    .fold(0, |sum, v| sum * base + (v >> plain));
                let width = match (base, values.len()) {
                    (3, length) => [0, 2, 4, 5, 7, 8][length],
                    (_, length) => [0, 3, 5, 7][length],
                };
                bits.put(number, width);
            }
        }
        values
            .iter()
            .for_each(|value| bits.put(value & ((1 << plain) - 1), plain));
    }

    fn put_weights(&self, bits: &mut Bits) {
        let planes = if self.mode.dual { 2 } else { 1 };
        for pixel in 0..16 {
            let width = self.mode.weight_bits - u32::from(pixel == 0);
            for plane in &self.weights[..planes] {
                bits.put(u32::from(plane[pixel]), width);
            }
        }
    }
}

/// A block of one colour: the colour itself, and the ETC1 block nearest to it.
pub(super) fn write_solid(rgba: [u8; 4], etc1: ([u8; 3], u8, u8)) -> [u8; 16] {
    let (colour, table, selector) = etc1;
    let mut bits = Bits { value: 0, count: 0 };
    bits.put(SOLID_CODE.0, SOLID_CODE.1);
    rgba.iter()
        .for_each(|channel| bits.put(u32::from(*channel), 8));
    bits.put(1, 1);
    bits.put(u32::from(table), 3);
    bits.put(u32::from(selector), 2);
    colour
        .iter()
        .for_each(|channel| bits.put(u32::from(*channel), 5));
    bits.value.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_span_the_bytes_and_none_is_far_from_any() {
        for range in [
            Range::R32,
            Range::R48,
            Range::R160,
            Range::R192,
            Range::R256,
        ] {
            let (bits, base) = range.parts();
            let levels = base << bits;
            assert_eq!((range.quantise(0.0).1, range.quantise(255.0).1), (0, 255));
            let mut values: Vec<u32> = (0..levels).map(|stored| range.value(stored)).collect();
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len() as u32, levels, "{range:?}");
            for byte in 0..=255_u8 {
                let away = range.quantise(f32::from(byte)).1.abs_diff(byte);
                assert!(
                    u32::from(away) <= 255 / levels + 1,
                    "{range:?} {byte} {away}"
                );
            }
        }
    }
}
