//! What a transcoder to ETC1 and ETC2 is told, so that it need not search.
//!
//! It averages each half of the block itself; it is told which halves, whether their colours are
//! close enough for a difference, and each half's intensity table.

use super::modes::Hints;
use crate::etc1s::INTENSITIES;

/// The widest and narrowest step of each table of an EAC alpha block, largest negative and largest
/// positive modifier (Khronos Data Format Specification, "ETC2 EAC").
const ALPHA_TABLES: [(i32, i32); 16] = [
    (-15, 14),
    (-13, 12),
    (-13, 12),
    (-12, 11),
    (-12, 11),
    (-11, 10),
    (-11, 10),
    (-10, 9),
    (-10, 9),
    (-10, 9),
    (-10, 9),
    (-10, 9),
    (-10, 9),
    (-10, 9),
    (-8, 9),
    (-9, 8),
];

/// Hints for sixteen RGBA pixels.
pub(super) fn hints(rgba: &[[u8; 4]; 16]) -> Hints {
    let [upright, flipped] = [false, true].map(|flip| halves(rgba, flip));
    let (flip, (_, tables, differential)) = if flipped.0 < upright.0 {
        (true, flipped)
    } else {
        (false, upright)
    };
    Hints {
        flip,
        differential,
        tables,
        alpha: alpha(rgba),
    }
}

/// The error, the tables and whether differences are small, for halves side by side or, flipped,
/// one above the other.
fn halves(rgba: &[[u8; 4]; 16], flip: bool) -> (f32, [u8; 2], bool) {
    let mut error = 0.0;
    let mut tables = [0; 2];
    let mut fives = [[0_i32; 3]; 2];
    for half in 0..2 {
        let is_in = |pixel: usize| {
            let place = if flip { pixel / 4 } else { pixel % 4 };
            (place >= 2) == (half == 1)
        };
        let members: Vec<&[u8; 4]> = (0..16).filter(|p| is_in(*p)).map(|p| &rgba[p]).collect();
        let mean: [f32; 3] =
            std::array::from_fn(|c| members.iter().map(|m| f32::from(m[c])).sum::<f32>() / 8.0);
        fives[half] = mean.map(|channel| (channel * 31.0 / 255.0).round() as i32);
        let greys: Vec<f32> = members
            .iter()
            .map(|m| (0..3).map(|c| f32::from(m[c]) - mean[c]).sum::<f32>() / 3.0)
            .collect();
        let (least, table) = best_table(&greys);
        tables[half] = table;
        error += least;
    }
    let close = (0..3).all(|c| (-4..=3).contains(&(fives[1][c] - fives[0][c])));
    (error, tables, close)
}

/// The intensity table with the least squared error for distances along the grey axis.
fn best_table(greys: &[f32]) -> (f32, u8) {
    let mut best = (f32::INFINITY, 0);
    for (table, levels) in (0_u8..).zip(INTENSITIES) {
        let error = greys.iter().map(|grey| {
            let nearest = levels.iter().map(|level| (grey - *level as f32).abs());
            nearest.fold(f32::INFINITY, f32::min).powi(2)
        });
        let error: f32 = error.sum();
        if error < best.0 {
            best = (error, table);
        }
    }
    best
}

/// A table and a multiplier whose reach is that of the block's alpha.
fn alpha(rgba: &[[u8; 4]; 16]) -> u8 {
    let least = rgba.iter().map(|pixel| pixel[3]).min().unwrap_or(0);
    let most = rgba.iter().map(|pixel| pixel[3]).max().unwrap_or(0);
    let reach = i32::from(most) - i32::from(least);
    let mut best = (i32::MAX, 0);
    for (table, (low, high)) in (0_u8..).zip(ALPHA_TABLES) {
        for multiplier in 1..16_u8 {
            let away = (reach - (high - low) * i32::from(multiplier)).abs();
            if away < best.0 {
                best = (away, table | multiplier << 4);
            }
        }
    }
    best.1
}

/// The ETC1 colour, table and selector nearest to one colour.
pub(super) fn solid(rgb: [u8; 3]) -> ([u8; 3], u8, u8) {
    let mut best = (i32::MAX, ([0; 3], 0, 0));
    for (table, levels) in (0_u8..).zip(INTENSITIES) {
        for (selector, level) in (0_u8..).zip(levels) {
            let five = rgb.map(|channel| {
                let base = (i32::from(channel) - level).clamp(0, 255);
                ((base * 31 + 127) / 255) as u8
            });
            let away = (0..3).map(|c| {
                let shown = (i32::from(five[c] << 3 | five[c] >> 2) + level).clamp(0, 255);
                (shown - i32::from(rgb[c])).pow(2)
            });
            let error = away.sum();
            if error < best.0 {
                best = (error, (five, table, selector));
            }
        }
    }
    best.1
}
