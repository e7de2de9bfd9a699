//! One clip's tracks.

use std::collections::HashMap;
use std::sync::Arc;

use super::grid::{Grid, find, kept};
use super::{Targets, Tolerance, curve};
use crate::model::{Channel, Interpolation, Path};

/// Bytes that a list of times of its own costs in a file, about.
const TIMES_BYTES: usize = 120;
/// Strides are powers of two up to this.
const STRIDES: usize = 10;
/// Floats of one clip's samples; clips that would need more keep their keys as they are.
const SAMPLES_MAX: usize = 1 << 25;

pub(super) fn reduce(
    channels: &[Channel],
    moved: &Targets,
    tolerance: &dyn Fn(&Channel) -> Tolerance,
) -> Vec<Channel> {
    let is_still = |channel: &&Channel| curve::still(channel, tolerance(channel).still);
    let (still, moving): (Vec<&Channel>, Vec<&Channel>) = channels.iter().partition(is_still);
    let curves: Vec<&Channel> = moving
        .iter()
        .copied()
        .filter(|channel| channel.interpolation != Interpolation::Step)
        .collect();
    let mut sampled = on_grid(&curves, tolerance).into_iter();
    let start = channels.iter().map(|c| c.times[0]).fold(f32::MAX, f32::min);
    let end = channels.iter().map(Channel::end).fold(f32::MIN, f32::max);
    // In the order of the file, so that equal clips stay equal.
    let mut reduced = Vec::with_capacity(channels.len());
    for channel in channels {
        if is_still(&channel) {
            if moved.get(&(channel.node, channel.path)) == Some(&true) {
                reduced.push(held(channel, &[start]));
            }
        } else if channel.interpolation == Interpolation::Step {
            reduced.push(steps(channel));
        } else {
            reduced.extend(sampled.next());
        }
    }
    let lasts = |reduced: &[Channel]| reduced.iter().any(|channel| channel.end() >= end);
    if !lasts(&reduced) && end > start {
        keep_duration(&mut reduced, &still, start, end);
    } else if reduced.is_empty() {
        reduced.extend(still.first().map(|channel| held(channel, &[start])));
    }
    reduced
}

/// A track of one value at the given times.
fn held(channel: &Channel, times: &[f32]) -> Channel {
    Channel {
        interpolation: Interpolation::Linear,
        times: times.into(),
        values: channel.key(0).repeat(times.len()).into(),
        ..channel.clone()
    }
}

/// Makes one still track last as long as the clip.
fn keep_duration(reduced: &mut Vec<Channel>, still: &[&Channel], start: f32, end: f32) {
    let Some(track) = still.first() else {
        return;
    };
    let track = held(track, &[start, end]);
    let same = |c: &&mut Channel| (c.node, c.path) == (track.node, track.path);
    match reduced.iter_mut().find(same) {
        Some(channel) => *channel = track,
        None => reduced.push(track),
    }
}

/// A stepping track without the keys that change nothing; the last one stays for its time.
fn steps(channel: &Channel) -> Channel {
    let last = channel.times.len() - 1;
    let stays = |&key: &usize| key == 0 || key == last || channel.key(key) != channel.key(key - 1);
    let keys: Vec<usize> = (0..=last).filter(stays).collect();
    Channel {
        times: keys.iter().map(|&key| channel.times[key]).collect(),
        values: keys
            .iter()
            .flat_map(|&key| channel.key(key))
            .copied()
            .collect(),
        ..channel.clone()
    }
}

/// A moving track on the grid: its samples, and the coarsest stride that is still true to it.
struct Sampled<'c> {
    channel: &'c Channel,
    samples: Vec<f32>,
    stride_log2: usize,
}

fn on_grid(channels: &[&Channel], tolerance: &dyn Fn(&Channel) -> Tolerance) -> Vec<Channel> {
    let width: usize = channels.iter().map(|channel| channel.width).sum();
    let fits = |grid: &Grid| grid.times.len().saturating_mul(width) <= SAMPLES_MAX;
    let Some(grid) = find(channels).filter(fits) else {
        return channels.iter().map(|channel| (*channel).clone()).collect();
    };
    let sampled: Vec<Option<Sampled<'_>>> = channels
        .iter()
        .map(|channel| sampled(channel, &grid, tolerance(channel).error))
        .collect();
    let strides = best_strides(sampled.iter().flatten(), grid.times.len());
    let times: Vec<Arc<[f32]>> = (0..STRIDES)
        .map(|log2| kept(grid.times.len(), 1 << log2))
        .map(|places| places.map(|i| grid.times[i]).collect())
        .collect();
    let own = own_keys_are_cheaper(&sampled, strides, grid.times.len());
    let reduced = channels.iter().zip(&sampled).map(|(channel, sampled)| {
        let Some(sampled) = sampled else {
            return (*channel).clone();
        };
        if own.contains(&Arc::as_ptr(&channel.times).cast()) {
            return (*channel).clone();
        }
        let log2 = stride_of(strides, sampled.stride_log2);
        let places = kept(grid.times.len(), 1 << log2);
        let keys = places.map(|i| &sampled.samples[i * channel.width..][..channel.width]);
        Channel {
            interpolation: Interpolation::Linear,
            times: times[log2].clone(),
            values: keys.flatten().copied().collect(),
            ..(*channel).clone()
        }
    });
    reduced.collect()
}

