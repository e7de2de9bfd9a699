//! Clips.

use std::collections::HashMap;

use meshopt::encode_filter_quat;

use super::accessors::Accessors;
use super::json::{Object, list};
use crate::model::{Animation, Channel, Interpolation, Path};
use crate::pack::{Component, Filter, Layout, mantissas};
use crate::scale::{exponent_for, power_of_two};

/// Bits of a component of a rotation.
const ROTATION_BITS: i32 = 12;
/// Powers of two of the steps of keys: 15 µs, 1/4096, 1/1024.
const TIME_EXPONENT: i32 = -16;
const SCALE_EXPONENT: i32 = -12;
const WEIGHT_EXPONENT: i32 = -10;

const FLOATS: Layout = Layout {
    component: Component::F32,
    width: 1,
    normalized: false,
    stride: 4,
    filter: Filter::None,
};

/// Families of views: times, weights, the rest.
const TIMES: u8 = 1;
const WEIGHTS: u8 = 2;
const VALUES: u8 = 3;

/// How keys are stored.
pub(super) enum Keys<'a> {
    Exact,
    /// With the power of two of the steps of each node's translations.
    Rounded(&'a [i32]),
}

pub(super) fn animation(clip: &Animation, accessors: &mut Accessors, keys: &Keys<'_>) -> String {
    let mut samplers: Vec<String> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut channels: Vec<String> = Vec::new();
    for channel in &clip.channels {
        let sampler = sampler(channel, accessors, keys);
        let next = samplers.len();
        let place = *known.entry(sampler.clone()).or_insert(next);
        if place == next {
            samplers.push(sampler);
        }
        let (node, path) = (channel.node, channel.path.as_str());
        channels.push(format!(
            "{{\"sampler\":{place},\"target\":{{\"node\":{node},\"path\":\"{path}\"}}}}"
        ));
    }
    let mut object = Object::new();
    object.name(clip.name.as_ref());
    object.raw("samplers", list(samplers));
    object.raw("channels", list(channels));
    object.annotations(&clip.annotations);
    object.close()
}

fn sampler(channel: &Channel, accessors: &mut Accessors, keys: &Keys<'_>) -> String {
    let input = times(&channel.times, accessors, keys);
    let output = match keys {
        Keys::Rounded(steps) if channel.interpolation != Interpolation::CubicSpline => {
            rounded(channel, steps[channel.node], accessors)
        }
        _ => exact(channel, accessors),
    };
    let mut object = Object::new();
    object.raw("input", input);
    object.raw("output", output);
    match channel.interpolation {
        Interpolation::Linear => {}
        Interpolation::Step => object.text("interpolation", "STEP"),
        Interpolation::CubicSpline => object.text("interpolation", "CUBICSPLINE"),
    }
    object.close()
}

fn times(times: &[f32], accessors: &mut Accessors, keys: &Keys<'_>) -> usize {
    let last = times.last().copied().unwrap_or(0.0);
    let exponent = exponent_for(TIME_EXPONENT, last.abs().max(times[0].abs()));
    let step = power_of_two(exponent);
    let frames = |time: f32| (time / step).round();
    let mut pairs = times.windows(2);
    let apart = pairs.all(|pair| frames(pair[0]) < frames(pair[1]));
    if matches!(keys, Keys::Exact) || !apart {
        let bytes: Vec<u8> = times.iter().flat_map(|t| t.to_le_bytes()).collect();
        return accessors.data(FLOATS, TIMES, &bytes, Some((times[0], last)));
    }
    let layout = Layout {
        filter: Filter::Exponential,
        ..FLOATS
    };
    let bounds = (frames(times[0]) * step, frames(last) * step);
    let bytes = mantissas(times, exponent);
    accessors.data(layout, TIMES, &bytes, Some(bounds))
}

fn vector(path: Path) -> (Layout, u8) {
    let width = match path {
        Path::Translation | Path::Scale => 3,
        Path::Rotation => 4,
        Path::Weights => 1,
    };
    let layout = Layout {
        width,
        stride: 4 * width,
        ..FLOATS
    };
    let family = if path == Path::Weights {
        WEIGHTS
    } else {
        VALUES
    };
    (layout, family)
}

fn exact(channel: &Channel, accessors: &mut Accessors) -> usize {
    let (layout, family) = vector(channel.path);
    let bytes: Vec<u8> = channel
        .values
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    accessors.data(layout, family, &bytes, None)
}

fn rounded(channel: &Channel, translation_exponent: i32, accessors: &mut Accessors) -> usize {
    if channel.path == Path::Rotation {
        let layout = Layout {
            component: Component::I16,
            width: 4,
            normalized: true,
            stride: 8,
            filter: Filter::Quaternion,
        };
        let keys = channel.values.as_chunks::<4>().0;
        let encoded = encode_filter_quat(keys, ROTATION_BITS);
        let components = encoded.as_flattened().iter();
        let bytes: Vec<u8> = components.flat_map(|c| c.to_le_bytes()).collect();
        return accessors.data(layout, VALUES, &bytes, None);
    }
    let (layout, family) = vector(channel.path);
    let layout = Layout {
        filter: Filter::Exponential,
        ..layout
    };
    let exponent = match channel.path {
        Path::Translation => translation_exponent,
        Path::Scale => SCALE_EXPONENT,
        Path::Rotation | Path::Weights => WEIGHT_EXPONENT,
    };
    let bytes = mantissas(&channel.values, exponent);
    accessors.data(layout, family, &bytes, None)
}
