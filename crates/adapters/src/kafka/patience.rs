//! How long an append waits: as long as the broker acknowledges something for its partitions.
//!
//! A broker that is slow is not helped by more of the same. A call that gave up after a fixed time would append all of its
//! records once more, behind the ones that are still under way, and under load that never ends.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::Topic;
use tokio::time::Instant;

/// However much is acknowledged for others, a call waits at most so many times its patience.
const PATIENCES_MAX: u32 = 12;

/// Acknowledgements by partition.
#[derive(Default)]
pub(super) struct Acknowledged(Mutex<HashMap<(Topic, u32), Arc<AtomicU64>>>);

impl Acknowledged {
    /// The count of a partition.
    pub(super) fn of(&self, topic: &Topic, partition: u32) -> Arc<AtomicU64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((Arc::clone(topic), partition));
        Arc::clone(count.or_default())
    }
}

/// The patience of one call.
pub(super) struct Patience {
    each: Duration,
    end: Instant,
    counts: Vec<Arc<AtomicU64>>,
    seen: u64,
}

impl Patience {
    /// Waits `each` for the next acknowledgement of one of these partitions.
    pub(super) fn new(each: Duration, counts: Vec<Arc<AtomicU64>>) -> Self {
        let mut patience = Self {
            each,
            end: Instant::now() + each.saturating_mul(PATIENCES_MAX),
            counts,
            seen: 0,
        };
        patience.seen = patience.sum();
        patience
    }

    fn sum(&self) -> u64 {
        let counts = self.counts.iter();
        counts.fold(0, |sum, count| {
            sum.wrapping_add(count.load(Ordering::Relaxed))
        })
    }

    /// What the future gives; `None` when nothing was acknowledged for too long.
    pub(super) async fn wait<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        loop {
            let until = (Instant::now() + self.each).min(self.end);
            if let Ok(value) = tokio::time::timeout_at(until, future.as_mut()).await {
                return Some(value);
            }
            let sum = self.sum();
            if sum == self.seen || Instant::now() >= self.end {
                return None;
            }
            self.seen = sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_nothing_is_acknowledged_any_more() {
        let all = Acknowledged::default();
        let count = all.of(&"t".into(), 1);
        let other = all.of(&"t".into(), 2);
        let each = Duration::from_secs(5);
        let started = Instant::now();
        tokio::spawn(async move {
            for _ in 0..4 {
                tokio::time::sleep(Duration::from_secs(4)).await;
                count.fetch_add(1, Ordering::Relaxed);
            }
            // What others wait for is no reason to wait.
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                other.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut patience = Patience::new(each, vec![all.of(&"t".into(), 1)]);
        assert_eq!(patience.wait(pending::<()>()).await, None);
        let waited = started.elapsed().as_secs();
        assert!((20..=30).contains(&waited), "{waited}");
        let mut patience = Patience::new(each, vec![all.of(&"t".into(), 2)]);
        assert_eq!(patience.wait(pending::<()>()).await, None);
        let waited = started.elapsed().as_secs() - waited;
        assert!((60..=65).contains(&waited), "not for ever: {waited}");
        assert_eq!(patience.wait(async { 7 }).await, Some(7));
    }
}
