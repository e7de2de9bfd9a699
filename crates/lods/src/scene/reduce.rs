//! Reducing: few enough triangles, by the mildest way that gets there.

use std::collections::HashMap;

use meshopt::{simplify_prune_decoder, simplify_scale_decoder, simplify_sloppy_decoder};

use super::Way;
use super::gather::{Soup, Vertex, cross, length};
use crate::levels::{Attributes, Seams, Small, simplify};

/// An error no mesh has: it never stops the simplifier.
const ANY_ERROR: f32 = 1e9;

/// The same shape with at most `target` triangles, and how it was got.
pub(super) fn reduce(soup: Soup, target: usize, error_metres: f32) -> (Soup, Way) {
    if soup.triangle_count() <= target {
        return (soup, Way::AsItWas);
    }
    let size = extent(&soup);
    let soup = simplified(soup, target, error_metres / size, Seams::Kept, Small::Kept);
    if soup.triangle_count() <= target {
        return (soup, Way::Simplified);
    }
    let simplest = simplified(soup.clone(), target, ANY_ERROR, Seams::Open, Small::Kept);
    if simplest.triangle_count() <= target {
        return (simplest, Way::AcrossSeams);
    }
    // Small parts of one size go all at once, and a grid may swallow them all: then half a scene is
    // better than none.
    let enough = |soup: &Soup| (target.div_ceil(2)..=target).contains(&soup.triangle_count());
    if let Some(large) = without_small(&soup, target).filter(enough) {
        return (large, Way::SmallDropped);
    }
    let rough = sloppy(soup.clone(), target);
    if enough(&rough) {
        return (rough, Way::Sloppy);
    }
    (largest(soup, target), Way::Dropped)
}

fn positions(soup: &Soup) -> Vec<[f32; 3]> {
    soup.vertices.iter().map(|vertex| vertex.position).collect()
}

/// What the simplifier's errors are relative to, in metres.
fn extent(soup: &Soup) -> f32 {
    simplify_scale_decoder(&positions(soup)).max(1e-3)
}

fn simplified(soup: Soup, target: usize, error: f32, seams: Seams, small: Small) -> Soup {
    let each = |list: fn(&Vertex) -> [f32; 3]| soup.vertices.iter().map(list).collect::<Vec<_>>();
    let uvs: Vec<[f32; 2]> = soup.vertices.iter().map(|vertex| vertex.uv).collect();
    let colors: Vec<[f32; 4]> = soup.vertices.iter().map(|vertex| vertex.color).collect();
    let groups: Vec<u32> = soup.vertices.iter().map(|vertex| vertex.surface).collect();
    // A turned normal or a shift by a whole image counts as half a metre, whatever the scene's size.
    let scale = 1.0 / extent(&soup);
    let attributes = Attributes::new(
        &each(|vertex| vertex.position),
        &each(|vertex| vertex.normal),
        &uvs,
        &colors,
        &groups,
        scale,
    );
    let (indices, _) = simplify(&soup.indices, &attributes, target * 3, error, seams, small);
    mended(soup, indices)
}

/// The shape without the parts below some size, the smallest one with which the rest can be made few
/// enough; found by halving on a logarithmic scale.
fn without_small(soup: &Soup, target: usize) -> Option<Soup> {
    let positions = positions(soup);
    let (mut low, mut high) = (-14.0_f32, 1.0_f32);
    let mut best = None;
    for _ in 0..8 {
        let middle = (low + high) / 2.0;
        let indices = simplify_prune_decoder(&soup.indices, &positions, middle.exp2());
        let large = Soup {
            vertices: soup.vertices.clone(),
            indices,
        };
        let large = simplified(large.welded(), target, ANY_ERROR, Seams::Open, Small::Kept);
        if large.triangle_count() <= target {
            best = Some(large);
            high = middle;
        } else {
            low = middle;
        }
    }
    best
}

fn sloppy(soup: Soup, target: usize) -> Soup {
    let positions = positions(&soup);
    let indices = simplify_sloppy_decoder(&soup.indices, &positions, target * 3, ANY_ERROR, None);
    mended(soup, indices)
}

/// The vertices of `soup` under other indices. No triangle may have corners on different islands: its
/// texture would run through all that lies between them. A corner that is elsewhere becomes the vertex
/// of the right island in the same place, or a new one with the texture of its neighbour.
fn mended(soup: Soup, indices: Vec<u32>) -> Soup {
    let (islands, _) = soup.islands();
    let mut vertices = soup.vertices;
    let mut by_place: HashMap<([u32; 3], u32), u32> = HashMap::new();
    let place = |vertex: &Vertex| vertex.position.map(f32::to_bits);
    for (index, vertex) in vertices.iter().enumerate() {
        let key = (place(vertex), islands[index]);
        by_place.entry(key).or_insert(index as u32);
    }
    let mut mended = Vec::with_capacity(indices.len());
    for corners in indices.as_chunks::<3>().0 {
        let own = corners.map(|corner| islands[corner as usize]);
        let [a, b, c] = own;
        let island = if b == c { b } else { a };
        let model = own.iter().position(|&other| other == island).unwrap_or(0);
        let model = corners[model];
        for (&corner, other) in corners.iter().zip(own) {
            if other == island {
                mended.push(corner);
                continue;
            }
            let key = (place(&vertices[corner as usize]), island);
            let next = vertices.len() as u32;
            let found = *by_place.entry(key).or_insert(next);
            if found == next {
                let (from, like) = (vertices[corner as usize], vertices[model as usize]);
                vertices.push(Vertex {
                    position: from.position,
                    normal: from.normal,
                    ..like
                });
            }
            mended.push(found);
        }
    }
    let indices = mended;
    Soup { vertices, indices }.welded()
}

/// The largest triangles.
fn largest(soup: Soup, target: usize) -> Soup {
    let areas = soup
        .triangles()
        .map(|t| length(cross(t.map(|v| v.position))));
    let mut order: Vec<(usize, f32)> = areas.enumerate().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.truncate(target);
    order.sort_unstable_by_key(|&(at, _)| at);
    let triangles = soup.indices.as_chunks::<3>().0;
    let indices = order.iter().flat_map(|&(at, _)| triangles[at]).collect();
    let vertices = soup.vertices;
    Soup { vertices, indices }.welded()
}
