//! A content name as a checked value, and the check of bytes against a name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{CidV0DagPb, HashV0, HashV1};

const LEGACY_CHARS: usize = 46;
const CURRENT_CHARS: usize = 59;

/// The name of a file: `^Qm[a-zA-Z0-9]{44}$` or `^ba[a-zA-Z0-9]{57}$`. Case matters.
///
/// Only the format is checked; whether bytes have this name is [`Verifier`]'s question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(String);

/// The id of an entity: the name of its entity *file*, hence the same type.
pub type EntityHash = ContentHash;

/// A text that is no content name. Holds at most the first 64 characters of the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a content hash: {0:?}")]
pub struct InvalidHash(pub String);

/// Bytes whose hash is not the expected name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("hash mismatch: expected {expected}, actual {actual}")]
pub struct HashMismatch {
    /// The name the bytes were said to have.
    pub expected: String,
    /// The name they have (for a `Qm…` name: by hashV0).
    pub actual: String,
}

impl ContentHash {
    /// Checks the format of a name.
    ///
    /// # Errors
    /// [`InvalidHash`] when the text matches neither pattern.
    pub fn parse(text: &str) -> Result<Self, InvalidHash> {
        let well_formed = match text.len() {
            LEGACY_CHARS => text.starts_with("Qm"),
            CURRENT_CHARS => text.starts_with("ba"),
            _ => false,
        };
        if well_formed && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidHash(text.chars().take(64).collect()))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for the `Qm…` families.
    pub fn is_legacy(&self) -> bool {
        self.0.len() == LEGACY_CHARS
    }

    /// Checks whole bytes against this name. See [`Verifier`] for files that should not be loaded.
    ///
    /// # Errors
    /// [`HashMismatch`] when no family of the name's format gives this name.
    pub fn verify(&self, bytes: impl AsRef<[u8]>) -> Result<(), HashMismatch> {
        let mut verifier = Verifier::new(self.clone());
        verifier.update(bytes);
        verifier.finish()
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl AsRef<str> for ContentHash {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContentHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ContentHash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        Self::parse(&text)
    }
}

impl From<ContentHash> for String {
    fn from(name: ContentHash) -> Self {
        name.0
    }
}

/// Checks a stream of bytes against a name, in constant memory.
///
/// A `Qm…` name is accepted when either hashV0 or the dag-pb CIDv0 gives it, because both kinds
/// are served under the same format; a `ba…` name when hashV1 gives it.
#[derive(Debug, Clone)]
pub struct Verifier {
    expected: ContentHash,
    hashers: Hashers,
}

#[derive(Debug, Clone)]
enum Hashers {
    Legacy(HashV0, CidV0DagPb),
    Current(HashV1),
}

impl Verifier {
    /// Starts a check of the empty file against `expected`.
    pub fn new(expected: ContentHash) -> Self {
        let hashers = if expected.is_legacy() {
            Hashers::Legacy(HashV0::new(), CidV0DagPb::new())
        } else {
            Hashers::Current(HashV1::new())
        };
        Self { expected, hashers }
    }

    /// Appends the next bytes of the file.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        match &mut self.hashers {
            Hashers::Legacy(v0, cid_v0) => {
                v0.update(&bytes);
                cid_v0.update(&bytes);
            }
            Hashers::Current(v1) => v1.update(&bytes),
        }
    }

    /// Ends the file and compares.
    ///
    /// # Errors
    /// [`HashMismatch`] when no family gives the expected name.
    pub fn finish(self) -> Result<(), HashMismatch> {
        let expected = self.expected.0;
        let actual = match self.hashers {
            Hashers::Legacy(v0, cid_v0) => {
                if cid_v0.finish() == expected {
                    return Ok(());
                }
                v0.finish()
            }
            Hashers::Current(v1) => v1.finish(),
        };
        if actual == expected {
            Ok(())
        } else {
            Err(HashMismatch { expected, actual })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ContentHash;
    use crate::hash::{cid_v0_dag_pb, hash_v0, hash_v1};

    #[test]
    fn only_the_two_patterns_are_names() {
        let legacy = format!("Qm{}", "a".repeat(44));
        let current = format!("ba{}", "Z".repeat(57));
        assert!(ContentHash::parse(&legacy).is_ok_and(|name| name.is_legacy()));
        assert!(ContentHash::parse(&current).is_ok_and(|name| !name.is_legacy()));
        for bad in [
            "",
            "Qm",
            &legacy[1..],
            &format!("{legacy}a"),
            &format!("qm{}", "a".repeat(44)),
            &format!("Qm{}-", "a".repeat(43)),
            &format!("Qm{}é", "a".repeat(42)),
            &format!("Qm{}", "a".repeat(57)),
            &format!("ba{}", "a".repeat(44)),
            &format!("ba{}\n", "a".repeat(56)),
        ] {
            assert!(ContentHash::parse(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_name_is_checked_on_deserialisation() {
        assert!(serde_json::from_str::<ContentHash>("\"nope\"").is_err());
        let name = hash_v1(b"x");
        let json = serde_json::to_string(&name).expect("a string serialises");
        let back: ContentHash = serde_json::from_str(&json).expect("the name is well formed");
        assert_eq!(back.as_str(), name);
    }

    #[test]
    fn all_three_families_verify_and_changed_bytes_do_not() {
        let bytes = b"some file";
        for name in [hash_v0(bytes), cid_v0_dag_pb(bytes), hash_v1(bytes)] {
            let name = ContentHash::parse(&name).expect("hashers give well-formed names");
            assert_eq!(name.verify(bytes), Ok(()));
            let mismatch = name.verify(b"Some file").expect_err("other bytes");
            assert_eq!(mismatch.expected, name.as_str());
            assert_ne!(mismatch.actual, mismatch.expected);
        }
    }
}
