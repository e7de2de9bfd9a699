//! What can be wrong with an image or a request.

use crate::decode::Format;

/// Why an image could not become a texture. None of them is worth a retry: the same input fails
/// again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The first bytes belong to no format this crate reads.
    #[error("not a known image format")]
    UnknownFormat,
    /// The file is larger than [`Limits::file_bytes_max`](crate::Limits).
    #[error("an image file of {bytes} bytes, at most {max} are read")]
    FileTooLarge {
        /// Of the file.
        bytes: usize,
        /// Allowed.
        max: usize,
    },
    /// The header promises more pixels than [`Limits`](crate::Limits) allow.
    #[error(
        "an image of {width} × {height} pixels, at most {side_max} a side and {pixels_max} in all are decoded"
    )]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Allowed on a side.
        side_max: u32,
        /// Allowed in all.
        pixels_max: u64,
    },
    /// The decoder would need more memory than [`Limits::decoder_bytes_max`](crate::Limits).
    #[error("decoding a {format} image would take more than {max} bytes of memory")]
    TooMuchMemory {
        /// Of the file.
        format: Format,
        /// Allowed.
        max: u64,
    },
    /// Truncated, corrupt, or a variant of the format that nobody decodes.
    #[error("a {format} image that cannot be decoded: {reason}")]
    Undecodable {
        /// Of the file.
        format: Format,
        /// The decoder's words.
        reason: String,
    },
    /// An image without pixels, or a buffer that does not fit its size.
    #[error("{width} × {height} pixels do not fit a buffer of {bytes} bytes of RGBA")]
    BadBuffer {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Of the buffer.
        bytes: usize,
    },
    /// A codec that cannot carry what the image is for.
    #[error("{codec} cannot hold a texture for {usage}")]
    CodecMismatch {
        /// Asked for.
        codec: &'static str,
        /// Of the chain.
        usage: &'static str,
    },
}
