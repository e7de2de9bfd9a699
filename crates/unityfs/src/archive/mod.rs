//! The container, "UnityFS" format 8: files in a stream, the stream in packed blocks.

mod blocks;
mod read;
mod write;

use crate::{Error, Result};

/// Bytes of the stream in one block of a packed container.
pub const CHUNK_BYTES: usize = 128 << 10;
/// Flag of a file that is a serialized file, not a resource.
pub const SERIALIZED: u32 = 4;

/// A container, unpacked. Which files there are and where they lie in the stream are fields; their bytes come by
/// [`Archive::bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The oldest player, `5.x.x` in every container of our time.
    pub player: String,
    /// The engine that wrote it: `6000.2.6f2`.
    pub engine: String,
    /// Flags as in the header. The container that [`Archive::write`] makes has its own.
    pub flags: u32,
    /// The info block's size in the container and unpacked.
    pub info_bytes: (u32, u32),
    /// Blocks as they lie in the container; none in one that was not read.
    pub blocks: Vec<Block>,
    /// Files in the order of the directory.
    pub files: Vec<File>,
    stream: Vec<u8>,
}

/// A piece of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its size unpacked.
    pub bytes: u32,
    /// Its size in the container.
    pub packed_bytes: u32,
    /// How it is packed.
    pub compression: Compression,
    /// All flags: compression, and 0x40 in Unity's one-block containers.
    pub flags: u16,
}

/// A file of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// `CAB-` and 32 hex digits, with `.resS` for resources.
    pub name: String,
    /// [`SERIALIZED`], or 0.
    pub flags: u32,
    /// Where it starts in the stream.
    pub offset: u64,
    /// Its size in bytes.
    pub size: u64,
}

/// How a block is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As it is.
    Stored,
    /// LZMA. Read only.
    Lzma,
    /// LZ4 by the fast encoder. Read only.
    Lz4,
    /// LZ4 by the good encoder.
    Lz4Hc,
}

/// How a container shall be packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// One block, as it is: smallest once a server sends it with Brotli.
    Stored,
    /// Blocks of [`CHUNK_BYTES`], each by LZ4HC, not at its highest level.
    Lz4Hc,
}

impl Compression {
    fn from_flags(flags: u32) -> Result<Self> {
        match flags & 0x3f {
            0 => Ok(Self::Stored),
            1 => Ok(Self::Lzma),
            2 => Ok(Self::Lz4),
            3 => Ok(Self::Lz4Hc),
            other => Err(Error::unsupported("compression", other)),
        }
    }

    /// The name people use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Lzma => "lzma",
            Self::Lz4 => "lz4",
            Self::Lz4Hc => "lz4hc",
        }
    }
}

impl Archive {
    /// A container with these files, each a name, flags and content, written by `engine`.
    #[must_use]
    pub fn new(engine: &str, contents: &[(&str, u32, &[u8])]) -> Self {
        let mut stream = Vec::new();
        let mut files = Vec::new();
        for (name, flags, content) in contents {
            files.push(File {
                name: (*name).to_owned(),
                flags: *flags,
                offset: stream.len() as u64,
                size: content.len() as u64,
            });
            stream.extend_from_slice(content);
        }
        Self {
            player: "5.x.x".to_owned(),
            engine: engine.to_owned(),
            flags: write::FLAGS,
            info_bytes: (0, 0),
            blocks: Vec::new(),
            files,
            stream,
        }
    }

    /// The content of one of [`Archive::files`]; of another file what lies there, or nothing.
    #[must_use]
    pub fn bytes(&self, file: &File) -> &[u8] {
        let range = usize::try_from(file.offset)
            .ok()
            .zip(usize::try_from(file.offset.saturating_add(file.size)).ok())
            .map(|(start, end)| start..end);
        range
            .and_then(|range| self.stream.get(range))
            .unwrap_or_default()
    }

    /// All files' bytes as they lie behind each other, with the padding at their end.
    #[must_use]
    pub fn stream(&self) -> &[u8] {
        &self.stream
    }

    /// How Unity would have been told to pack it: as it is when every block is.
    #[must_use]
    pub fn packing(&self) -> Packing {
        let stored = |block: &Block| block.compression == Compression::Stored;
        if self.blocks.iter().all(stored) {
            Packing::Stored
        } else {
            Packing::Lz4Hc
        }
    }
}
