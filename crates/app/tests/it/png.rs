//! PNG files by hand (ISO/IEC 15948).

/// What every file begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A chunk with its length and its checksum.
pub(crate) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let of = [&kind[..], body].concat();
    let length = u32::try_from(body.len()).expect("a small body");
    [&length.to_be_bytes()[..], &of, &checksum(&of).to_be_bytes()].concat()
}

/// The header of a picture of 8 bits a channel. `colours`: 2 for RGB, 6 for RGBA.
pub(crate) fn header(width: u32, height: u32, colours: u8) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[&size[..], &[8, colours, 0, 0, 0]].concat())
}

/// CRC-32 (ISO 3309).
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        }
    }
    !sum
}
