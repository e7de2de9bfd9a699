//! Streams: one attribute of all vertices as bytes.

use meshopt::encode_filter_oct;

use super::Precision;
use crate::model::{Geometry, MorphTarget};
use crate::scale::{exponent_for, power_of_two};

/// A component's type, by its number in glTF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Component {
    I8 = 5120,
    U8 = 5121,
    I16 = 5122,
    U16 = 5123,
    U32 = 5125,
    F32 = 5126,
}

/// How the stored bytes become the values, by the names of `EXT_meshopt_compression`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Filter {
    None,
    Octahedral,
    Quaternion,
    /// Each float as a mantissa of 24 bits and a power of two.
    Exponential,
}

/// What an element of a stream looks like to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Layout {
    pub(crate) component: Component,
    pub(crate) width: usize,
    pub(crate) normalized: bool,
    /// Bytes from one element to the next.
    pub(crate) stride: usize,
    pub(crate) filter: Filter,
}

/// The smallest and largest value along each axis.
pub(super) type Bounds = ([f32; 3], [f32; 3]);

/// An attribute of all vertices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    pub(crate) name: String,
    pub(crate) layout: Layout,
    /// `vertices * layout.stride` bytes.
    pub(crate) bytes: Vec<u8>,
    /// The step of rounded positions as a power of two: bounds are of what a reader gets.
    pub(crate) bounded: Option<Precision>,
}

impl Stream {
    /// Bounds of the positions that are stored.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        let exponent = match self.bounded? {
            Precision::Exact => None,
            Precision::Rounded { position_exponent } => Some(position_exponent),
        };
        let elements = self.bytes.as_chunks::<4>().0.as_chunks::<3>().0.iter();
        let mut points = elements.map(|element| element.map(|bytes| decode(bytes, exponent)));
        let first = points.next()?;
        Some(points.fold((first, first), |(low, high), point| {
            (
                std::array::from_fn(|k| low[k].min(point[k])),
                std::array::from_fn(|k| high[k].max(point[k])),
            )
        }))
    }
}

fn decode(bytes: [u8; 4], exponent: Option<i32>) -> f32 {
    match exponent {
        None => f32::from_le_bytes(bytes),
        // The mantissa with its sign from the upper 24 bits.
        Some(exponent) => (i32::from_le_bytes(bytes) << 8 >> 8) as f32 * power_of_two(exponent),
    }
}

const F32: Layout = Layout {
    component: Component::F32,
    width: 3,
    normalized: false,
    stride: 12,
    filter: Filter::None,
};
const OCTAHEDRAL: Layout = Layout {
    component: Component::I8,
    width: 3,
    normalized: true,
    stride: 4,
    filter: Filter::Octahedral,
};
const BYTES: Layout = Layout {
    filter: Filter::None,
    ..OCTAHEDRAL
};
const COLOR: Layout = Layout {
    component: Component::U8,
    width: 4,
    normalized: true,
    stride: 4,
    filter: Filter::None,
};

/// Steps a texture coordinate's range is divided into, as a power of two.
const TEXCOORD_BITS: i32 = 12;
/// No step is longer than this power of two: half a texel of 1024.
const TEXCOORD_EXPONENT_MAX: i32 = -11;
const NORMAL_BITS: i32 = 8;
/// Morphed normals are sums of differences, seldom seen closely.
const NORMAL_DELTA_EXPONENT: i32 = -7;

pub(super) fn of_geometry(geometry: &Geometry, precision: Precision) -> Vec<Stream> {
    let mut streams = vec![positions(&geometry.positions, precision)];
    if !geometry.normals.is_empty() {
        streams.push(normals(&geometry.normals, precision));
    }
    if !geometry.tangents.is_empty() {
        streams.push(tangents(&geometry.tangents, precision));
    }
    for (set, values) in geometry.texcoords.iter().enumerate() {
        if !values.is_empty() {
            streams.push(texcoords(format!("TEXCOORD_{set}"), values, precision));
        }
    }
    for (set, values) in geometry.colors.iter().enumerate() {
        if !values.is_empty() {
            streams.push(colors(format!("COLOR_{set}"), values, precision));
        }
    }
    for (set, values) in geometry.joints.iter().enumerate() {
        streams.push(joints(format!("JOINTS_{set}"), values));
    }
    for (set, values) in geometry.weights.iter().enumerate() {
        streams.push(weights(format!("WEIGHTS_{set}"), values, precision));
    }
    for custom in &geometry.custom {
        let layout = Layout {
            width: custom.width,
            stride: 4 * custom.width,
            ..F32
        };
        streams.push(stream(&custom.name, layout, floats(&custom.values)));
    }
    streams
}

