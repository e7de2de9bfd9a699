//! Which vertices, and in which order.

use std::collections::HashMap;

use meshopt::{
    VertexStream, generate_vertex_remap_multi, optimize_vertex_cache_strip, remap_index_buffer,
};

use super::{Packed, Stream};
use crate::model::Topology;

/// Makes vertices one that are stored with equal bytes, and drops those nothing draws.
pub(super) fn weld(packed: &mut Packed) {
    let count = packed.vertex_count;
    let indices = packed.levels.concat();
    if indices.is_empty() || count == 0 {
        packed.levels.iter_mut().for_each(Vec::clear);
        return;
    }
    let streams: Vec<&Stream> = packed
        .streams
        .iter()
        .chain(packed.targets.iter().flatten())
        .collect();
    let (unique, remap) = if streams.len() <= STREAMS_MAX {
        let views: Vec<VertexStream<'_>> = streams.iter().map(|stream| view(stream)).collect();
        generate_vertex_remap_multi(count, &views, Some(&indices))
    } else {
        equal_rows(&streams, count, &indices)
    };
    apply(packed, &remap, unique);
}

/// What meshopt takes at once.
const STREAMS_MAX: usize = 16;

/// The same for any number of streams: morph targets have many.
fn equal_rows(streams: &[&Stream], count: usize, indices: &[u32]) -> (usize, Vec<u32>) {
    let mut remap = vec![u32::MAX; count];
    let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
    for &index in indices {
        let vertex = index as usize;
        if remap[vertex] != u32::MAX {
            continue;
        }
        let element = |stream: &&Stream| {
            let stride = stream.layout.stride;
            stream.bytes[vertex * stride..][..stride].to_vec()
        };
        let row: Vec<u8> = streams.iter().flat_map(element).collect();
        let next = known.len() as u32;
        remap[vertex] = *known.entry(row).or_insert(next);
    }
    (known.len(), remap)
}

/// A stream as meshopt sees it: elements of `stride` bytes in a row.
fn view(stream: &Stream) -> VertexStream<'_> {
    let stride = stream.layout.stride;
    let mut view = VertexStream::new_with_stride::<u8, u8>(stream.bytes.as_ptr(), stride);
    view.size = stride;
    view
}

/// Gives vertices new places; `u32::MAX` drops one.
fn apply(packed: &mut Packed, remap: &[u32], unique: usize) {
    for level in &mut packed.levels {
        *level = remap_index_buffer(Some(level), packed.vertex_count, remap);
    }
    for stream in packed.all_streams() {
        let stride = stream.layout.stride;
        let mut moved = vec![0; unique * stride];
        for (element, &place) in stream.bytes.chunks_exact(stride).zip(remap) {
            if place != u32::MAX {
                let at = place as usize * stride;
                moved[at..at + stride].copy_from_slice(element);
            }
        }
        stream.bytes = moved;
    }
    packed.vertex_count = unique;
}

/// Drops triangles without an area: two of their corners stand in the same place.
pub(super) fn drop_degenerate(packed: &mut Packed) {
    if packed.topology != Topology::Triangles || !packed.targets.is_empty() {
        return;
    }
    let Some(positions) = packed.streams.first() else {
        return;
    };
    let places = positions.bytes.as_chunks::<12>().0;
    let place = |index: u32| places[index as usize];
    for level in &mut packed.levels {
        let triangles = level.as_chunks::<3>().0.iter();
        let real = triangles.filter(|[a, b, c]| {
            let [a, b, c] = [place(*a), place(*b), place(*c)];
            a != b && b != c && a != c
        });
        *level = real.flatten().copied().collect();
    }
}

/// Triangles in strips, then vertices in the order in which they are first drawn.
pub(super) fn sort(packed: &mut Packed) {
    let count = packed.vertex_count;
    let nothing = packed.levels.iter().all(Vec::is_empty);
    if nothing || count == 0 {
        packed.levels.iter_mut().for_each(Vec::clear);
        return;
    }
    if packed.topology == Topology::Triangles {
        for level in packed.levels.iter_mut().filter(|level| !level.is_empty()) {
            *level = optimize_vertex_cache_strip(level, count);
        }
    }
    let (unique, remap) = first_use(&packed.levels.concat(), count);
    apply(packed, &remap, unique);
}

fn first_use(indices: &[u32], count: usize) -> (usize, Vec<u32>) {
    let mut remap = vec![u32::MAX; count];
    let mut next = 0;
    for &index in indices {
        let place = &mut remap[index as usize];
        if *place == u32::MAX {
            *place = next;
            next += 1;
        }
    }
    (next as usize, remap)
}
