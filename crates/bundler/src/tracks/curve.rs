//! Tracks as curves: their value at any time, and how far two values are apart.

use crate::model::{Channel, Interpolation, Path};

/// How far apart two values of a track are: metres or factors along the worst axis, or radians.
pub(super) fn distance(path: Path, a: &[f32], b: &[f32]) -> f32 {
    if path == Path::Rotation {
        let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        let sign = if dot < 0.0 { -1.0 } else { 1.0 };
        let square: f32 = a.iter().zip(b).map(|(a, b)| (a - sign * b).powi(2)).sum();
        // A chord of quaternions is half the angle it turns.
        return 2.0 * square.sqrt();
    }
    let apart = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    apart.fold(0.0, f32::max)
}

/// Whether a track never leaves its first value.
pub(super) fn still(channel: &Channel, tolerance: f32) -> bool {
    let first = channel.key(0);
    let keys = 0..channel.times.len();
    let near = |key| distance(channel.path, first, channel.key(key)) <= tolerance;
    keys.into_iter().all(near) && tangents_vanish(channel, tolerance)
}

fn tangents_vanish(channel: &Channel, tolerance: f32) -> bool {
    if channel.interpolation != Interpolation::CubicSpline || channel.times.len() < 2 {
        return true;
    }
    let span = channel.end() - channel.times[0];
    channel
        .values
        .chunks(channel.width)
        .enumerate()
        .all(|(i, tangent)| i % 3 == 1 || tangent.iter().all(|t| (t * span).abs() <= tolerance))
}

/// Between two values, as clients interpolate.
pub(super) fn between(path: Path, a: &[f32], b: &[f32], part: f32, out: &mut [f32]) {
    let (mut from, mut to) = (1.0 - part, part);
    if path == Path::Rotation {
        let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        let near = dot.abs();
        if near < 0.9995 {
            let angle = near.acos();
            let sine = angle.sin();
            from = (from * angle).sin() / sine;
            to = (to * angle).sin() / sine;
        }
        if dot < 0.0 {
            to = -to;
        }
    }
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = from * a + to * b;
    }
    if path == Path::Rotation {
        normalize(out);
    }
}

fn normalize(quaternion: &mut [f32]) {
    let square: f32 = quaternion.iter().map(|c| c * c).sum();
    if square > 0.0 {
        let factor = square.sqrt().recip();
        quaternion.iter_mut().for_each(|c| *c *= factor);
    }
}

/// The track's values at times in order; before its first key and after its last it stands still.
pub(crate) fn sample(channel: &Channel, times: &[f32]) -> Vec<f32> {
    let width = channel.width;
    let mut samples = vec![0.0; times.len() * width];
    let last = channel.times.len() - 1;
    let mut key = 0;
    for (sample, &time) in samples.chunks_exact_mut(width).zip(times) {
        while key < last && channel.times[key + 1] <= time {
            key += 1;
        }
        let start = channel.times[key];
        if key == last || time <= start {
            sample.copy_from_slice(channel.key(key));
            continue;
        }
        let span = channel.times[key + 1] - start;
        let part = (time - start) / span;
        match channel.interpolation {
            Interpolation::Step => sample.copy_from_slice(channel.key(key)),
            Interpolation::CubicSpline => hermite(channel, key, span, part, sample),
            Interpolation::Linear => {
                let (a, b) = (channel.key(key), channel.key(key + 1));
                between(channel.path, a, b, part, sample);
            }
        }
    }
    if channel.path == Path::Rotation {
        same_side(&mut samples);
    }
    samples
}

/// The spline of glTF 2.0, appendix C.5.
fn hermite(channel: &Channel, key: usize, span: f32, t: f32, out: &mut [f32]) {
    let width = channel.width;
    let at = |key: usize, part: usize| &channel.values[(3 * key + part) * width..][..width];
    let (a, leave) = (at(key, 1), at(key, 2));
    let (arrive, b) = (at(key + 1, 0), at(key + 1, 1));
    let (t2, t3) = (t * t, t * t * t);
    for k in 0..width {
        out[k] = (2.0 * t3 - 3.0 * t2 + 1.0) * a[k]
            + span * (t3 - 2.0 * t2 + t) * leave[k]
            + (3.0 * t2 - 2.0 * t3) * b[k]
            + span * (t3 - t2) * arrive[k];
    }
    if channel.path == Path::Rotation {
        normalize(out);
    }
}

/// A quaternion and its negative turn alike; neighbours on the same side compress better.
fn same_side(samples: &mut [f32]) {
    let quaternions = samples.as_chunks_mut::<4>().0;
    for i in 1..quaternions.len() {
        let [before, quaternion] = [quaternions[i - 1], quaternions[i]];
        let dot: f32 = before.iter().zip(quaternion).map(|(a, b)| a * b).sum();
        if dot < 0.0 {
            quaternions[i] = quaternion.map(|c| -c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(interpolation: Interpolation, values: &[f32]) -> Channel {
        Channel {
            node: 0,
            path: Path::Translation,
            interpolation,
            times: [0.0, 2.0].into(),
            width: 1,
            values: values.into(),
        }
    }

    #[test]
    fn curves_are_those_of_gltf() {
        let linear = channel(Interpolation::Linear, &[0.0, 4.0]);
        assert_eq!(sample(&linear, &[-1.0, 0.5, 3.0]), [0.0, 1.0, 4.0]);
        let step = channel(Interpolation::Step, &[0.0, 4.0]);
        assert_eq!(sample(&step, &[1.9, 2.0]), [0.0, 4.0]);
        // With tangents of the straight line's slope the spline is that line.
        let values = [9.0, 0.0, 2.0, 2.0, 4.0, 9.0];
        let spline = channel(Interpolation::CubicSpline, &values);
        assert_eq!(sample(&spline, &[0.5, 1.0]), [1.0, 2.0]);
        assert!(!still(&spline, 1e-3));
    }
}
