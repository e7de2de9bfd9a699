//! Names of accounts and transfers, made of what they are about; and the rolling hash.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::account::Unit;

/// Stands between the parts of a transfer's id: a byte that no part contains.
const SEPARATOR: u8 = 0x1f;

/// 16 bytes that name an account or a transfer; 32 lower-case hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id([u8; 16]);

/// A SHA-256; 64 lower-case hex digits as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Hash([u8; 32]);

impl Id {
    /// The id of an account: the first half of SHA-256 over the unit's letter and the name.
    pub fn account(unit: Unit, name: &str) -> Self {
        let mut sha = Sha256::new();
        sha.update(unit.0.encode_utf8(&mut [0; 4]));
        sha.update(name);
        Self::half(&sha.finalize().into())
    }

    /// The id of a transfer: the first half of SHA-256 over its kind and its parts, the byte 1f before each part.
    pub fn transfer(kind: &str, parts: &[&str]) -> Self {
        let mut sha = Sha256::new();
        sha.update(kind);
        for part in parts {
            sha.update([SEPARATOR]);
            sha.update(part);
        }
        Self::half(&sha.finalize().into())
    }

    fn half(hash: &[u8; 32]) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        Self(id)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Hash {
    /// This hash followed by more bytes, hashed.
    #[must_use]
    pub fn then(&self, bytes: &[u8]) -> Self {
        let mut sha = Sha256::new();
        sha.update(self.0);
        sha.update(bytes);
        Self(sha.finalize().into())
    }
}

impl AsRef<[u8]> for Id {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

macro_rules! hex_text {
    ($type:ident, $bytes:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(HexDigits::<$bytes>).map(Self)
            }
        }
    };
}

struct HexDigits<const N: usize>;

impl<const N: usize> Visitor<'_> for HexDigits<N> {
    type Value = [u8; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hex digits", 2 * N)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<[u8; N], E> {
        let mut bytes = [0; N];
        hex::decode_to_slice(text, &mut bytes).map_err(|e| E::custom(format!("{text:?}: {e}")))?;
        Ok(bytes)
    }
}

hex_text!(Id, 16);
hex_text!(Hash, 32);

#[cfg(test)]
mod tests {
    use super::*;

    /// The same bytes through the hash directly, written out.
    #[test]
    fn ids_are_the_first_half_of_a_sha_256() {
        let expected = Sha256::digest(b"goal\x1f7\x1f2\x1flog-in\x1f0xa");
        let id = Id::transfer("goal", &["7", "2", "log-in", "0xa"]);
        assert_eq!(id.bytes(), &expected[..16]);
        let expected = Sha256::digest(b"Mm:world");
        assert_eq!(Id::account(Unit('M'), "m:world").bytes(), &expected[..16]);
        assert_eq!(
            Id::account(Unit('M'), "m:world").to_string(),
            "6c8f3c56a62a1066c2f50c5147624074"
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(
            Id::transfer("chain", &["1", "23"]),
            Id::transfer("chain", &["12", "3"])
        );
        assert_ne!(Id::account(Unit('M'), "x"), Id::account(Unit('U'), "x"));
    }
}
