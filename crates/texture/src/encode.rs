//! Chains of levels to KTX2 files.

use crate::blocks::{BlockFormat, encode_blocks};
use crate::ktx2::{Contents, File, StoredLevel, Supercompression, put32};
use crate::{Error, Image, MipChain, Usage, etc1s, uastc};

/// How a texture is compressed in a KTX2 file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// ETC1S with BasisLZ: smallest on the wire, becomes any GPU's format at 4 or 8 bits a pixel.
    Etc1s {
        /// 1 to 255; more is larger and better.
        quality: u8,
    },
    /// UASTC with Zstandard: near the best any GPU shows, 8 bits a pixel there.
    Uastc {
        /// Of Zstandard, 1 to 22.
        zstd_level: u8,
    },
    /// BC7 with Zstandard: desktop GPUs read it without transcoding.
    Bc7 {
        /// Of Zstandard, 1 to 22.
        zstd_level: u8,
    },
    /// BC5 with Zstandard: the two axes of a normal map.
    Bc5 {
        /// Of Zstandard, 1 to 22.
        zstd_level: u8,
    },
}

const ZSTD_LEVEL: u8 = 9;

impl Codec {
    /// ETC1S at the quality that gltfpack takes by default.
    #[must_use]
    pub fn etc1s() -> Self {
        Self::Etc1s { quality: 192 }
    }

    /// UASTC at a middling effort of Zstandard.
    #[must_use]
    pub fn uastc() -> Self {
        let zstd_level = ZSTD_LEVEL;
        Self::Uastc { zstd_level }
    }

    /// BC7 at a middling effort of Zstandard.
    #[must_use]
    pub fn bc7() -> Self {
        let zstd_level = ZSTD_LEVEL;
        Self::Bc7 { zstd_level }
    }

    /// BC5 at a middling effort of Zstandard.
    #[must_use]
    pub fn bc5() -> Self {
        let zstd_level = ZSTD_LEVEL;
        Self::Bc5 { zstd_level }
    }

    /// A stable name with the options: part of content keys.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Etc1s { quality } => format!("etc1s-{quality}"),
            Self::Uastc { zstd_level } => format!("uastc-{zstd_level}"),
            Self::Bc7 { zstd_level } => format!("bc7f-{zstd_level}"),
            Self::Bc5 { zstd_level } => format!("bc5-{zstd_level}"),
        }
    }
}

/// A KTX2 file of every level of the chain. What is of one colour becomes UASTC where ETC1S was
/// asked for: readers of one read the other.
///
/// # Errors
/// [`Error::CodecMismatch`] for BC5 of anything but a normal map.
pub fn encode_ktx2(chain: &MipChain, codec: &Codec) -> Result<Vec<u8>, Error> {
    let alpha = chain.has_alpha();
    match *codec {
        // ETC1S has 32 shades a channel. UASTC holds one colour exactly, in fewer bytes.
        Codec::Etc1s { .. } if chain.is_uniform() => encode_ktx2(chain, &Codec::uastc()),
        Codec::Etc1s { quality } => Ok(basis_lz(chain, quality)),
        Codec::Uastc { zstd_level } => {
            let levels = chain.levels().iter().map(uastc::encode_level);
            Ok(zstandard(
                chain,
                Contents::Uastc { alpha },
                levels,
                zstd_level,
            ))
        }
        Codec::Bc7 { zstd_level } => {
            let levels = encode_blocks(chain, BlockFormat::Bc7).into_iter();
            Ok(zstandard(
                chain,
                Contents::Bc7,
                levels.map(|level| level.bytes),
                zstd_level,
            ))
        }
        Codec::Bc5 { zstd_level } => {
            if chain.usage() != Usage::Normal {
                return Err(Error::CodecMismatch {
                    codec: "BC5",
                    usage: chain.usage().name(),
                });
            }
            let levels = encode_blocks(chain, BlockFormat::Bc5).into_iter();
            Ok(zstandard(
                chain,
                Contents::Bc5,
                levels.map(|level| level.bytes),
                zstd_level,
            ))
        }
    }
}

fn zstandard(
    chain: &MipChain,
    contents: Contents,
    levels: impl Iterator<Item = Vec<u8>>,
    zstd_level: u8,
) -> Vec<u8> {
    let store = |plain: Vec<u8>| StoredLevel {
        plain_bytes: plain.len(),
        bytes: zstd::bulk::compress(&plain, i32::from(zstd_level.clamp(1, 22)))
            .expect("a level in memory fits the bound that Zstandard asks for"),
    };
    let base = &chain.levels()[0];
    File {
        contents,
        is_srgb: chain.usage().is_srgb(),
        width: base.width,
        height: base.height,
        supercompression: Supercompression::Zstandard,
        global: Vec::new(),
        levels: levels.map(store).collect(),
    }
    .write()
}

fn basis_lz(chain: &MipChain, quality: u8) -> Vec<u8> {
    let alpha = chain.has_alpha();
    let encoded = etc1s::encode(chain, quality);
    let slices_a_level = if alpha { 2 } else { 1 };
    let mut global = Vec::new();
    global.extend_from_slice(&encoded.endpoint_count.to_le_bytes());
    global.extend_from_slice(&encoded.selector_count.to_le_bytes());
    let parts = [&encoded.endpoints, &encoded.selectors, &encoded.tables];
    parts
        .iter()
        .for_each(|part| put32(&mut global, part.len() as u32));
    // No bytes of extensions.
    put32(&mut global, 0);
    let mut levels = Vec::new();
    for slices in encoded.slices.chunks(slices_a_level) {
        let colour = slices[0].len() as u32;
        let (alpha_at, alpha_bytes) = slices.get(1).map_or((0, 0), |s| (colour, s.len() as u32));
        // Flags: a still image.
        for number in [0, 0, colour, alpha_at, alpha_bytes] {
            put32(&mut global, number);
        }
        levels.push(StoredLevel {
            bytes: slices.concat(),
            plain_bytes: 0,
        });
    }
    parts.iter().for_each(|part| global.extend_from_slice(part));
    let base = &chain.levels()[0];
    File {
        contents: Contents::Etc1s { alpha },
        is_srgb: chain.usage().is_srgb(),
        width: base.width,
        height: base.height,
        supercompression: Supercompression::BasisLz,
        global,
        levels,
    }
    .write()
}

/// Whether the image file a texture was made from should be kept in its place: it is no larger than
/// the texture, and no larger in pixels than was asked for. A kept file takes four bytes a pixel
/// and mip maps on the GPU, so `pixels_max` bounds what may be kept.
#[must_use]
pub fn keep_source(
    file: &[u8],
    image: &Image,
    chain: &MipChain,
    texture: &[u8],
    pixels_max: u64,
) -> bool {
    let base = &chain.levels()[0];
    let pixels = u64::from(image.width()) * u64::from(image.height());
    let is_no_larger = image.width() <= base.width.max(4) && image.height() <= base.height.max(4);
    file.len() <= texture.len() && pixels <= pixels_max && (is_no_larger || chain.is_uniform())
}
