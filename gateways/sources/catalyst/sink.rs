//! What the follower appends: sightings, rejections and cursors; and the cursors it finds at its start.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kernel::{Headers, NewRecord, Topic};
use model::events::catalyst::{Cursor, Rejected, Sighting};
use model::{Json, Recorded};
use runtime::ports::{Clock, Log, PortError, ReadLimits};

use super::reject::Rejection;
use super::status::Status;
use crate::sources::outbound::{Backoff, Jitter};

/// Topic of sightings.
pub(super) const SIGHTINGS: &str = "catalyst.sightings";
/// Topic of rejections.
pub(super) const REJECTIONS: &str = "catalyst.rejected";
/// Topic of cursors.
pub(super) const CURSORS: &str = "catalyst.cursors";
/// Who appends.
const SOURCE: &str = "sources/catalyst";

/// Appends for all servers.
#[derive(Clone)]
pub(super) struct Sink {
    log: Arc<dyn Log>,
    clock: Arc<dyn Clock>,
    topics: [Topic; 3],
    backoff_max: Duration,
}

impl Sink {
    pub(super) fn new(log: Arc<dyn Log>, clock: Arc<dyn Clock>, backoff_max: Duration) -> Self {
        Self {
            log,
            clock,
            topics: [SIGHTINGS, REJECTIONS, CURSORS].map(Topic::from),
            backoff_max,
        }
    }

    /// The platform's clock, ms.
    pub(super) fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub(super) fn sighting(&self, server: &str, sighting: &Sighting) -> NewRecord {
        let Sighting {
            entity_id, origin, ..
        } = sighting;
        let id = format!("sighting\n{server}\n{origin}\n{entity_id}");
        record(&self.topics[0], entity_id, &id, sighting)
    }

    pub(super) fn rejection(&self, server: &str, rejection: &Rejection) -> NewRecord {
        let rejected = Rejected {
            entity_id: rejection.entity_id.clone(),
            server: server.to_owned(),
            code: rejection.code.as_str().to_owned(),
            reason: rejection.reason(server),
            row: rejection.row.clone(),
            at: self.now(),
        };
        let id = format!(
            "rejected\n{server}\n{}\n{}",
            rejected.code,
            rejected.row.text()
        );
        record(&self.topics[1], &rejected.entity_id, &id, &rejected)
    }

    pub(super) fn cursor(&self, key: &str, server: &str, kind: &str, position: Json) -> NewRecord {
        let id = format!("cursor\n{key}\n{}", position.text());
        let (server, kind) = (server.to_owned(), kind.to_owned());
        let cursor = Cursor {
            server,
            kind,
            position,
            at: self.now(),
        };
        record(&self.topics[2], key, &id, &cursor)
    }

    /// Appends, however long it takes; dropped at the shutdown.
    pub(super) async fn append(
        &self,
        records: Vec<NewRecord>,
        status: &Status,
        jitter: &mut Jitter,
    ) {
        let mut backoff = Backoff::new(Duration::from_millis(100), 2.0, self.backoff_max);
        loop {
            match self.log.append(records.clone()).await {
                Ok(_) => return,
                Err(error) => {
                    let word = if error.is_retry() {
                        "log"
                    } else {
                        "log_refused"
                    };
                    status.fault(word, &format!("appending to the log: {error}"));
                    let after = match error {
                        PortError::Retry { after, .. } => after,
                        PortError::Refused(_) => Some(self.backoff_max),
                    };
                    tokio::time::sleep(backoff.step(jitter, after)).await;
                }
            }
        }
    }

    /// Every cursor there is, by key.
    pub(super) async fn cursors(&self) -> Result<BTreeMap<String, Cursor>, PortError> {
        let starts = self.log.starts(CURSORS).await?;
        let mut cursors = BTreeMap::new();
        for (partition, start) in (0..).zip(starts) {
            let mut from = start;
            loop {
                let batch = self
                    .log
                    .read(CURSORS, partition, from, ReadLimits::default())
                    .await?;
                for record in batch.records {
                    let key = record.key.unwrap_or_default();
                    let key = String::from_utf8_lossy(&key).into_owned();
                    match record.value.as_deref().map(model::decode::<Cursor>) {
                        None => drop(cursors.remove(&key)),
                        Some(Ok(cursor)) => drop(cursors.insert(key, cursor)),
                        // Without it the server is read again from its snapshots: more work, no gap.
                        Some(Err(error)) => {
                            tracing::warn!(catalyst.server = key, "cursor is unreadable: {error}");
                        }
                    }
                }
                if batch.next >= batch.end || batch.next == from {
                    break;
                }
                from = batch.next;
            }
        }
        Ok(cursors)
    }
}

fn record<T: Recorded>(topic: &Topic, key: &str, id: &str, value: &T) -> NewRecord {
    let headers = Headers::new(kernel::event_id(id.as_bytes()), T::SCHEMA, SOURCE);
    let key = Bytes::copy_from_slice(key.as_bytes());
    NewRecord::keyed(topic.clone(), key, headers, model::encode(value))
}
