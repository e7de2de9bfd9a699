//! Row keys that sort as the numbers they hold.

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;

/// The day a time lies in, counted from the epoch.
pub fn day(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// Eight bytes that sort as the number does; a negative one counts as 0.
pub fn number_key(number: i64) -> [u8; 8] {
    u64::try_from(number).unwrap_or(0).to_be_bytes()
}

/// The number at the start of a row key.
pub fn parse_number_key(key: &[u8]) -> Option<i64> {
    let number = u64::from_be_bytes(*key.first_chunk::<8>()?);
    i64::try_from(number).ok()
}

/// Eight bytes of time, then a text: rows in order of time, those of one time in order of the text.
pub fn timed_key(ms: i64, text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(8 + text.len());
    key.extend_from_slice(&number_key(ms));
    key.extend_from_slice(text.as_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_numbers() {
        assert!(number_key(255) < number_key(256));
        assert!(timed_key(1, "b") < timed_key(1, "c"));
        assert!(timed_key(1, "z") < timed_key(2, "a"));
        assert_eq!(parse_number_key(&timed_key(7, "x")), Some(7));
        assert_eq!(parse_number_key(b"short"), None);
        assert_eq!(number_key(-1), number_key(0));
    }

    #[test]
    fn days_before_the_epoch_are_negative() {
        assert_eq!((day(-1), day(0), day(DAY_MS)), (-1, 0, 1));
    }
}
