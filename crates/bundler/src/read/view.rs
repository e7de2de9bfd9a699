//! Buffer views, plain or compressed by meshopt.

use meshopt::{
    decode_filter_exp, decode_filter_oct, decode_filter_quat, decode_index_buffer,
    decode_index_sequence, decode_vertex_buffer,
};
use serde_json::Value;

use super::document::Document;
use super::fields::Fields;
use super::{ReadError, broken};

const COMPRESSION: &str = "EXT_meshopt_compression";

impl Document<'_> {
    /// Uncompresses the views that are compressed.
    pub(super) fn decompress(&mut self) -> Result<(), ReadError> {
        let views = self.json.list("bufferViews");
        let decompressed = views
            .iter()
            .map(|view| {
                let packed = view.get("extensions").and_then(|e| e.get(COMPRESSION));
                packed.map(|packed| self.unpack(packed)).transpose()
            })
            .collect::<Result<_, _>>()?;
        self.decompressed = decompressed;
        Ok(())
    }

    /// The bytes of a view and the distance of its elements, where it says one.
    pub(super) fn view(&self, index: usize) -> Result<(&[u8], Option<usize>), ReadError> {
        let view = self
            .json
            .list("bufferViews")
            .get(index)
            .ok_or_else(|| broken(format!("there is no buffer view {index}")))?;
        let stride = view.whole("byteStride").filter(|&stride| stride > 0);
        let stride = stride.and_then(|stride| usize::try_from(stride).ok());
        if let Some(Some(bytes)) = self.decompressed.get(index) {
            return Ok((bytes, stride));
        }
        Ok((self.slice(view)?, stride))
    }

    fn slice(&self, view: &Value) -> Result<&[u8], ReadError> {
        let count = self.buffers.len();
        let buffer = view
            .index("buffer", count)?
            .ok_or_else(|| broken("a buffer view without a buffer"))?;
        let bytes = self.buffer(buffer);
        let start = view.size("byteOffset", 0);
        let length = view.size("byteLength", 0);
        let end = start.checked_add(length);
        let slice = end.and_then(|end| bytes.get(start..end));
        slice.ok_or_else(|| {
            let have = bytes.len();
            broken(format!(
                "a buffer view of {length} bytes at {start} in a buffer of {have}"
            ))
        })
    }

    fn unpack(&self, packed: &Value) -> Result<Vec<u8>, ReadError> {
        let bytes = self.slice(packed)?;
        let stride = packed.size("byteStride", 0);
        let count = packed.size("count", 0);
        self.charge(count.saturating_mul(stride))?;
        let filter = packed.text("filter").unwrap_or("NONE");
        let unpacked = match packed.text("mode") {
            Some("ATTRIBUTES") => unpack_vertices(bytes, count, stride, filter),
            Some("TRIANGLES") if stride == 2 && count.is_multiple_of(3) => {
                decode_index_buffer::<u16>(bytes, count).ok().map(shorts)
            }
            Some("TRIANGLES") if stride == 4 && count.is_multiple_of(3) => {
                decode_index_buffer::<u32>(bytes, count).ok().map(words)
            }
            Some("INDICES") if stride == 2 => {
                decode_index_sequence::<u16>(bytes, count).ok().map(shorts)
            }
            Some("INDICES") if stride == 4 => {
                decode_index_sequence::<u32>(bytes, count).ok().map(words)
            }
            _ => None,
        };
        unpacked.ok_or_else(|| broken("a compressed buffer view does not decode"))
    }
}

fn shorts(values: Vec<u16>) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn words(values: Vec<u32>) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// One arm for each stride the codec's fixed-size elements need here.
macro_rules! by_stride {
    ($bytes:expr, $count:expr, $stride:expr, $($size:literal)*) => {
        match $stride {
            $($size => decode_vertex_buffer::<Element<$size>>($bytes, $count)
                .ok()
                .map(|elements| elements.into_iter().flat_map(|element| element.0).collect()),)*
            _ => None,
        }
    };
}

#[derive(Clone, Copy)]
struct Element<const N: usize>([u8; N]);

impl<const N: usize> Default for Element<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

fn unpack_vertices(bytes: &[u8], count: usize, stride: usize, filter: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = by_stride!(bytes, count, stride,
        4 8 12 16 20 24 28 32 36 40 44 48 52 56 60 64 68 72 76 80 84 88 92 96 100 104 108 112 116
        120 124 128)?;
    match (filter, stride) {
        ("NONE", _) => Some(plain),
        ("OCTAHEDRAL", 4) => {
            let mut vectors: Vec<[i8; 4]> = cast(&plain, |b: [u8; 4]| b.map(|b| b as i8));
            decode_filter_oct(&mut vectors);
            Some(vectors.iter().flatten().map(|&c| c as u8).collect())
        }
        ("OCTAHEDRAL", 8) => {
            let mut vectors = cast(&plain, halves);
            decode_filter_oct(&mut vectors);
            Some(
                vectors
                    .iter()
                    .flatten()
                    .flat_map(|c| c.to_le_bytes())
                    .collect(),
            )
        }
        ("QUATERNION", 8) => {
            let mut quaternions = cast(&plain, halves);
            decode_filter_quat(&mut quaternions);
            let components = quaternions.iter().flatten();
            Some(components.flat_map(|c| c.to_le_bytes()).collect())
        }
        ("EXPONENTIAL", _) => {
            let mut floats: Vec<[u32; 1]> = cast(&plain, |b| [u32::from_le_bytes(b)]);
            decode_filter_exp(&mut floats);
            Some(
                floats
                    .iter()
                    .flatten()
                    .flat_map(|c| c.to_le_bytes())
                    .collect(),
            )
        }
        _ => None,
    }
}

fn halves(bytes: [u8; 8]) -> [i16; 4] {
    std::array::from_fn(|k| i16::from_le_bytes([bytes[2 * k], bytes[2 * k + 1]]))
}

fn cast<const N: usize, T>(bytes: &[u8], element: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes
        .as_chunks()
        .0
        .iter()
        .map(|&chunk| element(chunk))
        .collect()
}
