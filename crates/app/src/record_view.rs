//! A record as people and programs see it: the form of the operator gateway.

use kernel::{Position, Record};
use serde_json::{Map, Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The record as JSON: topic, partition, offset, timestamp, key, headers, decoded value.
pub(crate) fn view(position: &Position, record: &Record) -> Value {
    let headers: Map<String, Value> = record
        .headers
        .pairs(record.timestamp)
        .into_iter()
        .map(|(name, value)| (name.to_string(), text(&value)))
        .collect();
    let mut view = json!({
        "topic": &*position.topic,
        "partition": position.partition,
        "offset": position.offset,
        "timestamp": record.timestamp,
        "key": record.key.as_deref().map(text),
        "headers": headers,
    });
    match record.value.as_deref().map(|v| (v, model::decode_json(v))) {
        None => view["value"] = Value::Null,
        Some((_, Ok(decoded))) => view["value"] = decoded.value,
        Some((bytes, Err(error))) => {
            view["value"] = Value::Null;
            view["valueBase64"] = STANDARD.encode(bytes).into();
            view["undecodable"] = error.to_string().into();
        }
    }
    view
}

/// Bytes as text; as base64 in an object where they are none.
fn text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// A viewed record as one line for people.
pub(crate) fn line(view: &Value) -> String {
    let key = view["key"]
        .as_str()
        .map_or_else(|| "-".to_owned(), str::to_owned);
    format!(
        "{}/{}/{}  {}  {key}  {}  {}",
        view["topic"].as_str().unwrap_or("?"),
        view["partition"],
        view["offset"],
        view["headers"]["ce_time"].as_str().unwrap_or("?"),
        view["headers"]["ce_type"].as_str().unwrap_or("?"),
        view["value"],
    )
}
