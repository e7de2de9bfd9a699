//! Dead letters: the original record untouched, plus where it was and why it could not be applied.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{NewRecord, Position, Record, Reject, Spec, emit_id};

/// Header names of Kafka Streams' dead-letter queue (KIP-1034), so that its tools read ours.
pub(super) const EXCEPTION: &str = "__streams.errors.exception";
const MESSAGE: &str = "__streams.errors.message";
const TOPIC: &str = "__streams.errors.topic";
const PARTITION: &str = "__streams.errors.partition";
const OFFSET: &str = "__streams.errors.offset";

/// The dead letter of `record`.
pub(super) fn dead_letter(
    spec: &Spec,
    generation: u32,
    cause: &Position,
    record: &Record,
    reject: &Reject,
) -> NewRecord {
    let text = |s: String| Bytes::from(s.into_bytes());
    let mut headers = record.headers.clone();
    headers.id = emit_id(&spec.dead_letters(), cause);
    headers.source = format!("processors/{}", spec.name).into();
    headers.cause = Some(cause.clone());
    let added: [(&str, Bytes); 8] = [
        (EXCEPTION, text(reject.code.to_owned())),
        (MESSAGE, text(reject.message.clone())),
        (TOPIC, text(cause.topic.to_string())),
        (PARTITION, text(cause.partition.to_string())),
        (OFFSET, text(cause.offset.to_string())),
        ("worldlog.timestamp", text(record.timestamp.to_string())),
        ("worldlog.revision", text(spec.revision.to_string())),
        ("worldlog.generation", text(generation.to_string())),
    ];
    headers
        .more
        .extend(added.into_iter().map(|(n, v)| (Arc::from(n), v)));
    if let Some(original) = &record.headers.cause {
        headers
            .more
            .push(("worldlog.src".into(), text(original.to_string())));
    }
    NewRecord {
        topic: spec.dead_letters().into(),
        partition: None,
        key: record.key.clone(),
        headers,
        value: record.value.clone(),
        timestamp: None,
    }
}
