//! UASTC: blocks of 16 bytes that become ASTC or BC7 at nearly the quality of those.
//!
//! An encoder of our own for the modes without partitions. Each block is fitted in the few modes
//! that can suit it and the one with the least error is kept.

mod hints;
mod line;
mod modes;

use crate::Level;

use line::{Fitted, Pixels, fit};
use modes::{GREY_4, GREY_DUAL, Mode, RGB_3, RGB_4, RGB_5, RGB_DUAL, RGBA_3, RGBA_4, RGBA_DUAL};

/// The blocks of a level, 16 bytes each, row after row; pixels beyond the edge repeat the edge.
#[must_use]
pub fn encode_level(level: &Level) -> Vec<u8> {
    let (width, height) = (level.width as usize, level.height as usize);
    let mut bytes = Vec::with_capacity(width.div_ceil(4) * height.div_ceil(4) * 16);
    for top in (0..height).step_by(4) {
        for left in (0..width).step_by(4) {
            let rgba: [[u8; 4]; 16] = std::array::from_fn(|pixel| {
                let x = (left + pixel % 4).min(width - 1);
                let y = (top + pixel / 4).min(height - 1);
                let at = (y * width + x) * 4;
                std::array::from_fn(|channel| level.rgba[at + channel])
            });
            bytes.extend_from_slice(&encode_block(&rgba));
        }
    }
    bytes
}

/// One block of sixteen RGBA pixels.
fn encode_block(rgba: &[[u8; 4]; 16]) -> [u8; 16] {
    if rgba.iter().all(|pixel| pixel == &rgba[0]) {
        let [r, g, b, _] = rgba[0];
        return modes::write_solid(rgba[0], hints::solid([r, g, b]));
    }
    let opaque = rgba.iter().all(|pixel| pixel[3] == 255);
    let grey = rgba.iter().all(|[r, g, b, _]| r == g && g == b);
    let best = match (opaque, grey) {
        (_, true) => {
            let pixels = rgba.map(|[r, _, _, a]| [f32::from(r), f32::from(a), 0.0, 0.0]);
            let dual: &[usize] = if opaque { &[] } else { &[1] };
            least(&pixels, &[&GREY_4], &GREY_DUAL, dual)
        }
        (true, false) => {
            let pixels = rgba.map(|[r, g, b, _]| [r, g, b, 0].map(f32::from));
            least(&pixels, &[&RGB_4, &RGB_5, &RGB_3], &RGB_DUAL, &[0, 1, 2])
        }
        (false, false) => {
            let pixels = rgba.map(|pixel| pixel.map(f32::from));
            least(&pixels, &[&RGBA_4, &RGBA_3], &RGBA_DUAL, &[3, 0, 1, 2])
        }
    };
    let mut packed = best.packed;
    // The second plane of grey and alpha is alpha's without being named.
    if packed.mode.channels == 2 {
        packed.second = 1;
    }
    packed.write(hints::hints(rgba))
}

/// Below this squared error over a block nobody looks for a better mode.
const GOOD_ENOUGH: f32 = 24.0;

/// The best of `single` modes, and of a `dual` one with each of the channels that may stand alone.
fn least(
    pixels: &Pixels,
    single: &[&'static Mode],
    dual: &'static Mode,
    alone: &[usize],
) -> Fitted {
    let mut best = fit(pixels, single[0], 0);
    let others = single[1..].iter().map(|mode| (*mode, 0));
    for (mode, second) in others.chain(alone.iter().map(|channel| (dual, *channel))) {
        if best.error <= GOOD_ENOUGH {
            break;
        }
        let next = fit(pixels, mode, second);
        if next.error < best.error {
            best = next;
        }
    }
    best
}
