//! Accessors: typed windows into the buffers, checked before any byte is read.

use serde_json::Value;

use super::document::Document;
use super::fields::Fields;
use super::{ReadError, broken};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Component {
    I8,
    U8,
    I16,
    U16,
    U32,
    F32,
}

impl Component {
    fn of(code: Option<u64>) -> Option<Self> {
        Some(match code? {
            5120 => Self::I8,
            5121 => Self::U8,
            5122 => Self::I16,
            5123 => Self::U16,
            5125 => Self::U32,
            5126 => Self::F32,
            _ => return None,
        })
    }

    fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
        }
    }

    /// The value of the component at the start of `bytes`; `bytes` is long enough.
    fn float(self, bytes: &[u8], normalized: bool) -> f32 {
        let (value, one) = match self {
            Self::I8 => (f32::from(bytes[0] as i8), 127.0),
            Self::U8 => (f32::from(bytes[0]), 255.0),
            Self::I16 => (
                f32::from(i16::from_le_bytes([bytes[0], bytes[1]])),
                32_767.0,
            ),
            Self::U16 => (
                f32::from(u16::from_le_bytes([bytes[0], bytes[1]])),
                65_535.0,
            ),
            Self::U32 => return word(bytes) as f32,
            Self::F32 => {
                let float = f32::from_bits(word(bytes));
                return if float.is_finite() { float } else { 0.0 };
            }
        };
        if normalized {
            (value / one).max(-1.0)
        } else {
            value
        }
    }

    /// The value as a whole number; `None` of a float.
    fn whole(self, bytes: &[u8]) -> Option<u32> {
        match self {
            Self::U8 => Some(u32::from(bytes[0])),
            Self::U16 => Some(u32::from(u16::from_le_bytes([bytes[0], bytes[1]]))),
            Self::U32 => Some(word(bytes)),
            Self::I8 | Self::I16 | Self::F32 => None,
        }
    }
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// An accessor with its bytes found and measured.
struct Window<'d> {
    /// `None`: all zeros.
    bytes: Option<&'d [u8]>,
    count: usize,
    stride: usize,
    component: Component,
    width: usize,
    normalized: bool,
    sparse: Option<&'d Value>,
}

impl<'a> Document<'a> {
    /// The number of elements of an accessor, all of which are there.
    pub(super) fn count(&self, accessor: usize) -> Result<usize, ReadError> {
        Ok(self.window(accessor)?.count)
    }

    /// The number of components of an accessor's elements.
    pub(super) fn width(&self, accessor: usize) -> Result<usize, ReadError> {
        width_of(self.accessor(accessor)?)
    }

    fn accessor(&self, index: usize) -> Result<&Value, ReadError> {
        let accessor = self.json.list("accessors").get(index);
        accessor.ok_or_else(|| broken(format!("there is no accessor {index}")))
    }

