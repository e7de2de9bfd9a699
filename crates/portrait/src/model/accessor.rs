//! Typed arrays of a glTF file: every component type, strides, normalised integers, sparse values.

use super::Error;
use super::container::Container;
use super::schema::{Accessor, Sparse};

/// How components are stored.
#[derive(Clone, Copy)]
enum Component {
    I8,
    U8,
    I16,
    U16,
    U32,
    F32,
}

impl Component {
    fn of(code: u32) -> Result<Self, Error> {
        Ok(match code {
            5120 => Self::I8,
            5121 => Self::U8,
            5122 => Self::I16,
            5123 => Self::U16,
            5125 => Self::U32,
            5126 => Self::F32,
            _ => return Err(Error::Accessor("component type")),
        })
    }

    fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
        }
    }

    /// One component; `bytes` holds at least its size.
    fn read(self, bytes: &[u8], normalized: bool) -> f32 {
        let unit = |value: f32, max: f32| {
            if normalized {
                (value / max).max(-1.0)
            } else {
                value
            }
        };
        match self {
            Self::I8 => unit(f32::from(bytes[0].cast_signed()), 127.0),
            Self::U8 => unit(f32::from(bytes[0]), 255.0),
            Self::I16 => unit(f32::from(i16::from_le_bytes([bytes[0], bytes[1]])), 32767.0),
            Self::U16 => unit(f32::from(u16::from_le_bytes([bytes[0], bytes[1]])), 65535.0),
            Self::U32 => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as f32,
            Self::F32 => f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
        }
    }

    fn index(self, bytes: &[u8]) -> Result<u32, Error> {
        match self {
            Self::U8 => Ok(u32::from(bytes[0])),
            Self::U16 => Ok(u32::from(u16::from_le_bytes([bytes[0], bytes[1]]))),
            Self::U32 => Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
            _ => Err(Error::Accessor("indices that are no whole numbers")),
        }
    }
}

fn width(shape: &str) -> Result<usize, Error> {
    Ok(match shape {
        "SCALAR" => 1,
        "VEC2" => 2,
        "VEC3" => 3,
        "VEC4" | "MAT2" => 4,
        "MAT3" => 9,
        "MAT4" => 16,
        _ => return Err(Error::Accessor("type")),
    })
}

/// Elements of an accessor, one after the other, without their gaps.
struct Elements {
    bytes: bytes::Bytes,
    stride: usize,
    size: usize,
}

impl Elements {
    fn get(&self, index: usize) -> &[u8] {
        let at = index * self.stride;
        &self.bytes[at..at + self.size]
    }
}

/// `count` elements of `size` bytes, checked to lie within their view.
fn elements(
    container: &Container,
    view: usize,
    offset: usize,
    size: usize,
    count: usize,
    may_stride: bool,
) -> Result<Elements, Error> {
    let (view, bytes) = container.view(view)?;
    let stride = view.byte_stride.filter(|stride| may_stride && *stride != 0);
    let stride = stride.unwrap_or(size);
    let last = count
        .checked_sub(1)
        .and_then(|last| last.checked_mul(stride));
    let needed = last.map_or(Some(0), |last| last.checked_add(size));
    let end = needed.and_then(|needed| needed.checked_add(offset));
    if end.is_none_or(|end| end > bytes.len()) || offset > bytes.len() {
        return Err(Error::Range("accessor"));
    }
    let bytes = bytes.slice(offset..);
    Ok(Elements {
        bytes,
        stride,
        size,
    })
}

fn find(container: &Container, index: usize, count_max: usize) -> Result<&Accessor, Error> {
    let accessor = container.document.accessors.get(index);
    let accessor = accessor.ok_or(Error::Range("accessor"))?;
    if accessor.count > count_max {
        return Err(Error::TooMany("elements of an accessor", accessor.count));
    }
    Ok(accessor)
}

/// Calls `put(element, bytes)` for each element of an accessor, the sparse ones last.
fn each(
    container: &Container,
    accessor: &Accessor,
    size: usize,
    mut put: impl FnMut(usize, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(view) = accessor.buffer_view {
        let all = elements(
            container,
            view,
            accessor.byte_offset,
            size,
            accessor.count,
            true,
        )?;
        for index in 0..accessor.count {
            put(index, all.get(index))?;
        }
    }
    let Some(Sparse {
        count,
        indices,
        values,
    }) = &accessor.sparse
    else {
        return Ok(());
    };
    if *count > accessor.count {
        return Err(Error::Accessor("more sparse values than elements"));
    }
    let kind = Component::of(indices.component_type)?;
    let places = elements(
        container,
        indices.buffer_view,
        indices.byte_offset,
        kind.size(),
        *count,
        false,
    )?;
    let values = elements(
        container,
        values.buffer_view,
        values.byte_offset,
        size,
        *count,
        false,
    )?;
    for index in 0..*count {
        let place = kind.index(places.get(index))? as usize;
        if place >= accessor.count {
            return Err(Error::Range("sparse index"));
        }
        put(place, values.get(index))?;
    }
    Ok(())
}

/// Reads `N` floats an element; of wider elements the first `N`, of narrower ones zeros behind.
pub(super) fn floats<const N: usize>(
    container: &Container,
    index: usize,
    count_max: usize,
) -> Result<Vec<[f32; N]>, Error> {
    let accessor = find(container, index, count_max)?;
    let kind = Component::of(accessor.component_type)?;
    let width = width(&accessor.shape)?;
    let mut values = vec![[0.0; N]; accessor.count];
    each(container, accessor, width * kind.size(), |place, bytes| {
        let components = bytes.chunks_exact(kind.size());
        for (value, bytes) in values[place].iter_mut().zip(components) {
            let read = kind.read(bytes, accessor.normalized);
            // One bad number must not spoil a picture.
            *value = if read.is_finite() { read } else { 0.0 };
        }
        Ok(())
    })?;
    Ok(values)
}

/// Reads whole numbers, `N` an element.
pub(super) fn indices<const N: usize>(
    container: &Container,
    index: usize,
    count_max: usize,
) -> Result<Vec<[u32; N]>, Error> {
    let accessor = find(container, index, count_max)?;
    let kind = Component::of(accessor.component_type)?;
    let width = width(&accessor.shape)?;
    let mut values = vec![[0; N]; accessor.count];
    each(container, accessor, width * kind.size(), |place, bytes| {
        let components = bytes.chunks_exact(kind.size());
        for (value, bytes) in values[place].iter_mut().zip(components) {
            *value = kind.index(bytes)?;
        }
        Ok(())
    })?;
    Ok(values)
}
