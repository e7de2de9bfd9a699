//! What a file is, by its first bytes: its name may say anything.

/// Bytes that tell it.
pub const MAGIC_BYTES: u64 = 12;

/// For what is not told apart.
pub const UNKNOWN: &str = "application/octet-stream";

/// The media type of a file that begins so ([`MAGIC_BYTES`], or all of a shorter one).
pub fn media_type(head: &[u8]) -> &'static str {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..).is_some_and(|h| h.starts_with(bytes));
    match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        () if at(0, b"\xff\xd8\xff") => "image/jpeg",
        () if at(0, b"GIF8") => "image/gif",
        () if at(0, b"\xabKTX 20\xbb") => "image/ktx2",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if at(0, b"RIFF") && at(8, b"WAVE") => "audio/wav",
        () if at(0, b"BM") => "image/bmp",
        () if at(0, b"glTF") => "model/gltf-binary",
        () if at(0, b"OggS") => "audio/ogg",
        () if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") => "audio/mpeg",
        () if at(4, b"ftyp") => "video/mp4",
        () if at(0, b"\x1aE\xdf\xa3") => "video/webm",
        () if at(0, b"\0asm") => "application/wasm",
        () if at(0, b"%PDF") => "application/pdf",
        () if at(0, b"PK\x03\x04") => "application/zip",
        () if at(0, b"\x1f\x8b") => "application/gzip",
        () => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_the_first_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), "image/png");
        assert_eq!(media_type(b"RIFF....WEBPVP8 "), "image/webp");
        assert_eq!(media_type(b"\xabKTX 20\xbb\r\n\x1a\n"), "image/ktx2");
        assert_eq!(media_type(b"{}"), UNKNOWN);
        assert_eq!(media_type(b""), UNKNOWN);
    }
}
