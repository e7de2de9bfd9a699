//! A PNG file without metadata, its picture byte for byte as it was (PNG, third edition).
//!
//! What may stay is named: the picture, its frames and what decides its colours. Texts, EXIF, times, chunks that nobody
//! knows and whatever comes after the end go.

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Bytes of a chunk beside its data: length and type before it, a checksum after it.
const AROUND: usize = 12;
const END: &[u8; 4] = b"IEND";
const KEPT: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", END, b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];
/// In the first letter of a chunk's type: a reader that does not know it may pass over it.
const ANCILLARY: u8 = 0x20;

/// The file without metadata; `None` where it is no PNG file.
pub(super) fn strip(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    let mut out = Vec::with_capacity(file.len());
    out.extend(SIGNATURE);
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?);
        let length = usize::try_from(length).ok()?.checked_add(AROUND)?;
        let chunk = rest.get(..length)?;
        let kind: &[u8; 4] = chunk[4..].first_chunk()?;
        if KEPT.contains(&kind) {
            out.extend(chunk);
        } else if kind[0] & ANCILLARY == 0 {
            return None;
        }
        if kind == END {
            return Some(out);
        }
        rest = &rest[length..];
    }
}
