//! A processor run over events in memory, for unit tests: no log, no store, no redelivery.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{Context, Emit, Headers, Position, Processor, Record, Reject, Step};
use model::events::{encode_event, event_id};
use serde_json::Value;

/// The record of an event of the catalogue.
pub(crate) fn record(event: &Value) -> Record {
    let encoded = encode_event(event).unwrap();
    Record {
        offset: 0,
        timestamp: 0,
        key: Some("k".into()),
        headers: Headers::new(event_id(event), encoded.schema.name, ""),
        value: Some(encoded.bytes),
    }
}

/// Rows by (table, partition, row).
type Rows = BTreeMap<(&'static str, Bytes, Bytes), Value>;

/// What a processor has written so far.
pub(crate) struct Run<P: Processor> {
    processor: P,
    offset: u64,
    /// By aggregate key.
    pub(crate) states: BTreeMap<Bytes, P::State>,
    pub(crate) rows: Rows,
    pub(crate) emits: Vec<Emit>,
    /// Effect keys.
    pub(crate) effects: Vec<Option<String>>,
}

impl<P: Processor> Run<P> {
    pub(crate) fn new(processor: P) -> Self {
        Self {
            processor,
            offset: 0,
            states: BTreeMap::new(),
            rows: BTreeMap::new(),
            emits: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Applies one event at a log time; the state goes through its document, as between flushes.
    pub(crate) fn apply(&mut self, event: &P::Event, timestamp: i64) -> Result<bool, Reject> {
        let context = Context {
            position: Position::new(P::SPEC.input, 0, self.offset),
            timestamp,
            generation: 1,
        };
        self.offset += 1;
        let key = self.processor.key(event);
        let state = self.states.entry(key).or_default();
        let step: Step<P::State> = self.processor.step(state, event, &context)?;
        let changed = !step.is_nothing();
        if let Some(new) = step.state {
            let doc = serde_json::to_vec(&new).unwrap();
            *state = serde_json::from_slice(&doc).unwrap();
        }
        for row in step.rows {
            let tables: Vec<_> = P::SPEC.tables().collect();
            assert!(tables.contains(&row.table), "{} is declared", row.table);
            let cell = (row.table, row.partition, row.row);
            match row.doc {
                Some(doc) => self
                    .rows
                    .insert(cell, serde_json::from_slice(&doc).unwrap()),
                None => self.rows.remove(&cell),
            };
        }
        for emit in &step.emits {
            assert!(
                P::SPEC.emits.contains(&emit.topic),
                "{} is declared",
                emit.topic
            );
        }
        self.emits.extend(step.emits);
        self.effects
            .extend(step.effects.into_iter().map(|effect| effect.key));
        Ok(changed)
    }

    /// The only aggregate.
    pub(crate) fn state(&self) -> &P::State {
        assert_eq!(self.states.len(), 1, "one aggregate");
        self.states.values().next().unwrap()
    }

    /// The row of a table, if there is one.
    pub(crate) fn row(&self, table: &'static str, partition: &str, row: &[u8]) -> Option<&Value> {
        let partition = Bytes::copy_from_slice(partition.as_bytes());
        self.rows
            .get(&(table, partition, Bytes::copy_from_slice(row)))
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> usize {
        self.rows
            .keys()
            .filter(|(name, _, _)| *name == table)
            .count()
    }
}
