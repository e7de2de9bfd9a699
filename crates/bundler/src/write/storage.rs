//! Where bytes go: streams of one layout side by side in one buffer view, compressed together.
//!
//! A view's description costs some two hundred bytes, so files have few of them. Streams with equal
//! bytes are stored once.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use meshopt::{encode_index_buffer, encode_index_sequence, encode_vertex_buffer_level};

use super::json::Object;
use crate::pack::Filter;

/// What a view's elements are for; also how they are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Usage {
    /// Attributes of vertices.
    Vertices,
    /// Indices in threes.
    Triangles,
    /// Indices one by one.
    Sequence,
    /// Keys and matrices.
    Data,
}

/// Streams that share a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) usage: Usage,
    pub(super) stride: usize,
    pub(super) filter: Filter,
    /// Keeps streams of different nature apart, which compress worse together.
    pub(super) family: u8,
}

struct Group {
    kind: Kind,
    bytes: Vec<u8>,
}

/// Views and their bytes, growing.
#[derive(Default)]
pub(super) struct Storage {
    groups: Vec<Group>,
    by_kind: HashMap<Kind, usize>,
    known: HashMap<(usize, u64, usize), Vec<usize>>,
    blobs: Vec<std::sync::Arc<[u8]>>,
}

/// What becomes of [`Storage`].
pub(super) struct Stored {
    /// `bufferViews`, one JSON text each.
    pub(super) views: Vec<String>,
    /// `buffers`.
    pub(super) buffers: Vec<String>,
    /// The bytes of buffer 0.
    pub(super) bytes: Vec<u8>,
}

impl Storage {
    /// Stores a stream; gives its view and where in it the stream starts.
    pub(super) fn add(&mut self, kind: Kind, bytes: &[u8]) -> (usize, usize) {
        let next = self.groups.len();
        let group = *self.by_kind.entry(kind).or_insert(next);
        if group == next {
            let bytes = Vec::new();
            self.groups.push(Group { kind, bytes });
        }
        let stored = &mut self.groups[group].bytes;
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        let key = (group, hasher.finish(), bytes.len());
        let rivals = self.known.entry(key).or_default();
        let equal = |&&at: &&usize| stored[at..at + bytes.len()] == *bytes;
        if let Some(&at) = rivals.iter().find(equal) {
            return (group, at);
        }
        let at = stored.len();
        rivals.push(at);
        stored.extend_from_slice(bytes);
        (group, at)
    }

    /// Stores a file as it is; gives its view. Only after the last [`Storage::add`].
    pub(super) fn add_blob(&mut self, bytes: std::sync::Arc<[u8]>) -> usize {
        self.blobs.push(bytes);
        self.groups.len() + self.blobs.len() - 1
    }

    pub(super) fn finish(self, compress: bool) -> Stored {
        let mut stored = Stored {
            views: Vec::new(),
            buffers: Vec::new(),
            bytes: Vec::new(),
        };
        // As if all were plain, one after the other: where a reader without the extension would look.
        let mut plain_bytes = 0;
        for group in &self.groups {
            let view = if compress {
                compressed(group, &mut plain_bytes, &mut stored.bytes)
            } else {
                plain(group, &mut stored.bytes)
            };
            stored.views.push(view);
        }
        for blob in &self.blobs {
            let mut view = Object::new();
            view.raw("buffer", 0);
            place(&mut view, append(&mut stored.bytes, blob), blob.len());
            stored.views.push(view.close());
        }
        if !stored.bytes.is_empty() {
            let length = stored.bytes.len();
            stored.buffers.push(format!("{{\"byteLength\":{length}}}"));
        }
        if plain_bytes > 0 {
            stored.buffers.push(format!(
                "{{\"byteLength\":{plain_bytes},\"extensions\":{{\"EXT_meshopt_compression\":{{\"fallback\":true}}}}}}"
            ));
        }
        stored
    }
}

