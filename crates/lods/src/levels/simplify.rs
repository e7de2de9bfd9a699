//! The simplifier: meshoptimizer's, with normals, texture coordinates and colours as part of the error.
//!
//! Models of the wild have seams nearly everywhere (flat shading, texture islands), and a simplifier
//! that keeps all of them keeps nearly all triangles. So seams of normals are always open; those of
//! texture coordinates where the caller says so.

use std::collections::HashMap;

use bundler::model::Geometry;
use meshopt::{SimplifyOptions, SimplifyVertex, simplify_with_attributes_and_locks_decoder};

/// How much a change of a normal, a texture coordinate, a colour counts beside one of a position by the
/// mesh's own size.
const NORMAL_WEIGHT: f32 = 0.5;
const TEXCOORD_WEIGHT: f32 = 0.5;
const COLOR_WEIGHT: f32 = 0.5;
/// Floats a vertex: normal, texture coordinates, colour.
const WIDTH: usize = 8;

/// Which seams stay closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seams {
    /// Those of texture coordinates.
    Kept,
    /// None but those between groups.
    Open,
}

/// What becomes of small parts that hang together with nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Small {
    /// They get simpler like all else.
    Kept,
    /// They go when that costs less than to make others simpler.
    Dropped,
}

/// Vertices as the simplifier sees them.
pub(crate) struct Attributes {
    positions: Vec<[f32; 3]>,
    floats: Vec<[f32; WIDTH]>,
    weights: [f32; WIDTH],
    /// Vertices on a seam of texture coordinates, and on one between groups.
    seams: Vec<bool>,
    borders: Vec<bool>,
}

impl Attributes {
    pub(crate) fn of(geometry: &Geometry) -> Self {
        let texcoords = geometry.texcoords.first().map_or(&[][..], Vec::as_slice);
        let colors = geometry.colors.first().map_or(&[][..], Vec::as_slice);
        let groups = vec![0; geometry.vertex_count()];
        Self::new(
            &geometry.positions,
            &geometry.normals,
            texcoords,
            colors,
            &groups,
            1.0,
        )
    }

    /// Lists but `positions` and `groups` may be empty. Vertices of different groups never share a
    /// triangle. `scale` is what attributes weigh: 1 for a model alone.
    pub(crate) fn new(
        positions: &[[f32; 3]],
        normals: &[[f32; 3]],
        texcoords: &[[f32; 2]],
        colors: &[[f32; 4]],
        groups: &[u32],
        scale: f32,
    ) -> Self {
        let floats = (0..positions.len()).map(|vertex| {
            let [nx, ny, nz] = normals.get(vertex).copied().unwrap_or_default();
            let [u, v] = texcoords.get(vertex).copied().unwrap_or_default();
            let [r, g, b, _] = colors.get(vertex).copied().unwrap_or_default();
            [nx, ny, nz, u, v, r, g, b]
        });
        let mut at: HashMap<[u32; 3], usize> = HashMap::with_capacity(positions.len());
        let mut seams = vec![false; positions.len()];
        let mut borders = vec![false; positions.len()];
        let texcoord = |vertex: usize| texcoords.get(vertex).copied().unwrap_or_default();
        // Each vertex against the first in its place: a seam has someone who differs from that one.
        let first: Vec<usize> = positions
            .iter()
            .enumerate()
            .map(|(vertex, position)| {
                *at.entry(position.map(|c| (c + 0.0).to_bits()))
                    .or_insert(vertex)
            })
            .collect();
        for (vertex, &first) in first.iter().enumerate() {
            if texcoord(vertex) != texcoord(first) {
                seams[first] = true;
            }
            if groups[vertex] != groups[first] {
                borders[first] = true;
            }
        }
        for (vertex, &first) in first.iter().enumerate() {
            seams[vertex] |= seams[first];
            borders[vertex] |= borders[first];
        }
        let (n, t, c) = (NORMAL_WEIGHT, TEXCOORD_WEIGHT, COLOR_WEIGHT);
        Self {
            positions: positions.to_vec(),
            floats: floats.collect(),
            weights: [n, n, n, t, t, c, c, c].map(|weight| weight * scale),
            seams,
            borders,
        }
    }
}

/// Fewer indices of the same vertices, three a triangle: `target` or as near to it as `error_max` (a
/// share of the mesh's size) allows. Gives also the error there is.
pub(crate) fn simplify(
    indices: &[u32],
    attributes: &Attributes,
    target: usize,
    error_max: f32,
    seams: Seams,
    small: Small,
) -> (Vec<u32>, f32) {
    let locks = attributes.seams.iter().zip(&attributes.borders);
    let locks: Vec<SimplifyVertex> = locks
        .map(|(&seam, &border)| {
            if border || seam && seams == Seams::Kept {
                SimplifyVertex::Protect
            } else {
                SimplifyVertex::None
            }
        })
        .collect();
    let mut error = 0.0;
    let simplified = simplify_with_attributes_and_locks_decoder(
        indices,
        &attributes.positions,
        attributes.floats.as_flattened(),
        &attributes.weights,
        WIDTH * size_of::<f32>(),
        &locks,
        target,
        error_max,
        match small {
            Small::Kept => SimplifyOptions::Permissive,
            Small::Dropped => SimplifyOptions::Permissive | SimplifyOptions::Prune,
        },
        Some(&mut error),
    );
    (simplified, error)
}
