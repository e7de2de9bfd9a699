//! A container with its serialized files read.

use crate::archive::{Archive, SERIALIZED};
use crate::serialized::SerializedFile;
use crate::{Limits, Result};

/// A container and what its serialized files hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The container.
    pub archive: Archive,
    /// Its serialized files, each with its index in the container's directory.
    pub files: Vec<(usize, SerializedFile)>,
}

impl Bundle {
    /// Reads a container and every serialized file in it.
    ///
    /// # Errors
    /// As [`Archive::read`] and [`SerializedFile::read`].
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let archive = Archive::read(bytes, limits)?;
        let mut files = Vec::new();
        // A directory may name the same bytes many times; what is read from it must not grow with that.
        let mut bytes_left = archive.stream().len() as u64;
        for (index, file) in archive.files.iter().enumerate() {
            if file.flags & SERIALIZED != 0 {
                crate::Error::check("serialized files", file.size, bytes_left)?;
                bytes_left -= file.size;
                let read = SerializedFile::read(archive.bytes(file), limits)?;
                files.push((index, read));
            }
        }
        Ok(Self { archive, files })
    }

    /// The name of a serialized file of [`Bundle::files`].
    pub(super) fn file_name(&self, index: usize) -> &str {
        &self.archive.files[index].name
    }
}
