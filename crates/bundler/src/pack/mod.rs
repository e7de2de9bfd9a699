//! Packing: a geometry's numbers as the bytes that are stored, equal vertices once, in an order that
//! compresses well and draws fast.

mod morph;
mod order;
mod stream;

use crate::model::{Geometry, Topology};
pub(crate) use stream::{Component, Filter, Layout, Stream, mantissas};

/// How exactly numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// As they are.
    Exact,
    /// Rounded, positions to a multiple of this power of two.
    Rounded { position_exponent: i32 },
}

/// A geometry ready to be stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    pub(crate) topology: Topology,
    /// One list a level, the full one first.
    pub(crate) levels: Vec<Vec<u32>>,
    pub(crate) vertex_count: usize,
    /// By semantic (`POSITION`, …), in a fixed order.
    pub(crate) streams: Vec<Stream>,
    /// The same for each morph target.
    pub(crate) targets: Vec<Vec<Stream>>,
}

impl Packed {
    /// Whether nothing of a level can be seen: all its triangles had no area.
    pub(crate) fn is_empty(&self, level: usize) -> bool {
        self.vertex_count == 0 || self.indices(level).is_empty()
    }

    /// The indices of a level.
    pub(crate) fn indices(&self, level: usize) -> &[u32] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    /// Whether a stream has components that only `KHR_mesh_quantization` allows there.
    pub(crate) fn is_quantised(&self) -> bool {
        let streams = self.streams.iter().chain(self.targets.iter().flatten());
        let mut components = streams.map(|stream| stream.layout.component);
        components.any(|component| component == Component::I8)
    }

    fn all_streams(&mut self) -> impl Iterator<Item = &mut Stream> {
        self.streams
            .iter_mut()
            .chain(self.targets.iter_mut().flatten())
    }
}

/// Packs a geometry and puts it in order.
pub(crate) fn pack(geometry: &Geometry, precision: Precision) -> Packed {
    let mut packed = as_is(geometry, precision);
    morph::share_directions(&mut packed);
    order::weld(&mut packed);
    order::drop_degenerate(&mut packed);
    order::sort(&mut packed);
    packed
}

/// Packs a geometry without a change of vertices or their order.
pub(crate) fn as_is(geometry: &Geometry, precision: Precision) -> Packed {
    let targets = geometry.targets.iter();
    Packed {
        topology: geometry.topology,
        levels: (0..=geometry.levels.len())
            .map(|level| geometry.level(level).to_vec())
            .collect(),
        vertex_count: geometry.vertex_count(),
        streams: stream::of_geometry(geometry, precision),
        targets: targets.map(|t| stream::of_target(t, precision)).collect(),
    }
}
