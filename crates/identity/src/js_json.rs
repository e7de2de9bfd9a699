//! `JSON.stringify` as JavaScript does it, for hashes taken over JSON text.
//!
//! Differs from serde_json in numbers (`1.0` is written `1`, `1e21` is `1e+21`, integers beyond
//! 2^53 lose digits) and in object order (keys that are array indexes come first, ascending).

use serde_json::{Number, Value};

/// Integers up to this magnitude are exact in JavaScript.
const SAFE_INTEGER_MAX: u64 = (1 << 53) - 1;
/// The largest key JavaScript orders as an array index.
const ARRAY_INDEX_MAX: u64 = u32::MAX as u64 - 1;

/// Writes `value` as `JSON.stringify(value)` would.
pub fn stringify(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&number_text(number)),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            // Stable: other keys keep the order in which they were written.
            entries.sort_by_key(|(key, _)| array_index(key).unwrap_or(u64::MAX));
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(item, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    // The escapes of the two writers are the same: short forms, else lower-case \u00xx.
    out.push_str(&serde_json::to_string(text).expect("a string always serialises"));
}

fn array_index(key: &str) -> Option<u64> {
    let canonical = key == "0" || !key.starts_with('0');
    if !canonical || key.len() > 10 || !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    key.parse().ok().filter(|index| *index <= ARRAY_INDEX_MAX)
}

fn number_text(number: &Number) -> String {
    let exact = number
        .as_i64()
        .is_some_and(|value| value.unsigned_abs() <= SAFE_INTEGER_MAX);
    if exact {
        return number.to_string();
    }
    let value = number.as_f64().unwrap_or(f64::NAN);
    let magnitude = value.abs();
    if !value.is_finite() {
        "null".to_owned()
    } else if magnitude == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&magnitude) {
        format!("{value}")
    } else {
        let text = format!("{value:e}");
        if text.contains("e-") {
            text
        } else {
            text.replace('e', "e+")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stringify;

    #[test]
    fn numbers_and_order_are_those_of_javascript() {
        for (input, expected) in [
            ("1.0", "1"),
            ("-0.0", "0"),
            ("0.5", "0.5"),
            ("1e21", "1e+21"),
            ("1e20", "100000000000000000000"),
            ("1e-6", "0.000001"),
            ("1e-7", "1e-7"),
            ("1.5e-9", "1.5e-9"),
            ("-2.5e300", "-2.5e+300"),
            ("9007199254740993", "9007199254740992"),
            ("-7", "-7"),
            (
                r#"{"b":1,"10":2,"a":3,"9":4,"01":5}"#,
                r#"{"9":4,"10":2,"b":1,"a":3,"01":5}"#,
            ),
            (
                r#"["\u0001\n\"\u2028/",null,true,false]"#,
                "[\"\\u0001\\n\\\"\u{2028}/\",null,true,false]",
            ),
        ] {
            let value = serde_json::from_str(input).expect("the case is JSON");
            assert_eq!(stringify(&value), expected, "{input}");
        }
    }
}
