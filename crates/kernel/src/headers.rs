//! The envelope of a record: CloudEvents in binary mode, plus where the record came from.
//!
//! In memory the well-known headers are fields; on the wire (`pairs`) they are what any Kafka client sees.

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use crate::{Position, PositionError};

const ID: &str = "ce_id";
const KIND: &str = "ce_type";
const SOURCE: &str = "ce_source";
const TIME: &str = "ce_time";
const VERSION: &str = "ce_specversion";
const CONTENT: &str = "content-type";
const TRACE: &str = "traceparent";
const CAUSE: &str = "src";

/// Sources that derive records of a partition of their input in the order of its offsets.
const ORDERED: &str = "processors/";

/// Envelope of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// `ce_id`: deterministic where the record has a cause or a content to derive it from.
    pub id: Uuid,
    /// `ce_type`: what happened, e.g. `badge/badge-granted`.
    pub kind: Arc<str>,
    /// `ce_source`: the unit that appended it, e.g. `processors/deployments`.
    pub source: Arc<str>,
    /// `src`: the position (with output index) this record was derived from.
    pub cause: Option<Position>,
    /// `traceparent` of the request or record that led here.
    pub trace: Option<Arc<str>>,
    /// Every other header, in order.
    pub more: Vec<(Arc<str>, Bytes)>,
}

/// A set of header pairs that is not an envelope of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadersError {
    /// A header's value is not UTF-8 text.
    #[error("header {0} is not text")]
    NotText(&'static str),
    /// `src` does not parse.
    #[error("header src: {0}")]
    Cause(#[from] PositionError),
}

impl Headers {
    /// An envelope with nothing but its three required parts.
    pub fn new(id: Uuid, kind: impl Into<Arc<str>>, source: impl Into<Arc<str>>) -> Self {
        Self {
            id,
            kind: kind.into(),
            source: source.into(),
            cause: None,
            trace: None,
            more: Vec::new(),
        }
    }

    /// What the record was derived from, if its producer speaks in the order of the causes: a record at or below one that was
    /// seen of it is a repetition. `None`: it was not derived, or by somebody (a runner, a person) whose records come in the
    /// order in which the outside world answers.
    pub fn ordered_cause(&self) -> Option<&Position> {
        self.cause
            .as_ref()
            .filter(|_| self.source.starts_with(ORDERED))
    }

    /// The first other header of that name.
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        self.more.iter().find(|(n, _)| &**n == name).map(|(_, v)| v)
    }

    /// Bytes in memory, near enough for limits.
    pub fn size(&self) -> usize {
        self.more
            .iter()
            .map(|(n, v)| n.len() + v.len() + 48)
            .sum::<usize>()
            + 32
    }

    /// The headers as a Kafka client sees them. `time` is the record's log time in ms.
    pub fn pairs(&self, time: i64) -> Vec<(Arc<str>, Bytes)> {
        let text = |s: &str| Bytes::copy_from_slice(s.as_bytes());
        let mut pairs: Vec<(Arc<str>, Bytes)> = vec![
            (VERSION.into(), Bytes::from_static(b"1.0")),
            (ID.into(), Bytes::from(self.id.to_string())),
            (KIND.into(), text(&self.kind)),
            (SOURCE.into(), text(&self.source)),
            (TIME.into(), Bytes::from(rfc3339(time))),
            (CONTENT.into(), Bytes::from_static(b"application/avro")),
        ];
        if let Some(trace) = &self.trace {
            pairs.push((TRACE.into(), text(trace)));
        }
        if let Some(cause) = &self.cause {
            pairs.push((CAUSE.into(), Bytes::from(cause.to_string())));
        }
        pairs.extend(self.more.iter().cloned());
        pairs
    }

    /// The envelope of a record that any client may have written; a missing id is derived from `fallback`.
    ///
    /// # Errors
    /// A well-known header that is not text, or a `src` that is no position.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (Arc<str>, Bytes)>,
        fallback: &Position,
    ) -> Result<Self, HeadersError> {
        let mut headers = Self::new(crate::emit_id("", fallback), "", "");
        for (name, value) in pairs {
            let text = |n| std::str::from_utf8(&value).map_err(|_| HeadersError::NotText(n));
            match &*name {
                ID => {
                    headers.id = text(ID)?
                        .parse()
                        .unwrap_or_else(|_| crate::event_id(&value))
                }
                KIND => headers.kind = text(KIND)?.into(),
                SOURCE => headers.source = text(SOURCE)?.into(),
                TRACE => headers.trace = Some(text(TRACE)?.into()),
                CAUSE => headers.cause = Some(text(CAUSE)?.parse()?),
                VERSION | TIME | CONTENT => {}
                _ => headers.more.push((name, value)),
            }
        }
        Ok(headers)
    }
}

/// RFC 3339 in UTC with ms, e.g. `2026-01-01T00:00:00.000Z` (civil-from-days after Howard Hinnant).
fn rfc3339(ms: i64) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let (s, milli) = (rest / 1000, rest % 1000);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{milli:03}Z",
        s / 3600,
        s / 60 % 60,
        s % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_round_trip_and_name_the_cause() {
        let mut headers = Headers::new(
            Uuid::from_u128(7),
            "badge/badge-granted",
            "processors/badges",
        );
        headers.cause = Some(Position::new("user.actions", 1, 2).at(3));
        headers
            .more
            .push(("priority".into(), Bytes::from_static(b"1")));
        let pairs = headers.pairs(1_767_225_600_123);
        assert!(pairs.contains(&(
            "ce_time".into(),
            Bytes::from_static(b"2026-01-01T00:00:00.123Z")
        )));
        assert!(pairs.contains(&("src".into(), Bytes::from_static(b"user.actions/1/2/3"))));
        let back = Headers::from_pairs(pairs, &Position::new("x", 0, 0));
        assert_eq!(back, Ok(headers));
    }

    #[test]
    fn time_before_the_epoch_and_leap_days_are_right() {
        assert_eq!(rfc3339(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(rfc3339(1_709_164_800_000), "2024-02-29T00:00:00.000Z");
    }
}
