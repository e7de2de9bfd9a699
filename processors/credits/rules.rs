//! Numbers and texts of the program.

use ledger::decimal;
use model::tables::DAY_MS;
use serde_json::Value;

/// Days a goal's credit lives after its season, unless the edge says otherwise.
pub(super) const GRACE_DAYS: i64 = 14;
/// Days a credit lives that was given while no season ran, likewise.
pub(super) const NO_SEASON_DAYS: i64 = 90;
/// Seconds an authorization lives, likewise.
pub(super) const INTENT_SECONDS: i64 = 900;
/// How far an answer to the captcha may be off, thousandths, likewise.
pub(super) const TOLERANCE: i64 = 5_000;
/// How long a challenge may be answered.
pub(super) const CHALLENGE_MS: i64 = 300_000;
/// Wrong answers in a row that block.
pub(super) const WRONG_MAX: u8 = 3;
/// How long.
pub(super) const BLOCK_MS: i64 = DAY_MS;
/// How long a question, a log and what is over are remembered.
pub(super) const KEPT_MS: i64 = 7 * DAY_MS;
/// How long an order's document is remembered; its id is for ever.
pub(super) const ORDERS_KEPT_MS: i64 = 30 * DAY_MS;
/// wei of a credit.
pub(super) const CREDIT_WEI: u128 = 1_000_000_000_000_000_000;
/// Cents of a dollar credit.
pub(super) const CREDIT_CENTS: u128 = 10;
/// Longest key, name or other text that is remembered, bytes.
pub(super) const TEXT_BYTES_MAX: usize = 512;
/// Goals of a season.
pub(super) const GOALS_MAX: usize = 500;
/// Steps of a goal: each is remembered until it is complete.
pub(super) const STEPS_MAX: i64 = 1_000;
/// Salts that one command may name.
pub(super) const SALTS_MAX: usize = 100;
/// Wallets that one command may flag.
pub(super) const WALLETS_MAX: usize = 100;
/// Purchases that one person may have open.
pub(super) const INTENTS_MAX: usize = 100;
/// Purchases of one person that are remembered, those that are over for a week included.
pub(super) const INTENTS_KEPT_MAX: usize = 1_000;
/// Questions of one wallet in a day, unless the edge says fewer.
pub(super) const QUESTIONS_DAY_MAX: i64 = 1_000;
/// Changes that who follows credits may have missed.
pub(super) const CHANGES_KEPT: i64 = 1_024;
/// People that one change names; of more it says only that there were.
pub(super) const CHANGED_MAX: usize = 256;
/// Longest life of anything that is given, days and seconds from the edge included: ten years.
const LIFE_MAX: i64 = 3650 * 86_400;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// `insufficient`, `invalid`…
    pub(super) result: &'static str,
    /// For people.
    pub(super) message: String,
}

/// An answer's body, or why there is none.
pub(super) type Answered = Result<Value, Refused>;

/// A refusal.
pub(super) fn refuse<T>(result: &'static str, message: impl Into<String>) -> Result<T, Refused> {
    Err(Refused {
        result,
        message: message.into(),
    })
}

/// A text that must be there.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, Refused> {
    match body[name].as_str() {
        Some(text) if !text.is_empty() && text.len() <= TEXT_BYTES_MAX => Ok(text),
        _ => refuse(
            "invalid",
            format!("{name} is not a text of 1 to {TEXT_BYTES_MAX} bytes"),
        ),
    }
}

/// A text that may be there; an empty one is none.
pub(super) fn optional<'a>(body: &'a Value, name: &str) -> Result<Option<&'a str>, Refused> {
    match &body[name] {
        Value::Null => Ok(None),
        Value::String(empty) if empty.is_empty() => Ok(None),
        _ => text(body, name).map(Some),
    }
}

/// An integer that must be there.
pub(super) fn integer(body: &Value, name: &str) -> Result<i64, Refused> {
    match body[name].as_i64() {
        Some(number) => Ok(number),
        None => refuse("invalid", format!("{name} is not an integer")),
    }
}

/// An amount of wei above zero, as a text of digits.
pub(super) fn wei(body: &Value, name: &str) -> Result<u128, Refused> {
    match body[name].as_str().and_then(decimal::parse) {
        Some(amount) if amount > 0 => Ok(amount),
        _ => refuse("invalid", format!("{name} is not a number of wei above 0")),
    }
}

/// Cents above zero.
pub(super) fn cents(body: &Value, name: &str) -> Result<u128, Refused> {
    match integer(body, name)? {
        cents if cents > 0 => Ok(cents.unsigned_abs().into()),
        _ => refuse("invalid", format!("{name} is not above 0")),
    }
}

/// A number the edge may give, within a life.
pub(super) fn term(edge: &Value, name: &str, default: i64, unit: i64) -> i64 {
    let given = edge[name].as_i64().unwrap_or(default);
    given.clamp(0, LIFE_MAX / unit.max(1))
}

/// A decimal text in thousandths, what is smaller cut off. No floats: the digits are read as they stand.
pub(super) fn thousandths(number: &Value) -> Option<i64> {
    let Value::Number(number) = number else {
        return None;
    };
    let text = number.to_string();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    let sum = whole.checked_mul(1000)?.checked_add(fraction)?;
    Some(if negative { -sum } else { sum })
}

/// How much MANA covers a price: the exact wei and the most that is covered, two per cent more. `rate` is dollars per
/// MANA with `decimals` decimals. `None`: beyond what can be counted.
pub(super) fn sizing(usd_cents: u128, rate: u128, decimals: u32) -> Option<(u128, u128)> {
    let scale = 10_u128.checked_pow(decimals.checked_add(16)?)?;
    let exact = usd_cents.checked_mul(scale)?.checked_div(rate)?;
    let cap = exact.checked_mul(10_200)? / 10_000;
    Some((exact, cap))
}

/// wei as a JSON number of whole credits, its digits exact.
pub(super) fn whole_credits(wei: u128) -> Value {
    let (whole, rest) = (wei / CREDIT_WEI, wei % CREDIT_WEI);
    let text = match rest {
        0 => whole.to_string(),
        rest => format!("{whole}.{rest:018}")
            .trim_end_matches('0')
            .to_owned(),
    };
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_price_of_the_specification_is_sized_to_the_wei() {
        let sized = sizing(200, 26_960_000, 8);
        assert_eq!(
            sized,
            Some((7_418_397_626_112_759_643, 7_566_765_578_635_014_835))
        );
        assert_eq!(sizing(200, 0, 8), None);
        assert_eq!(sizing(u128::MAX, 1, 8), None);
        assert_eq!(sizing(1, 1, 200), None);
    }

    #[test]
    fn places_are_compared_in_thousandths() {
        for (number, expected) in [
            (json!(50), Some(50_000)),
            (json!(49.9994), Some(49_999)),
            (json!(0.5), Some(500)),
            (json!(-1.25), Some(-1_250)),
            (json!("50"), None),
            (json!(1e300), None),
            (json!(null), None),
        ] {
            assert_eq!(thousandths(&number), expected, "{number}");
        }
    }

    #[test]
    fn whole_credits_keep_their_digits() {
        assert_eq!(whole_credits(CREDIT_WEI * 3 / 2), json!(1.5));
        assert_eq!(whole_credits(CREDIT_WEI * 2), json!(2));
        assert_eq!(whole_credits(0), json!(0));
    }
}
