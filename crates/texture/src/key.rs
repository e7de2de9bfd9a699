//! The name of a task: equal names, equal textures.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{ChainOptions, Codec, Sizing, Usage};

/// Raise it whenever the same input gives other bytes: old results stay valid under their keys.
pub const REVISION: u32 = 1;

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
    hash.update(options.side_max.to_le_bytes());
    hash.update(flags);
    for text in [usage.name(), &codec.name()] {
        hash.update((text.len() as u32).to_le_bytes());
        hash.update(text);
    }
    hash.update(Sha256::digest(file));
    ContentKey(hash.finalize().into())
}
