//! The file form of records: one JSON object a line, exact to the byte.
//!
//! The first line names the form and the topics; every other line is one record, in offset order per partition, with
//! key, headers and value in base64.
//!
//! In front of a value stands the platform's own schema id, whatever the registry calls it where the record comes from:
//! a registry's ids mean nothing where the record may go. An import puts the id there that is written there.

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kernel::{Headers, NewRecord, Position, Record};
use model::codec;
use runtime::ports::TopicSpec;
use serde::{Deserialize, Serialize};

/// Version of the form.
pub(crate) const FORM: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Opening {
    /// Version of the form.
    pub(crate) worldlog_export: u32,
    /// Topics of the file, as they were.
    pub(crate) topics: Vec<TopicSpec>,
    /// End offset of each partition of each topic, in the same order: records before it may be gone, but positions
    /// name them.
    #[serde(default)]
    pub(crate) ends: Vec<Vec<u64>>,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    topic: String,
    partition: u32,
    offset: u64,
    timestamp: i64,
    /// base64.
    key: Option<String>,
    /// Name and base64 of each, in order.
    headers: Vec<(String, String)>,
    /// base64.
    value: Option<String>,
    /// What the value says, for readers; not read back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decoded: Option<serde_json::Value>,
}

impl Line {
    /// A record as a line.
    pub(crate) fn of(topic: &str, partition: u32, record: &Record, decode: bool) -> Self {
        let pairs = record.headers.pairs(record.timestamp);
        let value = record.value.clone().map(codec::neutral);
        let value = value.as_deref();
        let decoded = value
            .filter(|_| decode)
            .and_then(|v| model::decode_json(v).ok());
        Self {
            topic: topic.to_owned(),
            partition,
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.as_deref().map(|k| STANDARD.encode(k)),
            headers: pairs
                .iter()
                .map(|(name, value)| (name.to_string(), STANDARD.encode(value)))
                .collect(),
            value: value.map(|v| STANDARD.encode(v)),
            decoded: decoded.map(|d| d.value),
        }
    }

    /// Where the record stood.
    pub(crate) fn position(&self) -> Position {
        Position::new(self.topic.as_str(), self.partition, self.offset)
    }

    /// The record to append: same partition, time, key, headers and value.
    ///
    /// # Errors
    /// Something in the line is no base64, or a header is none of ours.
    pub(crate) fn record(&self) -> Result<NewRecord> {
        let bytes = |what: &str, text: &str| -> Result<Bytes> {
            let bytes = STANDARD
                .decode(text)
                .with_context(|| format!("{what} of {} is not base64", self.position()))?;
            Ok(bytes.into())
        };
        let optional = |what: &str, text: &Option<String>| -> Result<Option<Bytes>> {
            text.as_deref().map(|t| bytes(what, t)).transpose()
        };
        let mut pairs = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            pairs.push((name.as_str().into(), bytes(name, value)?));
        }
        let headers = Headers::from_pairs(pairs, &self.position())
            .with_context(|| format!("headers of {}", self.position()))?;
        Ok(NewRecord {
            topic: self.topic.as_str().into(),
            partition: Some(self.partition),
            key: optional("key", &self.key)?,
            headers,
            value: optional("value", &self.value)?.map(codec::adopted),
            timestamp: Some(self.timestamp),
        })
    }
}

/// Reads the first line of a file.
///
/// # Errors
/// It is no export, or one of a newer form.
pub(crate) fn opening(line: &str) -> Result<Opening> {
    let opening: Opening =
        serde_json::from_str(line).context("the first line does not open a worldlog export")?;
    if opening.worldlog_export != FORM {
        bail!(
            "the export has form {}, this build reads {FORM}",
            opening.worldlog_export
        );
    }
    Ok(opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_exactly() {
        let mut headers = Headers::new(kernel::event_id(b"x"), "a/b", "tests");
        headers.cause = Some(Position::new("up", 3, 9).at(1));
        headers
            .more
            .push(("odd".into(), Bytes::from_static(&[0, 255])));
        let record = Record {
            offset: 7,
            timestamp: 1_767_225_600_123,
            key: Some(Bytes::from_static(&[255, 0])),
            headers: headers.clone(),
            value: None,
        };
        let line = Line::of("t", 2, &record, true);
        let text = serde_json::to_string(&line).expect("it serialises");
        let back: Line = serde_json::from_str(&text).expect("it parses");
        let new = back.record().expect("it is a record");
        assert_eq!(new.headers, headers);
        assert_eq!(
            (new.partition, new.timestamp),
            (Some(2), Some(record.timestamp))
        );
        assert_eq!((new.key, new.value), (record.key, None));
        assert_eq!(back.position().to_string(), "t/2/7/0");
    }
}
