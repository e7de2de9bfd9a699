//! The two containers: GLB with its chunks, or bare JSON.

use super::{ReadError, broken};

const MAGIC: &[u8; 4] = b"glTF";
const JSON: &[u8; 4] = b"JSON";
const BINARY: &[u8; 4] = b"BIN\0";

/// The JSON text, and the binary chunk of a GLB.
pub(super) fn split(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), ReadError> {
    if !bytes.starts_with(MAGIC) {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        return match first {
            Some(b'{') => Ok((text, None)),
            _ => Err(broken("neither GLB nor JSON")),
        };
    }
    let version = word(bytes, 4).ok_or_else(|| broken("the GLB header is cut off"))?;
    if version != 2 {
        return Err(broken(format!("GLB version {version}, not 2")));
    }
    let (kind, json, mut next) = chunk(bytes, 12)?;
    if kind != JSON {
        return Err(broken("the first GLB chunk is not JSON"));
    }
    // The header's total length is not believed: what is there counts.
    while next + 8 <= bytes.len() {
        let length = word(bytes, next).unwrap_or(0) as usize;
        let kind = &bytes[next + 4..next + 8];
        let start = next + 8;
        let end = bytes.len().min(start.saturating_add(length));
        if kind == BINARY {
            // Of a chunk that is cut off, accessors may still find what they need.
            return Ok((json, Some(&bytes[start..end])));
        }
        next = end;
    }
    Ok((json, None))
}

fn chunk(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8], usize), ReadError> {
    let cut = || broken("a GLB chunk is cut off");
    let length = word(bytes, at).ok_or_else(cut)? as usize;
    let start = at + 8;
    let end = start.checked_add(length).ok_or_else(cut)?;
    let kind = bytes.get(at + 4..start).ok_or_else(cut)?;
    let body = bytes.get(start..end).ok_or_else(cut)?;
    Ok((kind, body, end))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    four.try_into().ok().map(u32::from_le_bytes)
}
