//! The picture of a captcha: hills of many colours, and in them a gap whose middle is where the answer must be.
//!
//! 320 × 160 pixels of a palette, as PNG. Two false gaps, fainter and of another height, keep a program from taking
//! the first dark square it finds; it takes a person a glance. The seed makes the hills, so no two pictures are alike.

use bytes::Bytes;

use crate::sources::demo::png::{chunk, zlib};

/// Pixels across.
const WIDTH: u32 = 320;
/// Pixels down.
const HEIGHT: u32 = 160;
/// Half of a piece, pixels.
const HALF: i64 = 20;
/// Colours of the hills; each has a darker twin behind it, for gaps, and a fainter one for false gaps.
const COLOURS: u8 = 16;

/// A picture whose gap is at `place`, per cent of its width.
pub(super) fn puzzle(place: f64, seed: u64) -> Bytes {
    let mut dice = Dice(seed | 1);
    let middle = (place.clamp(0.0, 100.0) * f64::from(WIDTH) / 100.0).round() as i64;
    let height = 40 + dice.below(80);
    let false_gaps: Vec<(i64, i64)> = (0..2)
        .map(|_| (dice.below(i64::from(WIDTH)), 30 + dice.below(100)))
        .collect();
    let hills: Vec<[i64; 4]> = (0..9)
        .map(|_| {
            [
                dice.below(320),
                dice.below(160),
                20 + dice.below(60),
                dice.below(i64::from(COLOURS)),
            ]
        })
        .collect();
    let mut pixels = Vec::with_capacity(((WIDTH + 1) * HEIGHT) as usize);
    for y in 0..i64::from(HEIGHT) {
        pixels.push(0); // no filter
        for x in 0..i64::from(WIDTH) {
            let colour = colour(&hills, x, y, dice.below(3));
            let shade = if piece(x - middle, y - height) {
                2 * COLOURS
            } else if false_gaps.iter().any(|(fx, fy)| piece(x - fx, y - fy)) {
                COLOURS
            } else {
                0
            };
            pixels.push(colour + shade);
        }
    }
    file(&palette(&mut dice), &pixels)
}

fn colour(hills: &[[i64; 4]], x: i64, y: i64, noise: i64) -> u8 {
    let near = hills
        .iter()
        .enumerate()
        .min_by_key(|(_, [hx, hy, size, _])| ((x - hx).pow(2) + (y - hy).pow(2)) * 100 / size);
    let own = near.map_or(0, |(_, hill)| hill[3]) + noise / 2;
    u8::try_from(own % i64::from(COLOURS)).unwrap_or(0)
}

/// A square with a knob on its right side and a notch on its left.
fn piece(x: i64, y: i64) -> bool {
    let round = |cx: i64| (x - cx).pow(2) + y.pow(2) <= 49;
    let square = x.abs() <= HALF && y.abs() <= HALF;
    (square && !round(-HALF)) || round(HALF)
}

fn palette(dice: &mut Dice) -> Vec<u8> {
    let colours: Vec<u8> = (0..3 * COLOURS)
        .map(|_| 80 + dice.below(170) as u8)
        .collect();
    let fainter = colours.iter().map(|c| c / 8 * 7);
    let darker = colours.iter().map(|c| c / 3);
    let twins: Vec<u8> = fainter.chain(darker).collect();
    [colours, twins].concat()
}

fn file(palette: &[u8], pixels: &[u8]) -> Bytes {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::from(WIDTH.to_be_bytes());
    head.extend_from_slice(&HEIGHT.to_be_bytes());
    head.extend_from_slice(&[8, 3, 0, 0, 0]); // 8 bits, palette
    chunk(&mut file, b"IHDR", &head);
    chunk(&mut file, b"PLTE", palette);
    chunk(&mut file, b"IDAT", &zlib(pixels));
    chunk(&mut file, b"IEND", &[]);
    file.into()
}

/// Noise, not secrets: a picture's secret is where its gap is.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % n.unsigned_abs().max(1)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixel rows of a picture, from its one stored block.
    fn rows(file: &[u8]) -> Vec<&[u8]> {
        let at = file.windows(4).position(|w| w == b"IDAT").expect("pixels") + 4;
        let width = WIDTH as usize + 1;
        file[at + 7..]
            .chunks_exact(width)
            .take(HEIGHT as usize)
            .collect()
    }

    /// The middle of the dark pixels, which is where a person sees the gap.
    fn seen(file: &[u8]) -> f64 {
        let (mut least, mut most) = (usize::MAX, 0);
        for row in rows(file) {
            for (x, pixel) in row[1..].iter().enumerate() {
                if *pixel >= 2 * COLOURS {
                    (least, most) = (least.min(x), most.max(x));
                }
            }
        }
        // The knob makes it longer on the right by 7 pixels.
        (least + most - 7) as f64 / 2.0 / f64::from(WIDTH) * 100.0
    }

    #[test]
    fn the_gap_is_seen_where_the_answer_must_be() {
        for (n, place) in [12.0, 40.0, 66.6, 88.0].into_iter().enumerate() {
            let file = puzzle(place, 7 + n as u64);
            assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
            let seen = seen(&file);
            assert!((seen - place).abs() < 1.0, "{place} is seen at {seen}");
        }
    }

    #[test]
    fn no_two_pictures_are_alike() {
        assert_ne!(puzzle(40.0, 1), puzzle(40.0, 3));
        assert_eq!(puzzle(40.0, 1), puzzle(40.0, 1));
    }
}
