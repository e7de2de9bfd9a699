//! Names of peers and of islands.

use std::fmt;

use crate::Error;

/// A wallet: the 20 bytes of its address. Written as `0x` and 40 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub [u8; 20]);

impl PeerId {
    /// Reads `0x` and 40 hex digits of any case.
    ///
    /// # Errors
    /// [`Error::NotAnAddress`] for any other text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text.strip_prefix("0x").unwrap_or_default().as_bytes();
        if digits.len() != 40 {
            return Err(Error::NotAnAddress);
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|d| d as u8);
        let mut address = [0; 20];
        for (byte, pair) in address.iter_mut().zip(digits.chunks_exact(2)) {
            let (Some(high), Some(low)) = (digit(pair[0]), digit(pair[1])) else {
                return Err(Error::NotAnAddress);
            };
            *byte = high << 4 | low;
        }
        Ok(Self(address))
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The number of an island, from 1; given once and never again. Its text is the room's name: prefix, then base 36.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IslandId(pub(crate) u64);

impl IslandId {
    /// `None` for 0, which stands for "no island".
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// The room's name, as `I1`, `Iz`, `island-ea-8ep`.
    #[must_use]
    pub fn text(self, prefix: &str) -> String {
        let mut digits = Vec::new();
        let mut rest = self.0;
        while rest > 0 {
            let digit = char::from_digit((rest % 36) as u32, 36).expect("below 36");
            digits.push(digit);
            rest /= 36;
        }
        prefix.chars().chain(digits.into_iter().rev()).collect()
    }

    /// The island that has this text; `None` when no island can have it.
    #[must_use]
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(prefix)?;
        let canonical = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        if digits.starts_with('0') || !digits.bytes().all(canonical) {
            return None;
        }
        Self::from_number(u64::from_str_radix(digits, 36).ok()?)
    }
}
