//! The Data Format Descriptor of a KTX2 file (Khronos Data Format Specification 1.3).

use super::{Supercompression, put32};

/// What a level's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contents {
    Etc1s { alpha: bool },
    Uastc { alpha: bool },
    Bc7,
    Bc5,
}

/// A channel of a block: its number, and where its bits are.
struct Sample {
    channel: u8,
    first_bit: u16,
    bits: u8,
}

const TRANSFER_LINEAR: u8 = 1;
const TRANSFER_SRGB: u8 = 2;
const PRIMARIES_BT709: u8 = 1;
const BLOCK_HEADER_BYTES: u32 = 24;
const SAMPLE_BYTES: u32 = 16;

impl Contents {
    /// `VkFormat`; 0 for what must be transcoded first.
    pub(crate) fn vulkan_format(self, is_srgb: bool) -> u32 {
        match (self, is_srgb) {
            (Self::Etc1s { .. } | Self::Uastc { .. }, _) => 0,
            (Self::Bc7, false) => 145,
            (Self::Bc7, true) => 146,
            (Self::Bc5, _) => 141,
        }
    }

    fn colour_model(self) -> u8 {
        match self {
            Self::Etc1s { .. } => 163,
            Self::Uastc { .. } => 166,
            Self::Bc7 => 134,
            Self::Bc5 => 132,
        }
    }

    fn block_bytes(self) -> u8 {
        match self {
            Self::Etc1s { alpha: false } => 8,
            _ => 16,
        }
    }

    fn samples(self) -> Vec<Sample> {
        let sample = |channel, first_bit, bits| Sample {
            channel,
            first_bit,
            bits,
        };
        match self {
            Self::Etc1s { alpha: false } => vec![sample(0, 0, 64)],
            Self::Etc1s { alpha: true } => vec![sample(0, 0, 64), sample(15, 64, 64)],
            Self::Uastc { alpha: false } => vec![sample(0, 0, 128)],
            Self::Uastc { alpha: true } => vec![sample(3, 0, 128)],
            Self::Bc7 => vec![sample(0, 0, 128)],
            Self::Bc5 => vec![sample(0, 0, 64), sample(1, 64, 64)],
        }
    }
}

/// The descriptor, its total size first.
pub(crate) fn describe(
    contents: Contents,
    is_srgb: bool,
    supercompression: Supercompression,
) -> Vec<u8> {
    let samples = contents.samples();
    let block_bytes = BLOCK_HEADER_BYTES + samples.len() as u32 * SAMPLE_BYTES;
    let mut out = Vec::new();
    put32(&mut out, block_bytes + 4);
    // The basic descriptor of Khronos, version 2.
    put32(&mut out, 0);
    put32(&mut out, 2 | block_bytes << 16);
    let transfer = if is_srgb {
        TRANSFER_SRGB
    } else {
        TRANSFER_LINEAR
    };
    // The last byte: alpha is straight.
    out.extend_from_slice(&[contents.colour_model(), PRIMARIES_BT709, transfer, 0]);
    // Four by four texels, as one less than each.
    out.extend_from_slice(&[3, 3, 0, 0]);
    let plane = match supercompression {
        // The size of a block is not fixed.
        Supercompression::BasisLz => 0,
        Supercompression::Zstandard => contents.block_bytes(),
    };
    out.extend_from_slice(&[plane, 0, 0, 0, 0, 0, 0, 0]);
    for sample in samples {
        out.extend_from_slice(&sample.first_bit.to_le_bytes());
        out.extend_from_slice(&[sample.bits - 1, sample.channel, 0, 0, 0, 0]);
        put32(&mut out, 0);
        put32(&mut out, u32::MAX);
    }
    out
}