/// Appends at a multiple of four.
fn append(bytes: &mut Vec<u8>, more: &[u8]) -> usize {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes.extend_from_slice(more);
    bytes.len() - more.len()
}

fn place(view: &mut Object, start: usize, length: usize) {
    if start > 0 {
        view.raw("byteOffset", start);
    }
    view.raw("byteLength", length);
}

fn describe(view: &mut Object, kind: Kind) {
    match kind.usage {
        Usage::Vertices => {
            view.raw("byteStride", kind.stride);
            view.raw("target", 34962);
        }
        Usage::Triangles | Usage::Sequence => view.raw("target", 34963),
        Usage::Data => {}
    }
}

fn plain(group: &Group, bytes: &mut Vec<u8>) -> String {
    let mut view = Object::new();
    view.raw("buffer", 0);
    place(&mut view, append(bytes, &group.bytes), group.bytes.len());
    describe(&mut view, group.kind);
    view.close()
}

fn compressed(group: &Group, plain_bytes: &mut usize, bytes: &mut Vec<u8>) -> String {
    let kind = group.kind;
    let encoded = encode(group);
    let mut packed = Object::new();
    packed.raw("buffer", 0);
    place(&mut packed, append(bytes, &encoded), encoded.len());
    packed.raw("byteStride", kind.stride);
    packed.raw("count", group.bytes.len() / kind.stride);
    let mode = match kind.usage {
        Usage::Vertices | Usage::Data => "ATTRIBUTES",
        Usage::Triangles => "TRIANGLES",
        Usage::Sequence => "INDICES",
    };
    packed.text("mode", mode);
    let filter = match kind.filter {
        Filter::None => None,
        Filter::Octahedral => Some("\"OCTAHEDRAL\""),
        Filter::Quaternion => Some("\"QUATERNION\""),
        Filter::Exponential => Some("\"EXPONENTIAL\""),
    };
    packed.some("filter", filter);
    let mut view = Object::new();
    view.raw("buffer", 1);
    let start = plain_bytes.next_multiple_of(4);
    *plain_bytes = start + group.bytes.len();
    place(&mut view, start, group.bytes.len());
    describe(&mut view, kind);
    let packed = packed.close();
    view.raw(
        "extensions",
        format_args!("{{\"EXT_meshopt_compression\":{packed}}}"),
    );
    view.close()
}

/// One arm for each stride that is written.
macro_rules! vertices_by_stride {
    ($bytes:expr, $stride:expr, $($size:literal)*) => {
        match $stride {
            // Version 0 is what `EXT_meshopt_compression` knows.
            $($size => encode_vertex_buffer_level($bytes.as_chunks::<$size>().0, 3, Some(0)),)*
            stride => unreachable!("no stream has a stride of {stride}"),
        }
    };
}

fn encode(group: &Group) -> Vec<u8> {
    let bytes = &group.bytes[..];
    let encoded = match group.kind.usage {
        Usage::Vertices | Usage::Data => {
            vertices_by_stride!(bytes, group.kind.stride, 4 8 12 16 64)
        }
        Usage::Triangles => {
            let (indices, count) = indices(group);
            encode_index_buffer(&indices, count)
        }
        Usage::Sequence => {
            let (indices, count) = indices(group);
            encode_index_sequence(&indices, count)
        }
    };
    encoded.expect("the bound given to the codec is its own")
}

fn indices(group: &Group) -> (Vec<u32>, usize) {
    let indices: Vec<u32> = if group.kind.stride == 2 {
        let shorts = group.bytes.as_chunks().0.iter();
        shorts
            .map(|&bytes| u32::from(u16::from_le_bytes(bytes)))
            .collect()
    } else {
        let words = group.bytes.as_chunks().0.iter();
        words.map(|&bytes| u32::from_le_bytes(bytes)).collect()
    };
    let count = indices.iter().max().map_or(0, |&max| max as usize + 1);
    (indices, count)
}
