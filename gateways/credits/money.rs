//! Amounts as clients read them.

use model::tables::credits::{NEVER, Voucher};

/// wei of a credit.
pub(super) const CREDIT: u128 = 1_000_000_000_000_000_000;

/// An amount of wei, 0 for a text that is none.
pub(super) fn amount(text: &str) -> u128 {
    text.parse().unwrap_or_default()
}

/// Whole credits in wei, as digits.
pub(super) fn wei(credits: u128) -> String {
    credits.saturating_mul(CREDIT).to_string()
}

/// wei in whole credits, as near as a double is.
pub(super) fn credits(wei: u128) -> f64 {
    (wei / CREDIT) as f64 + (wei % CREDIT) as f64 / CREDIT as f64
}

/// A decimal text of credits in wei: digits, a point, at most 18 digits.
pub(super) fn parse_credits(text: &str) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 18 {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let fraction: u128 = format!("{fraction:0<18}").parse().ok()?;
    whole.checked_mul(CREDIT)?.checked_add(fraction)
}

/// `available`, `partially_used` or `fully_used`.
pub(super) fn status(voucher: &Voucher) -> &'static str {
    match (amount(&voucher.available), amount(&voucher.amount)) {
        (0, _) => "fully_used",
        (left, whole) if left < whole => "partially_used",
        _ => "available",
    }
}

/// Credits that are signed and have not expired by the ledger's time (s), soonest to expire first.
pub(super) fn live(mut vouchers: Vec<Voucher>, now: i64) -> Vec<Voucher> {
    vouchers.retain(|voucher| voucher.signature.is_some() && voucher.expires_at > now);
    vouchers.sort_by(|a, b| {
        (a.expires_at, a.timestamp, &a.id).cmp(&(b.expires_at, b.timestamp, &b.id))
    });
    vouchers
}

/// Sum of what is left.
pub(super) fn left<'a>(vouchers: impl IntoIterator<Item = &'a Voucher>) -> u128 {
    let all = vouchers.into_iter().map(|v| amount(&v.available));
    all.fold(0, u128::saturating_add)
}

/// Seconds until the first of the credits with something left expires; 0 when none does.
pub(super) fn expires_in(vouchers: &[Voucher], now: i64) -> i64 {
    let ends = vouchers
        .iter()
        .filter(|v| amount(&v.available) > 0 && v.expires_at < NEVER)
        .map(|v| v.expires_at - now);
    ends.min().unwrap_or(0).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voucher(id: &str, available: u128, expires_at: i64, signed: bool) -> Voucher {
        Voucher {
            id: id.into(),
            amount: "10".into(),
            available: available.to_string(),
            expires_at,
            signature: signed.then(|| "0x".into()),
            ..Voucher::default()
        }
    }

    #[test]
    fn only_live_credits_are_shown_soonest_to_expire_first() {
        let all = vec![
            voucher("c", 10, NEVER, true),
            voucher("b", 4, 200, true),
            voucher("a", 0, 150, true),
            voucher("gone", 5, 100, true),
            voucher("unsigned", 5, 300, false),
        ];
        let live = live(all, 100);
        let shown: Vec<_> = live.iter().map(|v| (&*v.id, status(v))).collect();
        assert_eq!(
            shown,
            [
                ("a", "fully_used"),
                ("b", "partially_used"),
                ("c", "available")
            ]
        );
        assert_eq!((left(&live), expires_in(&live, 100)), (14, 100));
    }

    #[test]
    fn credits_are_read_as_decimals() {
        assert_eq!(parse_credits("1.5"), Some(CREDIT * 3 / 2));
        assert_eq!(parse_credits("2"), Some(CREDIT * 2));
        for text in ["", ".5", "-1", "1e3", "1.0000000000000000001", "1.2.3"] {
            assert_eq!(parse_credits(text), None, "{text}");
        }
        assert!((credits(CREDIT * 3 / 2) - 1.5).abs() < f64::EPSILON);
    }
}
