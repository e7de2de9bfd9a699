//! Whether a submission meets the conditions of a challenge.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::tables::games::{Condition, Progress};
use serde_json::{Number, Value};

/// Whether every condition holds. Without conditions (`None`) a challenge is never completed; with none of them, always.
pub(super) fn hold(conditions: Option<&BTreeMap<String, Condition>>, progress: &Progress) -> bool {
    let all = |conditions: &BTreeMap<String, Condition>| {
        let mut each = conditions.iter();
        each.all(|(metric, condition)| holds(metric, condition, progress))
    };
    conditions.is_some_and(all)
}

fn holds(metric: &str, condition: &Condition, progress: &Progress) -> bool {
    let value = match metric {
        "score" => progress.score.map(Number::from),
        "level" => Some(progress.level.into()),
        "moves" => progress.moves.map(Number::from),
        "time" => progress.time.map(Number::from),
        "data" => custom(condition, progress),
        _ => None,
    };
    let ordering = value.and_then(|value| compare(&value, &condition.target));
    ordering.is_some_and(|ordering| match condition.condition.as_str() {
        "=" => ordering == Ordering::Equal,
        "<" => ordering == Ordering::Less,
        ">" => ordering == Ordering::Greater,
        "<=" => ordering != Ordering::Greater,
        ">=" => ordering != Ordering::Less,
        _ => false,
    })
}

/// A number of the submission's own data; 0 counts as missing, as in the original.
fn custom(condition: &Condition, progress: &Progress) -> Option<Number> {
    let name = condition.custom_data_type.as_deref()?;
    let Value::Number(number) = progress.data.get(name)? else {
        return None;
    };
    let zero = compare(number, &Number::from(0))? == Ordering::Equal;
    (!zero).then(|| number.clone())
}

/// The order of two numbers, exactly: by their digits, never as floats.
fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    let (a, b) = (
        Decimal::read(&a.to_string())?,
        Decimal::read(&b.to_string())?,
    );
    Some(match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => a.magnitude(&b),
        (true, true) => b.magnitude(&a),
    })
}

/// 0.`digits` × 10^`point`, without zeros at either end; no digits for zero.
struct Decimal {
    negative: bool,
    digits: String,
    point: i64,
}

impl Decimal {
    /// Reads a number as JSON writes it.
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let unsigned = mantissa.trim_start_matches('-');
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let zeros = i64::try_from(all.len() - digits.len()).ok()?;
        let point = i64::try_from(whole.len()).ok()? - zeros + exponent;
        let digits = digits.trim_end_matches('0').to_owned();
        Some(Self {
            negative: mantissa.starts_with('-') && !digits.is_empty(),
            point: if digits.is_empty() { i64::MIN } else { point },
            digits,
        })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        // Digits without zeros at their end compare as texts do.
        (self.point, &self.digits).cmp(&(other.point, &other.digits))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn met(conditions: Value) -> bool {
        let progress = Progress {
            level: 3,
            score: Some(10),
            moves: None,
            time: Some(0),
            data: json!({"coins": 7, "zero": 0, "half": 0.5, "text": "7"}),
            ..Progress::default()
        };
        let conditions: Option<BTreeMap<String, Condition>> =
            serde_json::from_value(conditions).unwrap();
        hold(conditions.as_ref(), &progress)
    }

    #[test]
    fn every_condition_must_hold() {
        let is = |metric: &str, condition: &str, target: f64| {
            met(json!({metric: {"condition": condition, "target": target}}))
        };
        assert!(is("score", "=", 10.0) && is("score", ">=", 10.0) && is("score", "<=", 10.0));
        assert!(is("score", ">", 9.5) && is("score", "<", 10.5));
        assert!(!is("score", "=", 9.0) && !is("score", ">", 10.0) && !is("score", "<", 10.0));
        assert!(is("level", "=", 3.0) && is("time", "<", 1.0));
        assert!(!is("moves", "<", 99.0), "missing");
        assert!(!is("height", "<", 99.0), "unknown");
        assert!(!is("score", "!=", 9.0), "no such comparison");
        assert!(met(json!({})) && !met(Value::Null));
        let both = json!({"score": {"condition": "=", "target": 10}, "level": {"condition": "=", "target": 4}});
        assert!(!met(both));
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        let in_order = [
            "-1e3",
            "-10.5",
            "-10",
            "-0.001",
            "0",
            "1e-9",
            "0.5",
            "0.51",
            "1",
            "2",
            "10",
            "100.25",
            "1e3",
            "9007199254740992",
            "9007199254740993",
            "1e21",
        ];
        let numbers = in_order.map(|text| serde_json::from_str::<Number>(text).unwrap());
        for (i, a) in numbers.iter().enumerate() {
            for (j, b) in numbers.iter().enumerate() {
                assert_eq!(compare(a, b), Some(i.cmp(&j)), "{a} {b}");
            }
        }
        let same = ["1", "1.0", "10e-1"].map(|text| serde_json::from_str::<Number>(text).unwrap());
        assert_eq!(compare(&same[0], &same[1]), Some(Ordering::Equal));
        assert_eq!(compare(&same[0], &same[2]), Some(Ordering::Equal));
    }

    #[test]
    fn own_data_counts_unless_it_is_zero() {
        let is = |name: &str, condition: &str, target: f64| {
            met(json!({"data": {"condition": condition, "target": target, "customDataType": name}}))
        };
        assert!(is("coins", ">=", 7.0) && is("half", "=", 0.5));
        assert!(!is("zero", "=", 0.0) && !is("text", "=", 7.0) && !is("none", "=", 0.0));
        assert!(!met(json!({"data": {"condition": "=", "target": 7}})));
    }
}
