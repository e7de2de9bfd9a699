//! Accessors: where each stream is and how to read it. Equal ones are one.

use std::collections::HashMap;

use super::json::Object;
use super::storage::{Kind, Storage, Usage};
use crate::pack::{Component, Filter, Layout, Stream};

#[derive(Default)]
pub(super) struct Accessors {
    pub(super) storage: Storage,
    pub(super) items: Vec<String>,
    known: HashMap<String, usize>,
}

/// Families keep streams of one layout apart by what they hold.
const FAMILIES: [&str; 5] = ["POSITION", "TEXCOORD", "COLOR", "JOINTS", "WEIGHTS"];

impl Accessors {
    pub(super) fn vertices(&mut self, stream: &Stream) -> usize {
        let layout = stream.layout;
        let family = FAMILIES
            .iter()
            .position(|family| stream.name.starts_with(family));
        let kind = Kind {
            usage: Usage::Vertices,
            stride: layout.stride,
            filter: layout.filter,
            family: family.map_or(0, |family| family as u8 + 1),
        };
        let count = stream.bytes.len() / layout.stride;
        let place = self.storage.add(kind, &stream.bytes);
        let bounds = stream.bounds();
        self.describe(place, layout, count, |object| {
            if let Some((low, high)) = bounds {
                object.floats("min", &low);
                object.floats("max", &high);
            }
        })
    }

    pub(super) fn indices(&mut self, indices: &[u32], vertices: usize, threes: bool) -> usize {
        let short = vertices <= usize::from(u16::MAX);
        let (component, stride) = if short {
            (Component::U16, 2)
        } else {
            (Component::U32, 4)
        };
        let bytes: Vec<u8> = if short {
            indices
                .iter()
                .flat_map(|&i| (i as u16).to_le_bytes())
                .collect()
        } else {
            indices.iter().flat_map(|&i| i.to_le_bytes()).collect()
        };
        let layout = Layout {
            component,
            width: 1,
            normalized: false,
            stride,
            filter: Filter::None,
        };
        let kind = Kind {
            usage: if threes {
                Usage::Triangles
            } else {
                Usage::Sequence
            },
            stride,
            filter: Filter::None,
            family: 0,
        };
        let place = self.storage.add(kind, &bytes);
        self.describe(place, layout, indices.len(), |_| {})
    }

    /// Keys or matrices; `bounds` of times.
    pub(super) fn data(
        &mut self,
        layout: Layout,
        family: u8,
        bytes: &[u8],
        bounds: Option<(f32, f32)>,
    ) -> usize {
        let kind = Kind {
            usage: Usage::Data,
            stride: layout.stride,
            filter: layout.filter,
            family,
        };
        let place = self.storage.add(kind, bytes);
        self.describe(place, layout, bytes.len() / layout.stride, |object| {
            if let Some((low, high)) = bounds {
                object.floats("min", &[low]);
                object.floats("max", &[high]);
            }
        })
    }

    fn describe(
        &mut self,
        (view, at): (usize, usize),
        layout: Layout,
        count: usize,
        bounds: impl FnOnce(&mut Object),
    ) -> usize {
        let mut object = Object::new();
        object.raw("bufferView", view);
        if at > 0 {
            object.raw("byteOffset", at);
        }
        object.raw("componentType", layout.component as u16);
        if layout.normalized {
            object.raw("normalized", true);
        }
        object.raw("count", count);
        let kind = match layout.width {
            1 => "SCALAR",
            2 => "VEC2",
            3 => "VEC3",
            4 => "VEC4",
            _ => "MAT4",
        };
        object.text("type", kind);
        bounds(&mut object);
        let text = object.close();
        if let Some(&known) = self.known.get(&text) {
            return known;
        }
        self.items.push(text.clone());
        self.known.insert(text, self.items.len() - 1);
        self.items.len() - 1
    }
}
