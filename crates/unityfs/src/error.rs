//! What can be wrong with a bundle, or with a value that shall become one.

/// Why bytes could not be read, or a value not be written. Offsets count from the start of the part that `what` names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end before the field does.
    #[error("{what} at byte {offset}: {needed} bytes are needed, {left} are left")]
    Truncated {
        /// The field.
        what: &'static str,
        /// Where it starts.
        offset: u64,
        /// How long it is.
        needed: u64,
        /// How many bytes there are.
        left: u64,
    },
    /// A field holds what it must not hold.
    #[error("{what}: {value}")]
    Invalid {
        /// The field.
        what: &'static str,
        /// What it holds and what is wrong with that.
        value: String,
    },
    /// Legal, and not read or written by this crate.
    #[error("{what} is not supported: {value}")]
    Unsupported {
        /// The field.
        what: &'static str,
        /// What it holds.
        value: String,
    },
    /// A size over a limit of [`crate::Limits`] or of the format.
    #[error("{what}: {size} is over the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its declared or real size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A block that its method can't unpack.
    #[error("block {block} does not unpack: {reason}")]
    Compression {
        /// Number of the block; `None` is the info block.
        block: BlockName,
        /// What the decoder says.
        reason: String,
    },
    /// An object's bytes and its type tree do not fit, or a value does not fit its type tree.
    #[error("object {path}: {reason}")]
    Value {
        /// The field, from the root: `Mesh.m_SubMeshes[2].indexCount`.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A reference of a model to a node, mesh, material or texture that is not there.
    #[error("{from} refers to {to}, which is not there")]
    Dangling {
        /// Who refers.
        from: String,
        /// To what.
        to: String,
    },
}

/// Which block of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockName {
    /// The block that lists the other blocks and the files.
    Info,
    /// A data block, from 0.
    Data(usize),
}

impl std::fmt::Display for BlockName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Info => f.write_str("info"),
            Self::Data(number) => write!(f, "{number}"),
        }
    }
}

impl Error {
    pub(crate) fn invalid(what: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        Self::Invalid { what, value }
    }

    pub(crate) fn unsupported(what: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        Self::Unsupported { what, value }
    }

    /// An error when `size` is over `limit`.
    pub(crate) fn check(what: &'static str, size: u64, limit: u64) -> Result<(), Self> {
        if size > limit {
            return Err(Self::TooLarge { what, size, limit });
        }
        Ok(())
    }
}
