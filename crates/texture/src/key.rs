//! The name of a task: equal names, equal textures.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{ChainOptions, Codec, Image, Sizing, Usage};

/// Raise it whenever the same input gives other bytes: old results stay valid under their keys.
pub const REVISION: u32 = 4;

/// SHA-256 over an image's file, its usage, every option and the encoder's revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentKey([u8; 32]);

impl ContentKey {
    /// The digest.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The key of encoding `file` (the image as it was uploaded, not decoded) for `usage`.
#[must_use]
pub fn content_key(file: &[u8], usage: Usage, options: &ChainOptions, codec: &Codec) -> ContentKey {
    task_key(b"file", &Sha256::digest(file).into(), usage, options, codec)
}

/// The key of encoding an image's pixels: the same for two files that decode to one picture. It
/// costs a decoding.
#[must_use]
pub fn pixel_key(image: &Image, usage: Usage, options: &ChainOptions, codec: &Codec) -> ContentKey {
    let mut hash = Sha256::new();
    hash.update(image.width().to_le_bytes());
    hash.update(image.height().to_le_bytes());
    hash.update(image.rgba());
    task_key(b"rgba", &hash.finalize().into(), usage, options, codec)
}

fn task_key(
    kind: &[u8; 4],
    source: &[u8; 32],
    usage: Usage,
    options: &ChainOptions,
    codec: &Codec,
) -> ContentKey {
    let sizing = match options.sizing {
        Sizing::Exact => 0,
        Sizing::MultipleOf4 => 1,
        Sizing::PowerOfTwo => 2,
    };
    let flags = [
        sizing,
        u8::from(options.mips),
        u8::from(options.flip),
        u8::from(options.shrink_uniform),
    ];
    let mut hash = Sha256::new();
    hash.update(REVISION.to_le_bytes());
    hash.update(kind);
    hash.update(options.side_max.to_le_bytes());
    hash.update(flags);
    for text in [usage.name(), &codec.name()] {
        hash.update((text.len() as u32).to_le_bytes());
        hash.update(text);
    }
    hash.update(source);
    ContentKey(hash.finalize().into())
}
