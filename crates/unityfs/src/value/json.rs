//! Values as JSON.

use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::Value;

/// Longer runs of bytes are shown by their length, hash and start.
const SHOWN_BYTES: usize = 256;
const HEAD_BYTES: usize = 64;

/// The value as JSON: a structure is an object with its fields in order, a pair a list of two, a run of bytes an object
/// with `hex`, or with `bytes` (how many), `sha256` and `head` when it is over 256 long. A float that JSON has no number
/// for is a text: `Infinity`, `-Infinity`, `NaN`. A text that is not UTF-8 is an object with `hex`.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(b) => json!(b),
        Value::I8(n) => json!(n),
        Value::U8(n) => json!(n),
        Value::I16(n) => json!(n),
        Value::U16(n) => json!(n),
        Value::I32(n) => json!(n),
        Value::U32(n) => json!(n),
        Value::I64(n) => json!(n),
        Value::U64(n) => json!(n),
        Value::F32(n) => float(f64::from(*n)),
        Value::F64(n) => float(*n),
        Value::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => json!(text),
            Err(_) => bytes(text),
        },
        Value::Bytes(run) => bytes(run),
        Value::List(elements) => elements.iter().map(to_json).collect(),
        Value::Pair(pair) => json!([to_json(&pair.0), to_json(&pair.1)]),
        Value::Struct(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.to_string(), to_json(value)));
            Json::Object(fields.collect())
        }
    }
}

fn float(number: f64) -> Json {
    if number.is_finite() {
        json!(number)
    } else if number.is_nan() {
        json!("NaN")
    } else if number > 0.0 {
        json!("Infinity")
    } else {
        json!("-Infinity")
    }
}

fn bytes(run: &[u8]) -> Json {
    if run.len() <= SHOWN_BYTES {
        return json!({ "hex": hex::encode(run) });
    }
    json!({
        "bytes": run.len(),
        "sha256": hex::encode(Sha256::digest(run)),
        "head": hex::encode(&run[..HEAD_BYTES]),
    })
}
