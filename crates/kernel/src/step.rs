//! What one event leads to, as data.

use std::sync::Arc;

use bytes::Bytes;

/// Everything that follows from one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<S> {
    /// The aggregate's new state; `None` leaves it as it was.
    pub state: Option<S>,
    /// Projection rows, written blind.
    pub rows: Vec<RowWrite>,
    /// Events to append, in order.
    pub emits: Vec<Emit>,
    /// Requests to the outside world.
    pub effects: Vec<EffectRequest>,
}

/// One projection row to write or delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWrite {
    /// A table named in the processor's `Spec`.
    pub table: &'static str,
    /// Partition key: rows of one partition key live together and are read in row-key order.
    pub partition: Bytes,
    /// Row key within the partition.
    pub row: Bytes,
    /// JSON document; `None` deletes the row.
    pub doc: Option<Bytes>,
}

/// One event to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emit {
    /// A topic named in the processor's `Spec`.
    pub topic: &'static str,
    /// Its key.
    pub key: Bytes,
    /// `ce_id`; `None` derives it from the cause. A pass-through keeps the id its event came with.
    pub id: Option<uuid::Uuid>,
    /// `ce_type`.
    pub kind: Arc<str>,
    /// Framed Avro.
    pub value: Bytes,
    /// Headers beside the envelope's own.
    pub headers: Vec<(Arc<str>, Bytes)>,
}

/// One thing to be done in the outside world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectRequest {
    /// A kind named in the processor's `Spec`; goes to topic `effects.<kind>`.
    pub kind: &'static str,
    /// Idempotency key; `None` derives it from the cause. A content-addressed effect uses the content's hash.
    pub key: Option<String>,
    /// Framed Avro of the request, the value of the record in `effects.<kind>`.
    pub request: Bytes,
    /// After this log time (ms) nobody wants it any more.
    pub not_after: Option<i64>,
}

impl<S> Default for Step<S> {
    fn default() -> Self {
        Self {
            state: None,
            rows: Vec::new(),
            emits: Vec::new(),
            effects: Vec::new(),
        }
    }
}

impl<S> Step<S> {
    /// Nothing follows.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Only the state changes.
    pub fn state(state: S) -> Self {
        Self {
            state: Some(state),
            ..Self::default()
        }
    }

    /// Whether nothing at all follows: then the event need not be remembered.
    pub fn is_nothing(&self) -> bool {
        self.state.is_none()
            && self.rows.is_empty()
            && self.emits.is_empty()
            && self.effects.is_empty()
    }

    /// The same outputs around another state.
    pub fn map<T>(self, f: impl FnOnce(S) -> T) -> Step<T> {
        Step {
            state: self.state.map(f),
            rows: self.rows,
            emits: self.emits,
            effects: self.effects,
        }
    }
}

impl RowWrite {
    /// Writes `doc` as JSON.
    pub fn put(
        table: &'static str,
        partition: impl Into<Bytes>,
        row: impl Into<Bytes>,
        doc: &impl serde::Serialize,
    ) -> Self {
        let doc = serde_json::to_vec(doc).expect("a row type serialises: its keys are text");
        Self {
            table,
            partition: partition.into(),
            row: row.into(),
            doc: Some(doc.into()),
        }
    }

    /// Deletes the row.
    pub fn delete(table: &'static str, partition: impl Into<Bytes>, row: impl Into<Bytes>) -> Self {
        Self {
            table,
            partition: partition.into(),
            row: row.into(),
            doc: None,
        }
    }
}