/// `None` when samples on the grid do not come near the track's own keys.
fn sampled<'c>(channel: &'c Channel, grid: &Grid, error: f32) -> Option<Sampled<'c>> {
    let samples = curve::sample(channel, &grid.times);
    if !grid.exact {
        let on_grid = Channel {
            interpolation: Interpolation::Linear,
            times: grid.times.clone(),
            values: samples.clone().into(),
            ..channel.clone()
        };
        let back = curve::sample(&on_grid, &channel.times);
        let mut keys = back.chunks_exact(channel.width).enumerate();
        if keys.any(|(k, key)| curve::distance(channel.path, key, channel.key(k)) > error) {
            return None;
        }
    }
    let count = grid.times.len();
    let mut stride_log2 = 0;
    while stride_log2 + 1 < STRIDES
        && (1 << stride_log2) < count
        && is_true(channel, &samples, 1 << (stride_log2 + 1), error)
    {
        stride_log2 += 1;
    }
    Some(Sampled {
        channel,
        samples,
        stride_log2,
    })
}

/// Whether every sample comes out when only each `stride`th is kept.
fn is_true(channel: &Channel, samples: &[f32], stride: usize, error: f32) -> bool {
    let width = channel.width;
    let count = samples.len() / width;
    let at = |i: usize| &samples[i * width..][..width];
    let mut between = vec![0.0; width];
    let places = kept(count, stride);
    places.clone().zip(places.skip(1)).all(|(from, to)| {
        (from + 1..to).all(|i| {
            let part = (i - from) as f32 / (to - from) as f32;
            curve::between(channel.path, at(from), at(to), part, &mut between);
            curve::distance(channel.path, &between, at(i)) <= error
        })
    })
}

/// Bytes of a key, about.
fn key_bytes(channel: &Channel) -> usize {
    match channel.path {
        Path::Rotation => 5,
        Path::Translation | Path::Scale => 6,
        Path::Weights => 1 + channel.width,
    }
}

/// The largest stride of a set (bits by logarithm) up to `most`; the set has the smallest.
fn stride_of(strides: u32, most: usize) -> usize {
    let fitting = strides & ((2 << most) - 1);
    fitting.ilog2() as usize
}

/// The set of strides with the smallest sum of keys and lists of times. As many strides, as many
/// lists; without a list of its own a track takes the next finer one.
fn best_strides<'s, 'c: 's>(tracks: impl Iterator<Item = &'s Sampled<'c>>, count: usize) -> u32 {
    let mut bytes_by_stride = [0; STRIDES];
    for track in tracks {
        bytes_by_stride[track.stride_log2] += key_bytes(track.channel);
    }
    let finest = bytes_by_stride.iter().position(|&bytes| bytes > 0);
    let finest = finest.unwrap_or(0);
    let cost = |strides: &u32| {
        let keys = (0..STRIDES).map(|most| {
            if bytes_by_stride[most] == 0 {
                return 0;
            }
            bytes_by_stride[most] * (((count - 1) >> stride_of(*strides, most)) + 2)
        });
        keys.sum::<usize>() + strides.count_ones() as usize * TIMES_BYTES
    };
    let sets = (0..1_u32 << STRIDES).filter(|strides| strides.trailing_zeros() as usize == finest);
    sets.min_by_key(cost).unwrap_or(1)
}

/// Lists of times whose tracks are smaller with their own few keys than on the grid.
fn own_keys_are_cheaper(
    sampled: &[Option<Sampled<'_>>],
    strides: u32,
    count: usize,
) -> Vec<*const f32> {
    let mut costs: HashMap<*const f32, (usize, usize)> = HashMap::new();
    for track in sampled.iter().flatten() {
        let channel = track.channel;
        let cost = costs.entry(Arc::as_ptr(&channel.times).cast()).or_default();
        let on_grid = ((count - 1) >> stride_of(strides, track.stride_log2)) + 2;
        cost.0 += on_grid * key_bytes(channel);
        // Splines have no shorter form of their own.
        let linear = channel.interpolation == Interpolation::Linear;
        cost.1 += if linear {
            channel.times.len() * key_bytes(channel)
        } else {
            usize::MAX / 1024
        };
    }
    let cheaper = costs
        .into_iter()
        .filter(|(_, (grid, own))| own + TIMES_BYTES < *grid);
    cheaper.map(|(times, _)| times).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(values: &[f32]) -> Channel {
        Channel {
            node: 0,
            path: Path::Weights,
            interpolation: Interpolation::Linear,
            times: (0..values.len()).map(|i| i as f32 / 24.0).collect(),
            width: 1,
            values: values.into(),
        }
    }

    const TOLERANCE: Tolerance = Tolerance {
        error: 1e-3,
        still: 1e-4,
    };

    #[test]
    fn a_straight_line_keeps_its_ends() {
        let line: Vec<f32> = (0..49).map(|i| i as f32).collect();
        let moved = Targets::from([((0, Path::Weights), true)]);
        let reduced = reduce(&[track(&line)], &moved, &|_| TOLERANCE);
        assert_eq!(reduced.len(), 1);
        assert_eq!(reduced[0].values.first(), Some(&0.0));
        assert_eq!(reduced[0].values.last(), Some(&48.0));
        assert!(reduced[0].times.len() <= 3, "{:?}", reduced[0].times);
        assert_eq!(reduced[0].end(), 2.0);
    }

    #[test]
    fn a_clip_that_does_nothing_lasts_as_long() {
        let reduced = reduce(&[track(&[0.5; 49])], &Targets::new(), &|_| TOLERANCE);
        assert_eq!(reduced.len(), 1);
        assert_eq!(reduced[0].values[..], [0.5, 0.5]);
        assert_eq!(reduced[0].end(), 2.0);
    }

    #[test]
    fn a_restless_track_keeps_its_keys() {
        let zigzag: Vec<f32> = (0..49).map(|i| (i % 2) as f32).collect();
        let moved = Targets::from([((0, Path::Weights), true)]);
        let reduced = reduce(&[track(&zigzag)], &moved, &|_| TOLERANCE);
        assert_eq!(reduced[0].values[..], zigzag[..]);
    }
}
