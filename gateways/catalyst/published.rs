//! What was published between two places of the topic `deployments`, which has each entity once.

use kernel::Record;
use model::codec;
use runtime::platform::Platform;
use runtime::ports::{PortError, ReadLimits};
use serde::Deserialize;

use super::dto::TimeRange;

/// Where the processor publishes.
pub(super) const TOPIC: &str = "deployments";
/// Beyond so many records reading them would take longer than looking at everything.
const RECORDS_MAX: u64 = 100_000;
/// Records read at a time.
const CHUNK: usize = 1000;

/// Times of what was published.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Published {
    /// The entities' own times, ms, in order.
    At(Vec<i64>),
    /// At times that are not known.
    Anytime,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entity {
    entity_timestamp: i64,
}

impl Published {
    /// What was published from the places `from` to `to`, an offset for each partition.
    ///
    /// # Errors
    /// The log's faults.
    pub(super) async fn since(
        platform: &Platform,
        from: &[u64],
        to: &[u64],
    ) -> Result<Self, PortError> {
        let starts = platform.log.starts(TOPIC).await?;
        let is_kept = |(from, start): (&u64, &u64)| from >= start;
        // Another log, or a part of it is gone: nothing can be told from it.
        let differs = from.len() != to.len()
            || from.iter().zip(to).any(|(from, to)| from > to)
            || !from.iter().zip(&starts).all(is_kept);
        let records = || to.iter().sum::<u64>() - from.iter().sum::<u64>();
        if differs || records() > RECORDS_MAX {
            return Ok(Self::Anytime);
        }
        let mut times = Vec::new();
        for (partition, (from, to)) in (0..).zip(from.iter().zip(to)) {
            let mut next = *from;
            while next < *to {
                let limits = ReadLimits {
                    records: CHUNK,
                    ..ReadLimits::default()
                };
                let batch = platform.log.read(TOPIC, partition, next, limits).await?;
                if batch.next <= next {
                    return Ok(Self::Anytime);
                }
                next = batch.next;
                for record in &batch.records {
                    match time(record) {
                        Some(time) => times.push(time),
                        None => return Ok(Self::Anytime),
                    }
                }
            }
        }
        times.sort_unstable();
        Ok(Self::At(times))
    }

    /// Whether something was published whose own time lies in an interval, both ends included.
    pub(super) fn is_within(&self, interval: TimeRange) -> bool {
        match self {
            Self::Anytime => true,
            Self::At(times) => {
                let first = times.partition_point(|time| *time < interval.init_timestamp);
                times
                    .get(first)
                    .is_some_and(|time| *time <= interval.end_timestamp)
            }
        }
    }
}

fn time(record: &Record) -> Option<i64> {
    let value = record.value.as_deref().unwrap_or_default();
    match codec::project::<Entity>(value) {
        Ok(entity) => Some(entity.entity_timestamp),
        Err(error) => {
            let id = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default());
            tracing::warn!(%error, %id, "a deployment without a time: everything is looked at");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_has_both_its_ends() {
        let interval = TimeRange {
            init_timestamp: 10,
            end_timestamp: 20,
        };
        for (times, within) in [
            (vec![], false),
            (vec![9, 21], false),
            (vec![9, 10], true),
            (vec![20, 21], true),
        ] {
            assert_eq!(Published::At(times).is_within(interval), within);
        }
        assert!(Published::Anytime.is_within(interval));
    }
}