pub(super) fn of_target(target: &MorphTarget, precision: Precision) -> Vec<Stream> {
    let mut streams = Vec::new();
    if !target.positions.is_empty() {
        streams.push(positions(&target.positions, precision));
    }
    let deltas = [("NORMAL", &target.normals), ("TANGENT", &target.tangents)];
    for (name, values) in deltas {
        if values.is_empty() {
            continue;
        }
        streams.push(direction_deltas(name, values, precision));
    }
    streams
}

/// What is added to unit vectors: whole 127ths where none is longer than 1, which most are.
fn direction_deltas(name: &str, values: &[[f32; 3]], precision: Precision) -> Stream {
    let flat = values.as_flattened();
    if precision == Precision::Exact {
        return stream(name, F32, floats(flat));
    }
    if flat.iter().any(|value| value.abs() > 1.0) {
        return exponential(name, F32, flat, NORMAL_DELTA_EXPONENT);
    }
    let rounded = |value: f32| (value * 127.0).round() as i8 as u8;
    let padded = values
        .iter()
        .map(|&[x, y, z]| [rounded(x), rounded(y), rounded(z), 0]);
    let bytes: Vec<[u8; 4]> = padded.collect();
    stream(name, BYTES, bytes.into_flattened())
}

fn stream(name: &str, layout: Layout, bytes: Vec<u8>) -> Stream {
    Stream {
        name: name.to_owned(),
        layout,
        bytes,
        bounded: None,
    }
}

fn floats(values: &[f32]) -> Vec<u8> {
    // Minus zero equals zero, so vertices that differ in it are equal too.
    let values = values.iter().map(|value| value + 0.0);
    values.flat_map(f32::to_le_bytes).collect()
}

fn exponential(name: &str, layout: Layout, values: &[f32], exponent: i32) -> Stream {
    let layout = Layout {
        filter: Filter::Exponential,
        ..layout
    };
    stream(name, layout, mantissas(values, exponent))
}

/// Floats rounded to multiples of a power of two, in the encoding of the filter `EXPONENTIAL`.
pub(crate) fn mantissas(values: &[f32], exponent: i32) -> Vec<u8> {
    let largest = values.iter().fold(0.0_f32, |m, value| m.max(value.abs()));
    let exponent = exponent_for(exponent, largest);
    let factor = power_of_two(-exponent);
    let head = (exponent as u32) << 24;
    let mut bytes = Vec::with_capacity(values.len() * 4);
    for value in values {
        let mantissa = (value * factor).round() as i32 as u32 & 0xff_ffff;
        bytes.extend_from_slice(&(head | mantissa).to_le_bytes());
    }
    bytes
}

fn positions(values: &[[f32; 3]], precision: Precision) -> Stream {
    let values = values.as_flattened();
    let mut positions = match precision {
        Precision::Exact => stream("POSITION", F32, floats(values)),
        Precision::Rounded { position_exponent } => {
            exponential("POSITION", F32, values, position_exponent)
        }
    };
    positions.bounded = Some(match precision {
        Precision::Exact => precision,
        Precision::Rounded { position_exponent } => {
            let largest = values.iter().fold(0.0_f32, |m, value| m.max(value.abs()));
            Precision::Rounded {
                position_exponent: exponent_for(position_exponent, largest),
            }
        }
    });
    positions
}

fn normals(values: &[[f32; 3]], precision: Precision) -> Stream {
    if precision == Precision::Exact {
        return stream("NORMAL", F32, floats(values.as_flattened()));
    }
    let padded: Vec<[f32; 4]> = values.iter().map(|&[x, y, z]| [x, y, z, 0.0]).collect();
    stream("NORMAL", OCTAHEDRAL, octahedral(&padded))
}

fn octahedral(values: &[[f32; 4]]) -> Vec<u8> {
    let encoded: Vec<[i8; 4]> = encode_filter_oct(values, NORMAL_BITS);
    encoded.as_flattened().iter().map(|&c| c as u8).collect()
}

