//! The outcomes of effects as the tests' runners write and read them.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use kernel::{Headers, NewRecord};
use runtime::effects::{Outcomes, Over, Recorded};
use runtime::ports::{Log, PortError, ReadLimits};

pub(crate) const OUTCOMES: &str = "effects.outcomes";

/// Outcomes as events whose type says how it ended; looked up by reading the whole log.
pub(crate) struct Told {
    log: Arc<dyn Log>,
    /// Says that nothing is over, as if every outcome were still on its way.
    blind: bool,
}

impl Told {
    pub(crate) fn by(log: Arc<dyn Log>) -> Arc<Self> {
        Arc::new(Self { log, blind: false })
    }

    pub(crate) fn blindly(log: Arc<dyn Log>) -> Arc<Self> {
        Arc::new(Self { log, blind: true })
    }
}

#[async_trait]
impl Outcomes for Told {
    fn record(&self, over: Recorded) -> NewRecord {
        let id = uuid::Uuid::now_v7();
        let headers = Headers::new(id, over.outcome, format!("runners/{}", over.kind));
        NewRecord::keyed(OUTCOMES.into(), over.key.into(), headers, Bytes::new())
    }

    fn read_model(&self) -> (&'static str, &'static str) {
        (OUTCOMES, "effects")
    }

    async fn over(&self, kind: &str, key: &str) -> Result<Option<Over>, PortError> {
        if self.blind {
            return Ok(None);
        }
        let mut last = None;
        for partition in (0..).take(self.log.ends(OUTCOMES).await?.len()) {
            let batch = self
                .log
                .read(OUTCOMES, partition, 0, ReadLimits::default())
                .await?;
            let of_key = batch.records.into_iter().filter(|record| {
                record.key.as_deref() == Some(key.as_bytes())
                    && record.headers.source.as_ref() == format!("runners/{kind}")
            });
            last = of_key.last().or(last);
        }
        Ok(last.map(|record| Over {
            done: &*record.headers.kind == "done",
            asked: record.headers.cause,
        }))
    }
}
