//! A record as people and programs see it: decoded.

use kernel::Record;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One record, decoded.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordView {
    topic: String,
    partition: u32,
    offset: u64,
    /// Log time, ms.
    timestamp: i64,
    key: Option<String>,
    /// As any Kafka client sees them.
    #[schema(value_type = Object)]
    headers: Map<String, Value>,
    /// The decoded value; an event of the catalogue is the JSON it came in as. `null` for a tombstone.
    #[schema(value_type = Object)]
    value: Value,
    /// Why the value could not be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    undecodable: Option<String>,
}

impl RecordView {
    pub(super) fn of(topic: &str, partition: u32, record: &Record) -> Self {
        let (value, undecodable) = match record.value.as_deref().map(model::decode_json) {
            None => (Value::Null, None),
            Some(Ok(decoded)) => (decoded.value, None),
            Some(Err(error)) => (Value::Null, Some(error.to_string())),
        };
        let headers = record.headers.pairs(record.timestamp).into_iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(&value).into()));
        Self {
            topic: topic.to_owned(),
            partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.as_deref().map(text),
            headers: headers.collect(),
            value,
            undecodable,
        }
    }
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
