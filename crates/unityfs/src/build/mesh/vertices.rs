//! Vertices as bytes: streams of interleaved attributes, in Unity's conventions.

use super::{Mesh, SubMesh, Topology};

/// Channels of a mesh: position, normal, tangent, colour, eight sets of texture coordinates, weights, indices of bones.
pub(super) const CHANNELS: usize = 14;
const NORMAL: usize = 1;
const TANGENT: usize = 2;
const COLOR: usize = 3;
const UV: usize = 4;
const WEIGHTS: usize = 12;
const BONES: usize = 13;
const FLOAT: u8 = 0;
const U32: u8 = 10;
/// Streams start at a multiple of this.
const STREAM_ALIGN: usize = 16;

/// Where an attribute lies; all zero when the mesh has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Channel {
    pub(super) stream: u8,
    pub(super) offset: u8,
    pub(super) format: u8,
    pub(super) dimension: u8,
}

/// A mesh's vertices.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Vertices {
    pub(super) channels: [Channel; CHANNELS],
    pub(super) bytes: Vec<u8>,
}

/// Mirrors x, as Unity is left-handed.
pub(in crate::build) fn flip([x, y, z]: [f32; 3]) -> [f32; 3] {
    [-x, y, z]
}

struct Writer {
    vertices: Vertices,
    streams: u8,
}

impl Writer {
    /// A new stream; its attributes are dimension and channel. Vertices come by `put`.
    fn stream(
        &mut self,
        attributes: &[(usize, u8, u8)],
        count: usize,
        mut put: impl FnMut(usize, &mut Vec<u8>),
    ) {
        let bytes = &mut self.vertices.bytes;
        bytes.resize(bytes.len().next_multiple_of(STREAM_ALIGN), 0);
        let mut offset = 0;
        for (channel, dimension, format) in attributes {
            self.vertices.channels[*channel] = Channel {
                stream: self.streams,
                offset,
                format: *format,
                dimension: *dimension,
            };
            offset += dimension * 4;
        }
        for vertex in 0..count {
            put(vertex, bytes);
        }
        self.streams += 1;
    }
}

fn floats(out: &mut Vec<u8>, numbers: &[f32]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

/// The vertices of a checked mesh.
pub(super) fn vertices(mesh: &Mesh) -> Vertices {
    let count = mesh.positions.len();
    let mut writer = Writer {
        vertices: Vertices {
            channels: [Channel::default(); CHANNELS],
            bytes: Vec::new(),
        },
        streams: 0,
    };
    let mut first = vec![(0, 3, FLOAT)];
    if !mesh.normals.is_empty() {
        first.push((NORMAL, 3, FLOAT));
    }
    if !mesh.tangents.is_empty() {
        first.push((TANGENT, 4, FLOAT));
    }
    writer.stream(&first, count, |vertex, out| {
        floats(out, &flip(mesh.positions[vertex]));
        if let Some(normal) = mesh.normals.get(vertex) {
            floats(out, &flip(*normal));
        }
        if let Some([x, y, z, w]) = mesh.tangents.get(vertex) {
            floats(out, &[*x, *y, -z, *w]);
        }
    });
    if !mesh.colors.is_empty() {
        writer.stream(&[(COLOR, 4, FLOAT)], count, |vertex, out| {
            floats(out, &mesh.colors[vertex]);
        });
    }
    if !mesh.uvs.is_empty() {
        let sets: Vec<_> = (0..mesh.uvs.len())
            .map(|set| (UV + set, 2, FLOAT))
            .collect();
        writer.stream(&sets, count, |vertex, out| {
            for set in &mesh.uvs {
                let [u, v] = set[vertex];
                floats(out, &[u, 1.0 - v]);
            }
        });
    }
    if !mesh.joints.is_empty() {
        writer.stream(
            &[(WEIGHTS, 4, FLOAT), (BONES, 4, U32)],
            count,
            |vertex, out| {
                let (weights, bones) = sorted(mesh.weights[vertex], mesh.joints[vertex]);
                floats(out, &weights);
                for bone in bones {
                    out.extend_from_slice(&bone.to_le_bytes());
                }
            },
        );
    }
    writer.vertices
}

/// Weights from the heaviest on, their sum 1, with their bones.
fn sorted(weights: [f32; 4], bones: [u32; 4]) -> ([f32; 4], [u32; 4]) {
    let mut order = [0, 1, 2, 3];
    order.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let sum: f32 = order.iter().map(|slot| weights[*slot]).sum();
    let scale = |weight: f32| if sum > 0.0 { weight / sum } else { weight };
    (
        order.map(|slot| scale(weights[slot])),
        order.map(|slot| bones[slot]),
    )
}

/// Indices as bytes. Triangles turn round, because mirroring turned them inside out.
pub(super) fn indices(submesh: &SubMesh, out: &mut Vec<u8>) {
    let mut put = |index: u32| out.extend_from_slice(&index.to_le_bytes());
    if submesh.topology != Topology::Triangles {
        submesh.indices.iter().for_each(|index| put(*index));
        return;
    }
    for [first, second, third] in submesh.indices.as_chunks::<3>().0 {
        [first, third, second]
            .into_iter()
            .for_each(|index| put(*index));
    }
}
