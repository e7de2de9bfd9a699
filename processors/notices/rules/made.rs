//! Members that are computed.

use serde_json::Value;

/// Digits after the point of a MANA, in its smallest unit.
const DECIMALS: usize = 18;

/// The badge's name, and its tier's when there is one.
pub(super) fn badge(metadata: &Value) -> Option<Value> {
    let name = metadata.get("badgeName")?.as_str()?;
    let tier = metadata.get("badgeTierName").and_then(Value::as_str);
    Some(match tier.filter(|tier| !tier.is_empty()) {
        Some(tier) => format!("{name} {tier}").into(),
        None => name.into(),
    })
}

/// An amount of MANA (`"1.5"` or 1.5) in its smallest unit, as mails count: computed on the digits, not on a float.
pub(super) fn smallest_unit(metadata: &Value) -> Option<Value> {
    let amount = match metadata.get("amount")? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, fraction) = amount.split_once('.').unwrap_or((&amount, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if amount.len() > 100 || whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let kept = &fraction[..fraction.len().min(DECIMALS)];
    let all = format!("{whole}{kept:0<DECIMALS$}");
    let trimmed = all.trim_start_matches('0');
    Some(if trimmed.is_empty() { "0" } else { trimmed }.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (amount, wanted) in [
            (json!("1"), Some("1000000000000000000")),
            (json!("0.1"), Some("100000000000000000")),
            (json!(2.5), Some("2500000000000000000")),
            (json!("0"), Some("0")),
            (
                json!("12345678901.000000000000000001"),
                Some("12345678901000000000000000001"),
            ),
            (json!("0.0000000000000000019"), Some("1")),
            (json!("1e3"), None),
            (json!("-1"), None),
            (json!(""), None),
            (json!(null), None),
        ] {
            let made = smallest_unit(&json!({"amount": amount}));
            assert_eq!(made, wanted.map(Value::from), "{amount}");
        }
    }

    #[test]
    fn a_badge_without_a_tier_is_only_its_name() {
        let of = |tier: Value| badge(&json!({"badgeName": "Traveler", "badgeTierName": tier}));
        assert_eq!(of(json!("Bronze")), Some(json!("Traveler Bronze")));
        assert_eq!(of(json!(null)), Some(json!("Traveler")));
        assert_eq!(of(json!("")), Some(json!("Traveler")));
    }
}
