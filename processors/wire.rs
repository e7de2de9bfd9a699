//! Records in and out as typed values: the only place that knows bytes.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Emit, Record, Reject};
use model::Recorded;

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
