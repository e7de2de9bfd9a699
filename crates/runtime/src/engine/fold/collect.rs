//! What a step says, as records and stamped rows.

use bytes::Bytes;
use kernel::{
    AnyState, Headers, NewRecord, Position, Record, Stamp, Step, TraceContext, derived_id,
    effect_key, emit_id,
};

use super::Fold;

impl Fold {
    /// Turns a step's outputs into records and stamped rows.
    pub(super) fn collect(&mut self, record: &Record, position: &Position, step: Step<AnyState>) {
        let mut index = 0;
        let (emits, effects) = match self.speaks(record.offset) {
            true => (step.emits, step.effects),
            false => Default::default(),
        };
        // Nothing for an event that comes without one, as nearly all do.
        let trace = record.headers.trace.as_ref();
        let trace = TraceContext::carried(trace, &self.source, record.headers.id);
        for emit in emits {
            debug_assert!(
                self.spec.emits.contains(&emit.topic),
                "{} is not declared",
                emit.topic
            );
            let cause = position.at(index);
            let id = emit.id.unwrap_or_else(|| self.output_id(record, &cause));
            let mut headers = Headers::new(id, emit.kind, self.name());
            headers.cause = Some(cause);
            headers.trace.clone_from(&trace);
            headers.more = emit.headers;
            self.push(NewRecord::keyed(
                emit.topic.into(),
                emit.key,
                headers,
                emit.value,
            ));
            index += 1;
        }
        for effect in effects {
            let cause = position.at(index);
            let key = effect
                .key
                .unwrap_or_else(|| effect_key(effect.kind, self.spec.name, &cause));
            let kind = format!("effect/{}", effect.kind);
            let mut headers = Headers::new(self.output_id(record, &cause), kind, self.name());
            headers.cause = Some(cause);
            headers.trace.clone_from(&trace);
            if let Some(not_after) = effect.not_after {
                headers
                    .more
                    .push(("not_after".into(), Bytes::from(not_after.to_string())));
            }
            let topic = format!("effects.{}", effect.kind).into();
            self.push(NewRecord::keyed(
                topic,
                Bytes::from(key),
                headers,
                effect.request,
            ));
            index += 1;
        }
        let copied = record.offset < self.rows_from;
        for row in step.rows.into_iter().filter(|_| !copied) {
            let stamp = match row.doc {
                Some(_) => Stamp::write(record.offset),
                None => Stamp::delete(record.offset),
            };
            self.bytes += row.doc.as_ref().map_or(0, Bytes::len) + row.row.len() + 64;
            self.rows
                .insert((row.table, row.partition, row.row), (row.doc, stamp));
        }
    }

    fn output_id(&self, record: &Record, cause: &Position) -> uuid::Uuid {
        match self.spec.aggregates {
            Some(_) => emit_id(self.spec.name, cause),
            None => derived_id(self.spec.name, record.headers.id, cause.index),
        }
    }
}
