//! The ports bundled for gateways, sources and runners: what an edge of the platform may touch.

use std::sync::Arc;

use kernel::NewRecord;

use crate::ports::{Blobs, Bus, Clock, Log, PortError, Store};
use crate::reading::{Progress, Token, Views, Waiter};
use crate::trace;

/// Handles every edge shares. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// The log.
    pub log: Arc<dyn Log>,
    /// The store of read models; edges read it through `views`, and use it directly only for pointers.
    pub store: Arc<dyn Store>,
    /// Files by hash.
    pub blobs: Arc<dyn Blobs>,
    /// Short-lived messages between processes.
    pub bus: Arc<dyn Bus>,
    /// The platform's clock.
    pub clock: Arc<dyn Clock>,
    /// Read handles.
    pub views: Views,
    /// How far processors have come.
    pub progress: Arc<Progress>,
    /// Waits for positions.
    pub waiter: Waiter,
}

impl Platform {
    /// Appends and returns the token of what was appended. The records carry the trace of what is being done here.
    ///
    /// # Errors
    /// The log's faults.
    pub async fn append(&self, mut records: Vec<NewRecord>) -> Result<Token, PortError> {
        trace::stamp(&mut records);
        let topics: Vec<_> = records.iter().map(|r| r.topic.clone()).collect();
        let appended = self.log.append(records).await?;
        let mut token = Token::default();
        for (topic, place) in topics.into_iter().zip(appended) {
            token.add(topic, place.partition, place.offset);
        }
        Ok(token)
    }
}