fn tangents(values: &[[f32; 4]], precision: Precision) -> Stream {
    if precision == Precision::Exact {
        let layout = Layout {
            width: 4,
            stride: 16,
            ..F32
        };
        return stream("TANGENT", layout, floats(values.as_flattened()));
    }
    let layout = Layout {
        width: 4,
        ..OCTAHEDRAL
    };
    stream("TANGENT", layout, octahedral(values))
}

fn texcoords(name: String, values: &[[f32; 2]], precision: Precision) -> Stream {
    let layout = Layout {
        width: 2,
        stride: 8,
        ..F32
    };
    let values = values.as_flattened();
    if precision == Precision::Exact {
        return stream(&name, layout, floats(values));
    }
    let (mut low, mut high) = (0.0_f32, 0.0_f32);
    for &value in values {
        low = low.min(value);
        high = high.max(value);
    }
    let range = (high - low).max(f32::MIN_POSITIVE);
    let exponent = range.log2().round() as i32 - TEXCOORD_BITS;
    let exponent = exponent.clamp(TEXCOORD_EXPONENT_MAX - 1, TEXCOORD_EXPONENT_MAX);
    exponential(&name, layout, values, exponent)
}

fn colors(name: String, values: &[[f32; 4]], precision: Precision) -> Stream {
    if precision == Precision::Exact {
        let layout = Layout {
            width: 4,
            stride: 16,
            ..F32
        };
        return stream(&name, layout, floats(values.as_flattened()));
    }
    stream(&name, COLOR, bytes(values.as_flattened()))
}

fn bytes(values: &[f32]) -> Vec<u8> {
    let scaled = values.iter().map(|value| value.clamp(0.0, 1.0) * 255.0);
    scaled.map(|value| value.round() as u8).collect()
}

fn joints(name: String, values: &[[u16; 4]]) -> Stream {
    let joints = values.as_flattened();
    if let Ok(small) = joints.iter().map(|&joint| u8::try_from(joint)).collect() {
        let layout = Layout {
            normalized: false,
            ..COLOR
        };
        return stream(&name, layout, small);
    }
    let layout = Layout {
        component: Component::U16,
        normalized: false,
        stride: 8,
        ..COLOR
    };
    let bytes = joints.iter().flat_map(|joint| joint.to_le_bytes());
    stream(&name, layout, bytes.collect())
}

fn weights(name: String, values: &[[f32; 4]], precision: Precision) -> Stream {
    if precision == Precision::Exact {
        let layout = Layout {
            width: 4,
            stride: 16,
            ..F32
        };
        return stream(&name, layout, floats(values.as_flattened()));
    }
    let rounded: Vec<[u8; 4]> = values.iter().copied().map(shares).collect();
    stream(&name, COLOR, rounded.into_flattened())
}

/// Weights in 255ths that sum to 255. What rounding leaves goes to the first, which is the largest.
fn shares(weights: [f32; 4]) -> [u8; 4] {
    let mut shares = weights.map(|weight| (weight.clamp(0.0, 1.0) * 255.0).round() as i32);
    shares[0] += 255 - shares.iter().sum::<i32>();
    shares.map(|share| share.clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_exactly() {
        for weights in [[0.25; 4], [0.34, 0.33, 0.33, 0.0], [1.0, 0.0, 0.0, 0.0]] {
            let sum: u32 = shares(weights).iter().map(|&share| u32::from(share)).sum();
            assert_eq!(sum, 255, "{weights:?}");
        }
    }

    #[test]
    fn positions_are_bounded_as_they_are_read() {
        let precision = Precision::Rounded {
            position_exponent: -3,
        };
        let stream = positions(&[[0.1, -0.2, 5.0], [1.0, 0.0, -7.9]], precision);
        let bounds = stream.bounds();
        assert_eq!(bounds, Some(([0.125, -0.25, -7.875], [1.0, 0.0, 5.0])));
        let mut read: Vec<[u32; 1]> = stream
            .bytes
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| [u32::from_le_bytes(bytes)])
            .collect();
        meshopt::decode_filter_exp(&mut read);
        assert_eq!(f32::from_bits(read[5][0]), -7.875);
    }
}
