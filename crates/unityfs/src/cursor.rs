//! Reading and writing of fields in a row, with bounds checked.

use crate::{Error, Result};

/// A position in bytes. Every read names its field, so that an error can say which one is missing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

macro_rules! numbers {
    ($($name:ident $kind:ty, $from:ident;)*) => {
        $(pub(crate) fn $name(&mut self, what: &'static str) -> Result<$kind> {
            self.fixed(what).map(<$kind>::$from)
        })*
    };
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn take(&mut self, what: &'static str, length: usize) -> Result<&'a [u8]> {
        let Some(taken) = self.bytes[self.at..].get(..length) else {
            return Err(Error::Truncated {
                what,
                offset: self.at as u64,
                needed: length as u64,
                left: self.left() as u64,
            });
        };
        self.at += length;
        Ok(taken)
    }

    pub(crate) fn fixed<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let taken = self.take(what, N)?;
        Ok(taken.try_into().expect("as many as were asked for"))
    }

    numbers! {
        u8 u8, from_le_bytes;
        i16 i16, from_le_bytes;
        u16 u16, from_le_bytes;
        i32 i32, from_le_bytes;
        u32 u32, from_le_bytes;
        i64 i64, from_le_bytes;
        u64 u64, from_le_bytes;
        u16_be u16, from_be_bytes;
        u32_be u32, from_be_bytes;
        i64_be i64, from_be_bytes;
    }

    /// A text up to a zero byte, which is taken too.
    pub(crate) fn text(&mut self, what: &'static str) -> Result<&'a str> {
        let rest = &self.bytes[self.at..];
        let Some(length) = rest.iter().position(|byte| *byte == 0) else {
            let needed = rest.len() as u64 + 1;
            return Err(Error::Truncated {
                what,
                offset: self.at as u64,
                needed,
                left: rest.len() as u64,
            });
        };
        self.at += length + 1;
        std::str::from_utf8(&rest[..length]).map_err(|error| Error::invalid(what, error))
    }

    /// Skips zero bytes up to a multiple of `unit` from the start.
    pub(crate) fn align(&mut self, what: &'static str, unit: usize) -> Result<()> {
        let fill = self.at.next_multiple_of(unit) - self.at;
        let fill = self.take(what, fill)?;
        if fill.iter().any(|byte| *byte != 0) {
            return Err(Error::invalid(what, "the fill before it is not zero"));
        }
        Ok(())
    }

    /// A count as i32, of things that take at least `each` bytes here.
    pub(crate) fn count(&mut self, what: &'static str, each: usize, limit: u32) -> Result<usize> {
        let count = self.i32(what)?;
        let count = u32::try_from(count).map_err(|_| Error::invalid(what, count))?;
        Error::check(what, u64::from(count), u64::from(limit))?;
        let needed = u64::from(count) * each as u64;
        if needed > self.left() as u64 {
            return Err(Error::Truncated {
                what,
                offset: self.at as u64,
                needed,
                left: self.left() as u64,
            });
        }
        Ok(count as usize)
    }
}

/// Zeros up to a multiple of `unit` from the start of `out`.
pub(crate) fn fill(out: &mut Vec<u8>, unit: usize) {
    out.resize(out.len().next_multiple_of(unit), 0);
}

/// A text and its zero byte.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
    out.push(0);
}
