//! What the producers append: events and cursors; and the cursors they find.

use std::sync::Arc;

use bytes::Bytes;
use kernel::{Headers, NewRecord, event_id};
use model::events::indexer::Cursor;
use model::{EventError, Recorded};
use runtime::ports::{Clock, Log, PortError, ReadLimits};
use serde_json::Value;
use uuid::Uuid;

use super::pages::Place;
use crate::frame::inbox_record;

/// Topic of cursors; it has one partition.
pub(super) const CURSORS: &str = "indexer.cursors";
const PARTITION: u32 = 0;
/// Who appends.
const SOURCE: &str = "sources/indexer";

/// The log as the producers use it.
#[derive(Clone)]
pub(super) struct Sink {
    log: Arc<dyn Log>,
    clock: Arc<dyn Clock>,
}

/// How far the topic of cursors was read, and what it said of one producer.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    next: u64,
    pub(super) place: Option<Place>,
}

impl Sink {
    /// `clock` is the platform's.
    pub(super) fn new(log: Arc<dyn Log>, clock: Arc<dyn Clock>) -> Self {
        Self { log, clock }
    }

    /// The record of an event under the id of what it tells.
    ///
    /// # Errors
    /// The event is not as the catalogue wants it.
    pub(super) fn event(&self, event: &Value, id: Uuid) -> Result<NewRecord, EventError> {
        let mut record = inbox_record(event, id, SOURCE)?;
        record.timestamp = self.clock.follows_ticks().then(|| self.clock.now_ms());
        Ok(record)
    }

    pub(super) async fn append(&self, records: Vec<NewRecord>) -> Result<(), PortError> {
        if records.is_empty() {
            return Ok(());
        }
        self.log.append(records).await.map(drop)
    }

    /// Saves how far a producer came.
    pub(super) async fn save(&self, producer: &str, place: &Place) -> Result<(), PortError> {
        let at = self.clock.now_ms();
        let cursor = Cursor {
            producer: producer.to_owned(),
            seconds: place.seconds,
            row: place.row.clone(),
            at,
        };
        // With the time: the same place again, after another one, is news.
        let id = format!(
            "indexer\n{producer}\n{}\n{}\n{at}",
            place.seconds, place.row
        );
        let headers = Headers::new(event_id(id.as_bytes()), Cursor::SCHEMA, SOURCE);
        let key = Bytes::copy_from_slice(producer.as_bytes());
        let record = NewRecord::keyed(CURSORS.into(), key, headers, model::encode(&cursor));
        self.append(vec![record]).await
    }

    /// Reads what is new in the topic of cursors: another process may have set this producer's.
    pub(super) async fn refresh(
        &self,
        producer: &str,
        mut known: Known,
    ) -> Result<Known, PortError> {
        let starts = self.log.starts(CURSORS).await?;
        let start = starts.first().copied().unwrap_or(0);
        known.next = known.next.max(start);
        loop {
            let from = known.next;
            let limits = ReadLimits::default();
            let batch = self.log.read(CURSORS, PARTITION, from, limits).await?;
            for record in batch.records {
                if record.key.as_deref() != Some(producer.as_bytes()) {
                    continue;
                }
                match record.value.as_deref().map(model::decode::<Cursor>) {
                    None => known.place = None,
                    Some(Ok(Cursor { seconds, row, .. })) => {
                        known.place = Some(Place { seconds, row });
                    }
                    Some(Err(error)) => {
                        tracing::warn!(
                            indexer.producer = producer,
                            "cursor is unreadable: {error}"
                        );
                    }
                }
            }
            known.next = batch.next.max(from);
            if batch.next >= batch.end || batch.next == from {
                return Ok(known);
            }
        }
    }
}
