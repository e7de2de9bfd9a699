//! Records in and out as typed values: the only place that knows bytes.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Emit, Record, Reject};
use model::{CodecError, Recorded};
use serde_json::Value;

/// The value of a record; `None` for a tombstone.
///
/// # Errors
/// `RECORD_UNREADABLE`: the value is not that record.
pub(crate) fn read<T: Recorded>(record: &Record) -> Result<Option<T>, Reject> {
    let Some(value) = &record.value else {
        return Ok(None);
    };
    model::decode(value)
        .map(Some)
        .map_err(|e| Reject::new("RECORD_UNREADABLE", e.to_string()))
}

/// The value of a record that must be keyed by a part of it; `None` for a tombstone.
///
/// # Errors
/// `RECORD_UNREADABLE`: as [`read`]. `RECORD_KEY`: it lies under another key, so perhaps in another partition than the
/// rest of its aggregate, which then would have two writers.
pub(crate) fn read_keyed<T: Recorded>(
    record: &Record,
    key: impl Fn(&T) -> &str,
) -> Result<Option<T>, Reject> {
    let Some(value) = read::<T>(record)? else {
        return Ok(None);
    };
    let (wanted, found) = (key(&value), record.key.as_deref().unwrap_or_default());
    if wanted.as_bytes() != found {
        let found = String::from_utf8_lossy(found);
        let message = format!("a {} of {wanted:?} lies under key {found:?}", T::SCHEMA);
        return Err(Reject::new("RECORD_KEY", message));
    }
    Ok(Some(value))
}

/// An event of the catalogue as JSON, if it is one of `kinds`; others are not decoded.
///
/// # Errors
/// `RECORD_UNREADABLE`: the value is no record.
pub(crate) fn event<'a>(
    record: &Record,
    kinds: &[&'a str],
) -> Result<Option<(&'a str, Value)>, Reject> {
    let Some(value) = &record.value else {
        return Ok(None);
    };
    let unreadable = |e: CodecError| Reject::new("RECORD_UNREADABLE", e.to_string());
    let (schema, _) = model::codec::open(value).map_err(unreadable)?;
    let Some(kind) = kinds.iter().find(|kind| **kind == schema.name) else {
        return Ok(None);
    };
    let decoded = model::decode_json(value).map_err(unreadable)?;
    Ok(Some((kind, decoded.value)))
}

/// The text at a JSON pointer; empty when there is none.
pub(crate) fn text<'a>(event: &'a Value, pointer: &str) -> &'a str {
    let value = event.pointer(pointer).and_then(Value::as_str);
    value.unwrap_or_default()
}

/// A JSON number as a whole one, towards zero.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    let cut = || value.as_f64().map(|number| number as i64);
    value.as_i64().or_else(cut)
}

/// The time of an event, ms; the log's for one that names none.
pub(crate) fn ms(event: &Value, log_time: i64) -> i64 {
    let own = event.get("timestamp").and_then(whole);
    own.unwrap_or(log_time)
}

/// A typed record to append, its `ce_type` the name of its schema.
pub(crate) fn emit<T: Recorded>(topic: &'static str, key: &str, value: &T) -> Emit {
    Emit {
        topic,
        key: Bytes::copy_from_slice(key.as_bytes()),
        id: None,
        kind: T::SCHEMA.into(),
        value: model::encode(value),
        headers: Vec::new(),
    }
}

/// The headers that subscribers of the original queue filter by, with the same names and texts.
pub(crate) fn queue_headers(entity_type: &str, multiplayer: bool) -> Vec<(Arc<str>, Bytes)> {
    let is_multiplayer: &[u8] = if multiplayer { b"true" } else { b"false" };
    vec![
        ("type".into(), Bytes::from_static(b"catalyst-deployment")),
        (
            "subType".into(),
            Bytes::copy_from_slice(entity_type.as_bytes()),
        ),
        ("priority".into(), Bytes::from_static(b"1")),
        ("isMultiplayer".into(), Bytes::from_static(is_multiplayer)),
    ]
}
