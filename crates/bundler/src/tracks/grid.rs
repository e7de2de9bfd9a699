//! The grid of times a clip was made on.

use std::sync::Arc;

use crate::model::Channel;

/// Evenly spaced times from a clip's first to its last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    pub(super) times: Arc<[f32]>,
    /// Whether the tracks' own keys lie on it.
    pub(super) exact: bool,
}

/// Frames a second that exporters use.
const RATES: [f64; 7] = [24.0, 30.0, 25.0, 60.0, 48.0, 50.0, 120.0];
/// For clips whose keys lie on no grid.
const OTHERWISE: f64 = 60.0;
const KEYS_MAX: f64 = 100_000.0;
/// Of a frame a key may be off its place: times are floats, often written as text.
const OFF: f64 = 0.01;

/// The grid for the moving tracks of a clip; `None` when it would be too fine.
pub(super) fn find(channels: &[&Channel]) -> Option<Grid> {
    let longest = channels.iter().max_by_key(|channel| channel.times.len())?;
    let start = channels.iter().map(|c| c.times[0]).fold(f32::MAX, f32::min);
    let end = channels.iter().map(|c| c.end()).fold(f32::MIN, f32::max);
    let (from, to) = (f64::from(start), f64::from(end));
    let keys = longest.times.len();
    let span = f64::from(longest.end()) - f64::from(longest.times[0]);
    // Whole frames since zero, or its own even spacing since the first key.
    let own = (keys as f64 - 1.0) / span;
    let rates = RATES.into_iter().map(|rate| (rate, 0.0));
    let candidates = rates.chain((keys > 2).then_some((own, from)));
    let mut fitting = candidates.filter(|&(rate, origin)| {
        let on_grid = |time: f64| {
            let frame = (time - origin) * rate;
            (frame - frame.round()).abs() < OFF
        };
        let mut seen: Option<&Arc<[f32]>> = None;
        channels.iter().all(|channel| {
            // Tracks share their times; looking at them once is enough.
            let known = seen.is_some_and(|seen| Arc::ptr_eq(seen, &channel.times));
            seen = Some(&channel.times);
            known || channel.times.iter().all(|&t| on_grid(f64::from(t)))
        })
    });
    let found = fitting.next();
    let rate = found.map_or(OTHERWISE, |(rate, _)| rate);
    let steps = ((to - from) * rate).round().max(1.0);
    if !steps.is_finite() || steps > KEYS_MAX {
        return None;
    }
    let step = (to - from) / steps;
    let mut times: Vec<f32> = (0..=steps as usize)
        .map(|i| (from + step * i as f64) as f32)
        .collect();
    if let Some(last) = times.last_mut() {
        *last = end;
    }
    times.is_sorted_by(|a, b| a < b).then(|| Grid {
        times: times.into(),
        exact: found.is_some(),
    })
}

/// The places of a grid of `count` that stay when every `stride`th does: the last one always.
pub(super) fn kept(count: usize, stride: usize) -> impl Iterator<Item = usize> + Clone {
    let last = count - 1;
    (0..last).step_by(stride).chain([last])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Interpolation, Path};

    fn track(times: &[f32]) -> Channel {
        Channel {
            node: 0,
            path: Path::Weights,
            interpolation: Interpolation::Linear,
            times: times.into(),
            width: 1,
            values: times.into(),
        }
    }

    #[test]
    fn the_grid_is_that_of_the_keys() {
        let (a, b) = (track(&[1.0 / 24.0, 3.0 / 24.0]), track(&[0.5]));
        let grid = find(&[&a, &b]).expect("a small grid");
        assert!(grid.exact);
        assert_eq!(grid.times.len(), 12);
        assert_eq!(grid.times.last(), Some(&0.5));
        let odd = track(&[0.0, 0.37, 0.74, 1.11]);
        let grid = find(&[&odd]).expect("a small grid");
        assert_eq!((grid.exact, grid.times.len()), (true, 4));
        let wild = track(&[0.0, 0.1, 0.123_45, 1.0]);
        assert!(!find(&[&wild]).expect("a small grid").exact);
    }

    #[test]
    fn the_last_key_stays() {
        assert_eq!(kept(6, 2).collect::<Vec<_>>(), [0, 2, 4, 5]);
        assert_eq!(kept(5, 2).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(kept(2, 8).collect::<Vec<_>>(), [0, 1]);
    }
}
