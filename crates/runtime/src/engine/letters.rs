//! Dead letters: the original record untouched, plus where it was and why it could not be applied.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{NewRecord, Position, Record, Reject, Spec, emit_id};

use crate::dead_letters::{
    AGGREGATE, BEHIND, DECISION, EXCEPTION, GENERATION, MESSAGE, ORIGIN_OFFSET, ORIGIN_PARTITION,
    ORIGIN_TOPIC, PARKS,
};

/// What is known of a rejection beside the record.
#[derive(Default)]
pub(super) struct About<'a> {
    /// The event's aggregate.
    pub(super) key: Option<&'a Bytes>,
    /// Its key is parked from here on.
    pub(super) parks: bool,
    /// It waits behind the parked event at this offset.
    pub(super) behind: Option<u64>,
    /// It was tried again because of this decision, under this name.
    pub(super) again: Option<(u64, Arc<str>)>,
}

/// The dead letter of `record`.
pub(super) fn dead_letter(
    spec: &Spec,
    generation: u32,
    cause: &Position,
    record: &Record,
    reject: &Reject,
    about: About<'_>,
) -> NewRecord {
    let text = |s: String| Bytes::from(s.into_bytes());
    let letters = spec.dead_letters();
    let mut headers = record.headers.clone();
    (headers.id, headers.source) = match &about.again {
        None => (
            emit_id(&letters, cause),
            format!("processors/{}", spec.name).into(),
        ),
        Some((_, source)) => (
            emit_id(&format!("{letters}\n{source}"), cause),
            source.clone(),
        ),
    };
    headers.cause = Some(cause.clone());
    let added: [(&str, Bytes); 8] = [
        (EXCEPTION, text(reject.code.to_owned())),
        (MESSAGE, text(reject.message.clone())),
        (ORIGIN_TOPIC, text(cause.topic.to_string())),
        (ORIGIN_PARTITION, text(cause.partition.to_string())),
        (ORIGIN_OFFSET, text(cause.offset.to_string())),
        ("worldlog.timestamp", text(record.timestamp.to_string())),
        ("worldlog.revision", text(spec.revision.to_string())),
        (GENERATION, text(generation.to_string())),
    ];
    let number = |number: u64| text(number.to_string());
    let more = [
        (AGGREGATE, about.key.cloned()),
        (PARKS, about.parks.then(|| Bytes::from_static(b"1"))),
        (BEHIND, about.behind.map(number)),
        (DECISION, about.again.map(|(n, _)| number(n))),
        (
            "worldlog.src",
            record
                .headers
                .cause
                .as_ref()
                .map(|original| text(original.to_string())),
        ),
    ];
    let more = more.into_iter().filter_map(|(n, v)| Some((n, v?)));
    let all = added.into_iter().chain(more);
    headers.more.extend(all.map(|(n, v)| (Arc::from(n), v)));
    NewRecord {
        topic: spec.dead_letters().into(),
        partition: None,
        key: record.key.clone(),
        headers,
        value: record.value.clone(),
        timestamp: None,
    }
}
