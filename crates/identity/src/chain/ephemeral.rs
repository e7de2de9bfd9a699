//! The delegation text: title, ephemeral address, expiration.

use crate::js_date;

const ADDRESS_PREFIX: &str = "Ephemeral address: ";
const EXPIRATION_PREFIX: &str = "Expiration: ";

/// A delegation text that cannot be read. Texts are those of @dcl/crypto 3.7.0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EphemeralError {
    /// Fewer than three lines, or other prefixes.
    #[error(
        "Invalid ephemeral payload. Expected 3 lines with \"{ADDRESS_PREFIX}\" on line 2 and \
         \"{EXPIRATION_PREFIX}\" on line 3."
    )]
    Lines,
    /// The expiration is no date of an accepted form; holds it.
    #[error("Invalid expiration date in ephemeral payload: \"{0}\"")]
    Date(String),
}

/// What a delegation text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EphemeralPayload {
    /// The text that was signed: the payload without carriage returns, every line included.
    pub message: String,
    /// The key the authority hands over to, as written.
    pub address: String,
    /// First instant at which the delegation no longer holds, ms since 1970.
    pub expiration_ms: i64,
}

impl EphemeralPayload {
    /// Reads a payload. Line 1 is free, lines after the third are ignored (but signed), carriage
    /// returns are dropped before anything else, prefixes are case-sensitive.
    ///
    /// # Errors
    /// [`EphemeralError`] when the lines or the date are not of that form.
    pub fn parse(payload: &str) -> Result<Self, EphemeralError> {
        let message = payload.replace('\r', "");
        let mut lines = message.split('\n').skip(1);
        let address = lines
            .next()
            .and_then(|line| line.strip_prefix(ADDRESS_PREFIX));
        let expiration = lines
            .next()
            .and_then(|line| line.strip_prefix(EXPIRATION_PREFIX));
        let (Some(address), Some(expiration)) = (address, expiration) else {
            return Err(EphemeralError::Lines);
        };
        let expiration_ms = js_date::parse(expiration)
            .ok_or_else(|| EphemeralError::Date(expiration.to_owned()))?;
        Ok(Self {
            address: address.to_owned(),
            expiration_ms,
            message,
        })
    }

    /// Writes the text a wallet signs to hand over to `address` until `expiration` (a date text,
    /// usually `…T….000Z`).
    pub fn text(title: &str, address: &str, expiration: &str) -> String {
        format!("{title}\n{ADDRESS_PREFIX}{address}\n{EXPIRATION_PREFIX}{expiration}")
    }
}

#[cfg(test)]
mod tests {
    use super::{EphemeralError, EphemeralPayload};

    #[test]
    fn returns_are_dropped_and_later_lines_kept_in_the_message() {
        let payload = "\r\nEphemeral address: 0xAb\r\nExpiration: 2026-01-01\r\nmore";
        let parsed = EphemeralPayload::parse(payload).expect("the case is well formed");
        assert_eq!(parsed.address, "0xAb");
        assert_eq!(parsed.expiration_ms, 1_767_225_600_000);
        assert_eq!(
            parsed.message,
            "\nEphemeral address: 0xAb\nExpiration: 2026-01-01\nmore"
        );
    }

    #[test]
    fn other_lines_are_refused() {
        for payload in [
            "",
            "a\nEphemeral address: 0xAb",
            "a\nephemeral address: 0xAb\nExpiration: 2026-01-01",
            "a\nEphemeral address: 0xAb\nexpiration: 2026-01-01",
            "a\nExpiration: 2026-01-01\nEphemeral address: 0xAb",
            "a\n\nEphemeral address: 0xAb\nExpiration: 2026-01-01",
        ] {
            assert_eq!(
                EphemeralPayload::parse(payload),
                Err(EphemeralError::Lines),
                "{payload:?}"
            );
        }
        let error = EphemeralPayload::parse("a\nEphemeral address: 0xAb\nExpiration: soon");
        assert_eq!(error, Err(EphemeralError::Date("soon".to_owned())));
        assert_eq!(
            EphemeralError::Lines.to_string(),
            "Invalid ephemeral payload. Expected 3 lines with \"Ephemeral address: \" on line 2 \
             and \"Expiration: \" on line 3."
        );
    }
}