    fn window(&self, index: usize) -> Result<Window<'_>, ReadError> {
        let json = self.accessor(index)?;
        let wrong = |what: &str| broken(format!("accessor {index}: {what}"));
        let component = Component::of(json.whole("componentType"))
            .ok_or_else(|| wrong("unknown component type"))?;
        let width = width_of(json)?;
        let count = json.size("count", 0);
        let size = component.size() * width;
        let mut window = Window {
            bytes: None,
            count,
            stride: size,
            component,
            width,
            normalized: json.get("normalized").and_then(Value::as_bool) == Some(true),
            sparse: json.get("sparse"),
        };
        let views = self.json.list("bufferViews").len();
        if let Some(view) = json.index("bufferView", views)? {
            let (bytes, stride) = self.view(view)?;
            window.stride = stride.unwrap_or(size);
            let start = json.size("byteOffset", 0);
            let bytes = bytes
                .get(start..)
                .ok_or_else(|| wrong("starts outside its view"))?;
            let span = extent(count, window.stride, size);
            if span.is_none_or(|span| span > bytes.len()) {
                return Err(wrong("reaches outside its view"));
            }
            window.bytes = Some(bytes);
        }
        Ok(window)
    }

    /// Elements as floats. Components that the accessor has not come from `fill`, those it has too
    /// many of are left out.
    pub(super) fn floats<const N: usize>(
        &self,
        accessor: usize,
        fill: [f32; N],
    ) -> Result<Vec<[f32; N]>, ReadError> {
        let window = self.window(accessor)?;
        self.charge(window.count.saturating_mul(4 * N))?;
        let mut values = window.floats(fill);
        if let Some(sparse) = window.sparse {
            self.replace(&window, sparse, &mut values, fill)?;
        }
        Ok(values)
    }

    /// All components in a row.
    pub(super) fn scalars(&self, accessor: usize) -> Result<Vec<f32>, ReadError> {
        Ok(match self.width(accessor)? {
            1 => self.floats::<1>(accessor, [0.0])?.into_flattened(),
            2 => self.floats::<2>(accessor, [0.0; 2])?.into_flattened(),
            3 => self.floats::<3>(accessor, [0.0; 3])?.into_flattened(),
            4 => self.floats::<4>(accessor, [0.0; 4])?.into_flattened(),
            _ => self.floats::<16>(accessor, [0.0; 16])?.into_flattened(),
        })
    }

    /// Elements as whole numbers that are not negative.
    pub(super) fn wholes<const N: usize>(
        &self,
        accessor: usize,
    ) -> Result<Vec<[u32; N]>, ReadError> {
        let window = self.window(accessor)?;
        self.charge(window.count.saturating_mul(4 * N))?;
        if window.sparse.is_some() {
            return Err(broken("a sparse accessor of indices"));
        }
        let Some(bytes) = window.bytes else {
            return Ok(vec![[0; N]; window.count]);
        };
        let size = window.component.size();
        let width = window.width.min(N);
        let element = |index: usize| {
            let at = index * window.stride;
            let mut whole = [0; N];
            for (k, whole) in whole.iter_mut().take(width).enumerate() {
                *whole = window.component.whole(&bytes[at + k * size..])?;
            }
            Some(whole)
        };
        let wholes: Option<Vec<[u32; N]>> = (0..window.count).map(element).collect();
        wholes.ok_or_else(|| broken("indices that are not whole numbers"))
    }

    fn replace<const N: usize>(
        &self,
        window: &Window<'_>,
        sparse: &Value,
        values: &mut [[f32; N]],
        fill: [f32; N],
    ) -> Result<(), ReadError> {
        let wrong = || broken("a sparse accessor that does not hold what it says");
        let count = sparse.size("count", 0);
        let part = |name| -> Result<(&[u8], &Value), ReadError> {
            let json = sparse.get(name).ok_or_else(wrong)?;
            let views = self.json.list("bufferViews").len();
            let view = json.index("bufferView", views)?.ok_or_else(wrong)?;
            let bytes = self.view(view)?.0.get(json.size("byteOffset", 0)..);
            Ok((bytes.ok_or_else(wrong)?, json))
        };
        let (places, json) = part("indices")?;
        let component = Component::of(json.whole("componentType")).ok_or_else(wrong)?;
        let (bytes, _) = part("values")?;
        let size = window.component.size() * window.width;
        let fits = |bytes: &[u8], size| extent(count, size, size).is_some_and(|e| e <= bytes.len());
        if !fits(places, component.size()) || !fits(bytes, size) {
            return Err(wrong());
        }
        let new = Window {
            bytes: Some(bytes),
            count,
            stride: size,
            ..*window
        };
        for (index, value) in new.floats(fill).into_iter().enumerate() {
            let place = component.whole(&places[index * component.size()..]);
            let place = place.and_then(|place| values.get_mut(place as usize));
            *place.ok_or_else(wrong)? = value;
        }
        Ok(())
    }
}

impl Window<'_> {
    fn floats<const N: usize>(&self, fill: [f32; N]) -> Vec<[f32; N]> {
        let width = self.width.min(N);
        let Some(bytes) = self.bytes else {
            let mut zero = fill;
            zero[..width].fill(0.0);
            return vec![zero; self.count];
        };
        let size = self.component.size();
        let element = |index: usize| {
            let at = index * self.stride;
            let mut value = fill;
            for (k, value) in value.iter_mut().take(width).enumerate() {
                *value = self
                    .component
                    .float(&bytes[at + k * size..], self.normalized);
            }
            value
        };
        if self.component == Component::F32 && width == N && size * N <= self.stride {
            return self.plain_floats(bytes);
        }
        (0..self.count).map(element).collect()
    }

    /// The common case, without a decision in the inner loop.
    fn plain_floats<const N: usize>(&self, bytes: &[u8]) -> Vec<[f32; N]> {
        let element = |index: usize| {
            let words = bytes[index * self.stride..][..4 * N].as_chunks::<4>().0;
            std::array::from_fn(|k| {
                let float = f32::from_le_bytes(words[k]);
                if float.is_finite() { float } else { 0.0 }
            })
        };
        (0..self.count).map(element).collect()
    }
}

fn extent(count: usize, stride: usize, size: usize) -> Option<usize> {
    match count.checked_sub(1) {
        None => Some(0),
        Some(last) => last.checked_mul(stride)?.checked_add(size),
    }
}

fn width_of(json: &Value) -> Result<usize, ReadError> {
    Ok(match json.text("type") {
        Some("SCALAR") => 1,
        Some("VEC2") => 2,
        Some("VEC3") => 3,
        Some("VEC4") => 4,
        Some("MAT4") => 16,
        _ => return Err(broken("an accessor of an unknown type")),
    })
}
