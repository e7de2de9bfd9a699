//! What an appended record holds, made without the engine: all of it but its place and its time.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{EffectRequest, Emit, Headers, Position, Record, Reject, Spec, effect_key};
use uuid::Uuid;

/// All of a record but its place and its time; the envelope as a client sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Content {
    key: Option<Bytes>,
    headers: Vec<(Arc<str>, Bytes)>,
    value: Option<Bytes>,
}

impl Content {
    fn new(key: Option<&Bytes>, headers: &Headers, value: Option<&Bytes>) -> Self {
        Self {
            key: key.cloned(),
            headers: headers.pairs(0),
            value: value.cloned(),
        }
    }

    /// A record that is in the log. A processor without state does not know a repetition of its input: the outputs are
    /// the same but for their cause, which is left out where `causeless`.
    pub(super) fn of(record: &Record, causeless: bool) -> Self {
        let mut headers = record.headers.clone();
        headers.cause = headers.cause.filter(|_| !causeless);
        // Generations that refuse the same event write one letter, each with its own number.
        let numbers = headers.more.iter_mut();
        let numbers = numbers.filter(|(name, _)| **name == *"worldlog.generation");
        numbers.for_each(|(_, number)| *number = Bytes::from_static(b"1"));
        Self::new(record.key.as_ref(), &headers, record.value.as_ref())
    }

    /// What a step emits.
    pub(super) fn emitted(spec: &Spec, of: &Record, cause: &Position, emit: &Emit) -> Self {
        let id = emit.id.unwrap_or_else(|| output_id(spec, of, cause));
        let mut headers = envelope(spec, of, cause, id, &emit.kind);
        headers.more.clone_from(&emit.headers);
        Self::new(Some(&emit.key), &headers, Some(&emit.value))
    }

    /// What a step asks of the outside world.
    pub(super) fn asked(
        spec: &Spec,
        of: &Record,
        cause: &Position,
        effect: &EffectRequest,
    ) -> Self {
        let id = output_id(spec, of, cause);
        let mut headers = envelope(spec, of, cause, id, &format!("effect/{}", effect.kind));
        if let Some(last) = effect.not_after {
            let last = Bytes::from(last.to_string());
            headers.more.push(("not_after".into(), last));
        }
        let key = effect.key.clone();
        let key = key.unwrap_or_else(|| effect_key(effect.kind, spec.name, cause));
        Self::new(Some(&key.into()), &headers, Some(&effect.request))
    }

    /// The dead letter of a record: itself, and where it was, and why it is there.
    pub(super) fn letter(spec: &Spec, of: &Record, at: &Position, reject: &Reject) -> Self {
        let id = kernel::emit_id(&spec.dead_letters(), at);
        let mut headers = of.headers.clone();
        headers.id = id;
        headers.source = format!("processors/{}", spec.name).into();
        headers.cause = cause_kept(spec, at);
        let told = [
            (
                "__streams.errors.exception".to_owned(),
                reject.code.to_owned(),
            ),
            (
                "__streams.errors.message".to_owned(),
                reject.message.clone(),
            ),
            ("__streams.errors.topic".to_owned(), at.topic.to_string()),
            (
                "__streams.errors.partition".to_owned(),
                at.partition.to_string(),
            ),
            ("__streams.errors.offset".to_owned(), at.offset.to_string()),
            ("worldlog.timestamp".to_owned(), of.timestamp.to_string()),
            ("worldlog.revision".to_owned(), spec.revision.to_string()),
            ("worldlog.generation".to_owned(), "1".to_owned()),
        ];
        let cause = of.headers.cause.as_ref();
        let cause = cause.map(|cause| ("worldlog.src".to_owned(), cause.to_string()));
        for (name, text) in told.into_iter().chain(cause) {
            headers.more.push((name.into(), text.into()));
        }
        Self::new(of.key.as_ref(), &headers, of.value.as_ref())
    }
}

fn envelope(spec: &Spec, of: &Record, cause: &Position, id: Uuid, kind: &str) -> Headers {
    let mut headers = Headers::new(id, kind, format!("processors/{}", spec.name));
    headers.cause = cause_kept(spec, cause);
    headers.trace.clone_from(&of.headers.trace);
    headers
}

/// See [`Content::of`].
fn cause_kept(spec: &Spec, cause: &Position) -> Option<Position> {
    spec.aggregates.map(|_| cause.clone())
}

fn output_id(spec: &Spec, of: &Record, cause: &Position) -> Uuid {
    match spec.aggregates {
        Some(_) => kernel::emit_id(spec.name, cause),
        None => kernel::derived_id(spec.name, of.headers.id, cause.index),
    }
}
