//! Amounts as decimal texts: JSON readers lose digits of large numbers.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// Writes the digits.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(amount: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

/// Reads digits.
///
/// # Errors
/// Not a text of digits below 2^128.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
    deserializer.deserialize_str(Digits)
}

/// An amount from digits only: no sign, no blanks, no point.
pub fn parse(text: &str) -> Option<u128> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

struct Digits;

impl Visitor<'_> for Digits {
    type Value = u128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("digits of a number below 2^128")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u128, E> {
        parse(text).ok_or_else(|| E::custom(format!("not an amount: {text:?}")))
    }
}
