//! The land of a scene as rectangles that do not overlap.
//!
//! Each parcel reaches a little over its border. Where two meet, what is in both must come out once, so
//! the land is cut into strips along z, and each strip into runs along x; equal runs one above the other
//! are one rectangle.

use super::{Land, MARGIN_METRES, PARCEL_METRES};

/// A rectangle of the ground, in glTF's space: low and high x, low and high z, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: [f64; 2],
    pub(super) z: [f64; 2],
}

/// The rectangles of a land.
pub(super) fn of(land: &Land) -> Vec<Rect> {
    let mut parcels = land.relative();
    parcels.sort_unstable_by_key(|&[x, y]| [y, x]);
    parcels.dedup();
    let sides = |number: i32| {
        let low = f64::from(number) * PARCEL_METRES;
        [low - MARGIN_METRES, low + PARCEL_METRES + MARGIN_METRES]
    };
    let mut cuts: Vec<f64> = parcels.iter().flat_map(|&[_, y]| sides(y)).collect();
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    let mut done: Vec<Rect> = Vec::new();
    // Rectangles that end where the strip begins.
    let mut open: Vec<Rect> = Vec::new();
    let mut first = 0;
    for strip in cuts.windows(2) {
        let (from, to) = (strip[0], strip[1]);
        // Parcels are in order of y, and none reaches over more than three strips.
        let before = |parcel: &[i32; 2]| sides(parcel[1])[1] <= from;
        first += parcels[first..].iter().take_while(|p| before(p)).count();
        let here = parcels[first..].iter().take_while(|p| sides(p[1])[0] < to);
        let mut runs: Vec<[f64; 2]> = here
            .filter(|p| sides(p[1])[1] >= to)
            .map(|&[x, _]| sides(x))
            .map(|[low, high]| [-high, -low])
            .collect();
        runs.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]));
        let mut next: Vec<Rect> = Vec::new();
        for run in joined(&runs) {
            let known = open.iter().position(|rect| rect.x == run);
            let mut rect = match known {
                Some(at) => open.swap_remove(at),
                None => Rect {
                    x: run,
                    z: [from, to],
                },
            };
            rect.z[1] = to;
            next.push(rect);
        }
        done.append(&mut open);
        open = next;
    }
    done.append(&mut open);
    done.sort_unstable_by(|a, b| a.z[0].total_cmp(&b.z[0]).then(a.x[0].total_cmp(&b.x[0])));
    done
}

fn joined(runs: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut joined: Vec<[f64; 2]> = Vec::new();
    for &[low, high] in runs {
        match joined.last_mut() {
            Some(last) if low <= last[1] => last[1] = last[1].max(high),
            _ => joined.push([low, high]),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rects(parcels: &[[i32; 2]]) -> Vec<Rect> {
        let base = parcels[0];
        of(&Land {
            base,
            parcels: parcels.to_vec(),
        })
    }

    #[test]
    fn a_block_is_one_rectangle() {
        let block = rects(&[[3, 4], [4, 4], [3, 5], [4, 5], [3, 4]]);
        let want = Rect {
            x: [-32.05, 0.05],
            z: [-0.05, 32.05],
        };
        assert_eq!(block, [want]);
    }

    #[test]
    fn any_land_is_covered_once() {
        for parcels in [
            &[[0, 0], [1, 0], [0, 1]][..],
            &[[0, 0], [1, 1], [-1, -1]],
            &[[5, 5], [5, 7], [6, 6], [4, 6], [-3, 5]],
        ] {
            let rects = rects(parcels);
            let land = Land {
                base: parcels[0],
                parcels: parcels.to_vec(),
            };
            for step in 0..40_000 {
                let at = |n: i32| f64::from(n) * 0.801 - 159.0;
                let (x, z) = (at(step % 200 * 2), at(step / 200 * 2));
                let within = |[px, pz]: [i32; 2]| {
                    let inside = |c: f64, p: i32| {
                        let low = f64::from(p) * 16.0;
                        c > low - 0.05 && c < low + 16.05
                    };
                    inside(-x, px) && inside(z, pz)
                };
                let wanted = land.relative().into_iter().any(within);
                let inside = |r: &&Rect| x > r.x[0] && x < r.x[1] && z > r.z[0] && z < r.z[1];
                let found = rects.iter().filter(inside).count();
                assert_eq!(found, usize::from(wanted), "{parcels:?} at {x}, {z}");
            }
        }
    }
}
