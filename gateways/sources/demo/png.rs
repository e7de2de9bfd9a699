//! Small PNG files: a pattern of two colours, 8-bit RGB, in stored deflate blocks.

use bytes::Bytes;

/// Bytes of a stored deflate block at most.
const STORED_MAX: usize = 65_535;

/// A checked pattern, `side` × `side` pixels.
pub(super) fn png(side: u32, light: [u8; 3], dark: [u8; 3]) -> Bytes {
    let mut pixels = Vec::with_capacity((side * (3 * side + 1)) as usize);
    let square = (side / 8).max(1);
    for y in 0..side {
        pixels.push(0); // no filter
        for x in 0..side {
            let even = (x / square + y / square).is_multiple_of(2);
            pixels.extend_from_slice(if even { &light } else { &dark });
        }
    }
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::from(side.to_be_bytes());
    header.extend_from_slice(&side.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]); // 8 bits, RGB
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"IDAT", &zlib(&pixels));
    chunk(&mut file, b"IEND", &[]);
    file.into()
}

/// Data in zlib's frame, not compressed.
pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(STORED_MAX).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

/// Appends a chunk with its length and checksum.
pub(crate) fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend_from_slice(&(data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend_from_slice(kind);
    file.extend_from_slice(data);
    let sum = crc32(&file[start..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

fn adler32(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    (b << 16) | a
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_have_the_published_values() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_file_has_its_three_chunks_and_its_pixels() {
        let file = png(16, [1, 2, 3], [4, 5, 6]);
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x10"));
        assert!(file.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
        // Signature, header chunk, data chunk (zlib's frame around one stored block), end chunk.
        assert_eq!(file.len(), 8 + 25 + 12 + (2 + 5 + 16 * 49 + 4) + 12);
    }
}
