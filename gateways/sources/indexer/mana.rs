//! Amounts of MANA for people: wei with 18 decimals, written with two.

/// Decimals of one MANA in wei.
const WEI_PER_CENT: u128 = 10_000_000_000_000_000;

/// `wei`, a whole number in decimal digits, as MANA with exactly two decimals, rounded half up. `None` for other texts and
/// for more than there can be. Integers only: a float would be wrong from 2^53 wei on.
pub(super) fn mana(wei: &str) -> Option<String> {
    if wei.is_empty() || !wei.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wei: u128 = wei.parse().ok()?;
    let cents = wei.checked_add(WEI_PER_CENT / 2)? / WEI_PER_CENT;
    Some(format!("{}.{:02}", cents / 100, cents % 100))
}

#[cfg(test)]
mod tests {
    use super::mana;

    #[test]
    fn two_decimals_and_no_separator() {
        for (wei, expected) in [
            ("0", "0.00"),
            ("1", "0.00"),
            ("4999999999999999", "0.00"),
            ("5000000000000000", "0.01"),
            ("1000000000000000000", "1.00"),
            ("1500000000000000000", "1.50"),
            ("999999999999999999", "1.00"),
            ("1234567890000000000000000", "1234567.89"),
            // A float has no room for the last digits, which decide here.
            ("9007199254740993004999999999999999", "9007199254740993.00"),
            ("9007199254740993005000000000000000", "9007199254740993.01"),
        ] {
            assert_eq!(mana(wei).as_deref(), Some(expected), "{wei}");
        }
    }

    #[test]
    fn other_texts_are_no_amount() {
        for wei in ["", "-1", "+1", "1.5", "1e18", "abc", &"9".repeat(60)] {
            assert_eq!(mana(wei), None, "{wei:?}");
        }
    }
}
