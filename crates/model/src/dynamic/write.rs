//! JSON to Avro. `None` means the value does not fit at all; the nearest place that can hold null or nothing
//! takes that instead, and the overlay takes the value.

use serde_json::{Map, Number, Value};

use super::OVERLAY;
use crate::schema::{Field, Shape};

/// How a value was carried: exactly, or with something to lay over it.
enum Fit {
    Exact,
    Over(Value),
}

/// Writes a whole record, its overlay last.
pub(super) fn record(
    fields: &[Field],
    members: &Map<String, Value>,
    out: &mut Vec<u8>,
) -> Option<()> {
    let (overlay, fields) = match fields.split_last() {
        Some((last, rest)) if last.name == OVERLAY => (true, rest),
        _ => (false, fields),
    };
    let fit = write_members(fields, members, out)?;
    match (overlay, fit) {
        (true, Fit::Exact) => long(0, out),
        (true, Fit::Over(over)) => {
            long(1, out);
            text(&over.to_string(), out);
        }
        (false, Fit::Exact) => {}
        (false, Fit::Over(_)) => return None,
    }
    Some(())
}

fn write_members(fields: &[Field], members: &Map<String, Value>, out: &mut Vec<u8>) -> Option<Fit> {
    let mut over = Map::new();
    let mut known = 0;
    for field in fields {
        let Some(value) = members.get(&field.name) else {
            match field.shape {
                Shape::Nullable(_) if !field.required => long(0, out),
                _ => return None,
            }
            continue;
        };
        known += 1;
        if let Fit::Over(value) = write_field(field, value, out)? {
            over.insert(field.name.clone(), value);
        }
    }
    if known < members.len() {
        for (name, value) in members {
            if !fields.iter().any(|f| f.name == *name) {
                over.insert(name.clone(), value.clone());
            }
        }
    }
    Some(if over.is_empty() {
        Fit::Exact
    } else {
        Fit::Over(Value::Object(over))
    })
}

fn write_field(field: &Field, value: &Value, out: &mut Vec<u8>) -> Option<Fit> {
    let Shape::Nullable(inner) = &field.shape else {
        return write(&field.shape, value, out);
    };
    if value.is_null() {
        long(0, out);
        return Some(if field.required {
            Fit::Exact
        } else {
            Fit::Over(Value::Null)
        });
    }
    let start = out.len();
    long(1, out);
    if let Some(fit) = write(inner, value, out) {
        return Some(fit);
    }
    out.truncate(start);
    long(0, out);
    Some(Fit::Over(value.clone()))
}

fn write(shape: &Shape, value: &Value, out: &mut Vec<u8>) -> Option<Fit> {
    match (shape, value) {
        (Shape::Json, value) => text(&value.to_string(), out),
        (Shape::Text, Value::String(string)) => text(string, out),
        (Shape::Boolean, Value::Bool(bool)) => out.push(u8::from(*bool)),
        (Shape::Long, Value::Number(number)) => return Some(write_long(number, value, out)),
        (Shape::Double, Value::Number(number)) => return Some(write_double(number, value, out)),
        (Shape::Array(items), Value::Array(values)) => {
            return Some(write_array(items, values, value, out));
        }
        (Shape::Record(fields), Value::Object(members)) => {
            return write_members(fields, members, out);
        }
        _ => return None,
    }
    Some(Fit::Exact)
}

fn write_array(shape: &Shape, values: &[Value], whole: &Value, out: &mut Vec<u8>) -> Fit {
    let mut over = Map::new();
    let start = out.len();
    if !values.is_empty() {
        long(values.len() as i64, out);
    }
    for (i, value) in values.iter().enumerate() {
        match write(shape, value, out) {
            Some(Fit::Exact) => {}
            Some(Fit::Over(value)) => {
                over.insert(i.to_string(), value);
            }
            None => {
                out.truncate(start);
                long(0, out);
                return Fit::Over(whole.clone());
            }
        }
    }
    long(0, out);
    if over.is_empty() {
        Fit::Exact
    } else {
        Fit::Over(Value::Object(over))
    }
}

fn write_long(number: &Number, value: &Value, out: &mut Vec<u8>) -> Fit {
    if let Some(n) = number.as_i64() {
        long(n, out);
        return Fit::Exact;
    }
    let float = number.as_f64().unwrap_or_default();
    // 2^63 and above do not fit, the float just below does.
    let fits = number.is_f64() && float.fract() == 0.0 && float.abs() < 9_223_372_036_854_775_808.0;
    long(float as i64, out); // saturates
    if fits {
        Fit::Exact
    } else {
        Fit::Over(value.clone())
    }
}

fn write_double(number: &Number, value: &Value, out: &mut Vec<u8>) -> Fit {
    let float = number.as_f64().unwrap_or_default();
    out.extend_from_slice(&float.to_le_bytes());
    let whole = number
        .as_i64()
        .map(i128::from)
        .or_else(|| number.as_u64().map(i128::from));
    match whole {
        Some(whole) if float as i128 != whole => Fit::Over(value.clone()),
        _ => Fit::Exact,
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    long(text.len() as i64, out);
    out.extend_from_slice(text.as_bytes());
}

/// Zigzag and base 128, as Avro writes `int` and `long`.
fn long(n: i64, out: &mut Vec<u8>) {
    let mut rest = ((n << 1) ^ (n >> 63)) as u64;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}
