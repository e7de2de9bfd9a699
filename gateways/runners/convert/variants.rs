//! A bundle once more, compressed: for clients that take that, where it is worth another blob.

use brotli::enc::BrotliEncoderParams;

use super::frames::Job;

/// Codings of HTTP in which a bundle may lie in the blobs, with what its name then ends in; what clients read faster comes first.
pub const CODINGS: [(&str, &str); 2] = [("zstd", "zst"), ("br", "br")];

/// How hard bundles are compressed: each once, and read for years.
const ZSTD_LEVEL: i32 = 15;
/// Brotli's steps above this one take several times as long for a percent: most of a bundle is compressed textures.
const BROTLI_QUALITY: i32 = 6;
/// The largest window that every client takes, as a power of two.
const BROTLI_WINDOW: i32 = 22;
/// A variant that is not at least so much smaller is left out.
const WORTH_PERCENT: u64 = 95;

/// The variants of a bundle, by the ends of their names; all together have no more than so many bytes.
pub(super) fn variants(bundle: &[u8], job: &Job, bytes_max: u64) -> Vec<(&'static str, Vec<u8>)> {
    let size = bundle.len() as u64;
    let mut left = bytes_max;
    let mut found = Vec::new();
    for (coding, end) in CODINGS {
        let variant = match coding {
            "br" => (size <= job.brotli_bytes_max).then(|| brotli(bundle)),
            _ => zstd::bulk::compress(bundle, ZSTD_LEVEL).ok(),
        };
        let is_good = |variant: &Vec<u8>| {
            let length = variant.len() as u64;
            length <= left && length * 100 < size * WORTH_PERCENT
        };
        if let Some(variant) = variant.filter(is_good) {
            left -= variant.len() as u64;
            found.push((end, variant));
        }
    }
    found
}

fn brotli(bundle: &[u8]) -> Vec<u8> {
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        size_hint: bundle.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bundle, &mut out, &params)
        .expect("memory takes what it is given");
    out
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn read(coding: &str, bytes: &[u8]) -> Vec<u8> {
        match coding {
            "zst" => zstd::bulk::decompress(bytes, 1 << 20).expect("Zstandard"),
            _ => {
                let mut out = Vec::new();
                brotli::BrotliDecompress(&mut &*bytes, &mut out).expect("Brotli");
                out
            }
        }
    }

    #[test]
    fn variants_are_the_bundle_and_smaller() {
        let bundle: Vec<u8> = (0..100_000_u32)
            .flat_map(|n| (n / 7).to_le_bytes())
            .collect();
        let job = Job {
            brotli_bytes_max: 1 << 20,
            ..Job::default()
        };
        let found = variants(&bundle, &job, 1 << 30);
        let ends: Vec<&str> = found.iter().map(|(end, _)| *end).collect();
        assert_eq!(ends, ["zst", "br"]);
        for (end, bytes) in &found {
            assert!(bytes.len() * 2 < bundle.len(), "{end}");
            assert!(read(end, bytes) == bundle, "{end}");
        }
        // What no longer fits is left out.
        let first = found[0].1.len() as u64;
        let ends = |job: &Job, most| -> Vec<&str> {
            let found = variants(&bundle, job, most).into_iter();
            found.map(|(end, _)| end).collect()
        };
        assert_eq!(ends(&job, first), ["zst"]);
        assert_eq!(ends(&Job::default(), 1 << 30), ["zst"]);
        // And what is no smaller.
        let noise = (0..500_u32).map(|n| Sha256::digest(n.to_le_bytes()));
        let noise: Vec<u8> = noise.flatten().collect();
        assert!(variants(&noise, &job, 1 << 30).is_empty());
        assert!(variants(b"", &job, 1 << 30).is_empty());
    }
}
