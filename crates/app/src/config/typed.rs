//! Text of the environment as the type its option has.

use figment::value::{Dict, Num, Value};

/// `value` as the type of `example`, where it can be; a value that cannot stays as it is and fails later, by name.
pub(crate) fn like(example: &Value, value: &Value) -> Value {
    let Value::String(_, text) = value else {
        return match (example, value) {
            // A whole number where fractions are usual.
            (Value::Num(_, Num::F64(_)), Value::Num(_, n)) => {
                n.to_f64().map_or_else(|| value.clone(), Value::from)
            }
            // One item where a list is usual.
            (Value::Array(..), Value::Num(..)) => Value::from(vec![value.clone()]),
            // A number where text with a unit is usual.
            (Value::String(..), Value::Num(..)) => number_text(value),
            _ => value.clone(),
        };
    };
    match example {
        Value::Array(..) => Value::from(list(text)),
        Value::Dict(..) => table(text).map_or_else(|| value.clone(), Value::from),
        Value::Bool(..) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Value::from(true),
            "false" | "0" | "no" | "off" => Value::from(false),
            _ => value.clone(),
        },
        Value::Num(_, Num::F64(_)) => text
            .trim()
            .parse::<f64>()
            .map_or_else(|_| value.clone(), Value::from),
        Value::Num(..) => text
            .trim()
            .parse::<i64>()
            .map_or_else(|_| value.clone(), Value::from),
        _ => value.clone(),
    }
}

fn number_text(value: &Value) -> Value {
    match value {
        Value::Num(_, n) => match (n.to_i128(), n.to_f64()) {
            (Some(whole), _) => Value::from(whole.to_string()),
            (None, Some(float)) => Value::from(float.to_string()),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Items between commas.
fn list(text: &str) -> Vec<Value> {
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    items.map(Value::from).collect()
}

/// `name=value` pairs between commas.
fn table(text: &str) -> Option<Dict> {
    let pairs = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.trim().to_owned(), Value::from(value.trim())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_takes_the_type_of_its_option() {
        let text = |t: &str| Value::from(t);
        assert_eq!(like(&Value::from(1), &text("42")), Value::from(42_i64));
        assert_eq!(like(&Value::from(true), &text("off")), Value::from(false));
        assert_eq!(like(&Value::from("x"), &text("007")), text("007"));
        let urls = like(&Value::from(Vec::<Value>::new()), &text("a, b,"));
        assert_eq!(urls, Value::from(vec![text("a"), text("b")]));
        let table = like(&Value::from(Dict::new()), &text("web=gltf"));
        assert_eq!(table.find("web"), Some(text("gltf")));
        assert_eq!(like(&Value::from("10s"), &Value::from(7)), text("7"));
        assert_eq!(like(&Value::from(1), &text("ten")), text("ten"));
    }
}
