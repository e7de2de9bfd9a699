//! A JPEG file without metadata, its picture byte for byte as it was (ITU T.81, annex B).
//!
//! What may stay is named: tables, frames, scans, and of the segments of applications the three that decide colours. EXIF,
//! XMP, IPTC, comments, previews and whatever comes after the end go.

const MARKER: u8 = 0xff;
const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const JFIF: &[u8] = b"JFIF\0";
/// Bytes of a JFIF segment up to its preview's sides.
const JFIF_HEAD: usize = 12;
const PROFILE: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";
/// Bytes of an Adobe segment that mean something.
const ADOBE_BYTES: usize = 12;

/// The file without metadata; `None` where it is no JPEG file.
pub(super) fn strip(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file.strip_prefix(&[MARKER, START])?;
    let mut out = Vec::with_capacity(file.len());
    out.extend([MARKER, START]);
    loop {
        let marker;
        (marker, rest) = next_marker(rest)?;
        match marker {
            END => {
                out.extend([MARKER, END]);
                return Some(out);
            }
            // Those without a length.
            0x01 | 0xd0..=0xd7 => out.extend([MARKER, marker]),
            0x00 | START => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
                let content = rest.get(2..length)?;
                rest = &rest[length..];
                if let Some(kept) = kept(marker, content) {
                    let length = u16::try_from(kept.len() + 2).ok()?;
                    out.extend([MARKER, marker]);
                    out.extend(length.to_be_bytes());
                    out.extend(&*kept);
                }
            }
        }
        if marker == SCAN {
            let scan = scan_bytes(rest);
            out.extend(&rest[..scan]);
            rest = &rest[scan..];
            if rest.is_empty() {
                // Cut off: decoders show what there is.
                out.extend([MARKER, END]);
                return Some(out);
            }
        }
    }
}

/// A marker, which any number of fill bytes may precede, and what comes after it.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    if bytes.first() != Some(&MARKER) {
        return None;
    }
    let at = bytes.iter().position(|byte| *byte != MARKER)?;
    Some((bytes[at], &bytes[at + 1..]))
}

/// What of a segment stays.
fn kept(marker: u8, content: &[u8]) -> Option<Vec<u8>> {
    match marker {
        // Frames, tables, scans.
        0xc0..=0xcf | 0xda..=0xdf => Some(content.to_vec()),
        0xe0 if content.starts_with(JFIF) && content.len() >= JFIF_HEAD => {
            let mut head = content[..JFIF_HEAD].to_vec();
            // No preview.
            head.extend([0, 0]);
            Some(head)
        }
        0xe2 if content.starts_with(PROFILE) => Some(content.to_vec()),
        0xee if content.starts_with(ADOBE) && content.len() >= ADOBE_BYTES => {
            Some(content[..ADOBE_BYTES].to_vec())
        }
        _ => None,
    }
}

/// Bytes of entropy-coded data up to the next marker; restarts and stuffed bytes are part of it.
fn scan_bytes(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == MARKER) {
        at += found;
        match bytes.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}
