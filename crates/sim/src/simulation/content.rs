//! What an appended record holds, made without the engine: all of it but its place and its time.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{
    EffectRequest, Emit, Headers, Position, Record, Reject, Spec, TraceContext, effect_key,
};
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

    /// A record that is in the log.
    pub(super) fn of(record: &Record) -> Self {
        let mut headers = record.headers.clone();
        // Generations that refuse the same event write one letter, each with its own number.
        let numbers = headers.more.iter_mut();
        let numbers = numbers.filter(|(name, _)| **name == *"worldlog.generation");
        numbers.for_each(|(_, number)| *number = Bytes::from_static(b"1"));
        Self::new(record.key.as_ref(), &headers, record.value.as_ref())
    }

    /// What a step emits.
    pub(super) fn emitted(
        spec: &Spec,
        of: &Record,
        cause: &Position,
        emit: &Emit,
        late: Option<u64>,
    ) -> Self {
        let id = emit.id.unwrap_or_else(|| output_id(spec, of, cause));
        let mut headers = envelope(spec, of, cause, id, &emit.kind, late);
        headers.more.clone_from(&emit.headers);
        Self::new(Some(&emit.key), &headers, Some(&emit.value))
    }

    /// What a step asks of the outside world.
    pub(super) fn asked(
        spec: &Spec,
        of: &Record,
        cause: &Position,
        effect: &EffectRequest,
        late: Option<u64>,
    ) -> Self {
        let id = output_id(spec, of, cause);
        let kind = format!("effect/{}", effect.kind);
        let mut headers = envelope(spec, of, cause, id, &kind, late);
        if let Some(last) = effect.not_after {
            let last = Bytes::from(last.to_string());
            headers.more.push(("not_after".into(), last));
        }
        let key = effect.key.clone();
        let key = key.unwrap_or_else(|| effect_key(effect.kind, spec.name, cause));
        Self::new(Some(&key.into()), &headers, Some(&effect.request))
    }

    /// The dead letter of a record: itself, and where it was, and why it is there.
    pub(super) fn letter(
        spec: &Spec,
        of: &Record,
        at: &Position,
        reject: &Reject,
        about: &About,
    ) -> Self {
        let source = source(spec, about.late);
        let name = match about.late {
            None => spec.dead_letters(),
            Some(_) => format!("{}\n{source}", spec.dead_letters()),
        };
        let mut headers = of.headers.clone();
        headers.id = kernel::emit_id(&name, at);
        headers.source = source.into();
        headers.cause = Some(at.clone());
        let text = |text: String| Bytes::from(text);
        let told = [
            (
                "__streams.errors.exception",
                Some(text(reject.code.to_owned())),
            ),
            (
                "__streams.errors.message",
                Some(text(reject.message.clone())),
            ),
            ("__streams.errors.topic", Some(text(at.topic.to_string()))),
            (
                "__streams.errors.partition",
                Some(text(at.partition.to_string())),
            ),
            ("__streams.errors.offset", Some(text(at.offset.to_string()))),
            ("worldlog.timestamp", Some(text(of.timestamp.to_string()))),
            ("worldlog.revision", Some(text(spec.revision.to_string()))),
            ("worldlog.generation", Some(text("1".to_owned()))),
            ("worldlog.aggregate", about.key.clone()),
            ("worldlog.parks", about.parks.then(|| text("1".to_owned()))),
            ("worldlog.behind", about.behind.map(|b| text(b.to_string()))),
            ("worldlog.decision", about.late.map(|n| text(n.to_string()))),
            (
                "worldlog.src",
                of.headers.cause.as_ref().map(|c| text(c.to_string())),
            ),
        ];
        for (name, value) in told {
            let header = value.map(|value| (Arc::from(name), value));
            headers.more.extend(header);
        }
        Self::new(of.key.as_ref(), &headers, of.value.as_ref())
    }
}

/// What is known of a rejection.
#[derive(Default)]
pub(super) struct About {
    pub(super) key: Option<Bytes>,
    pub(super) parks: bool,
    pub(super) behind: Option<u64>,
    /// The decision because of which it was tried.
    pub(super) late: Option<u64>,
}

/// Under which name a processor speaks, by itself or because of a decision.
fn source(spec: &Spec, late: Option<u64>) -> String {
    match late {
        None => format!("processors/{}", spec.name),
        Some(number) => format!("processors/{}/redrive/{number}", spec.name),
    }
}

fn envelope(
    spec: &Spec,
    of: &Record,
    cause: &Position,
    id: Uuid,
    kind: &str,
    late: Option<u64>,
) -> Headers {
    let mut headers = Headers::new(id, kind, source(spec, late));
    headers.cause = Some(cause.clone());
    let unit = source(spec, None);
    headers.trace = TraceContext::carried(of.headers.trace.as_ref(), &unit, of.headers.id);
    headers
}

fn output_id(spec: &Spec, of: &Record, cause: &Position) -> Uuid {
    match spec.aggregates {
        Some(_) => kernel::emit_id(spec.name, cause),
        None => kernel::derived_id(spec.name, of.headers.id, cause.index),
    }
}
