//! The platform's clock. Only edges ask it (log append, gateways, sources); a processor never does.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use tokio::sync::watch;

/// A source of "now".
#[async_trait]
pub trait Clock: Send + Sync {
    /// Milliseconds since the epoch.
    fn now_ms(&self) -> i64;

    /// Takes note of a `platform/clock-tick` event; a clock that does not follow ticks ignores it.
    fn observe_tick(&self, now_ms: i64);

    /// Returns when `now_ms` is at or after `at_ms`.
    async fn sleep_until(&self, at_ms: i64);

    /// Whether time only moves by ticks.
    fn follows_ticks(&self) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    }

    fn observe_tick(&self, _now_ms: i64) {}

    async fn sleep_until(&self, at_ms: i64) {
        /// Longest single sleep: the wall clock may be set while we sleep.
        const NAP_MS: i64 = 60_000;
        loop {
            let left = at_ms.saturating_sub(self.now_ms());
            let Ok(nap) = u64::try_from(left.min(NAP_MS)) else {
                return;
            };
            if nap == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(nap)).await;
        }
    }
}

/// `clock.source = "ticks"`: the greatest `now` of the tick events seen so far, 0 before the first.
#[derive(Debug, Default)]
pub struct TickClock(watch::Sender<i64>);

#[async_trait]
impl Clock for TickClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
    }

    fn observe_tick(&self, now_ms: i64) {
        self.0.send_if_modified(|now| {
            let later = now_ms > *now;
            *now = now_ms.max(*now);
            later
        });
    }

    async fn sleep_until(&self, at_ms: i64) {
        // The sender lives as long as `self`, so this only ends with the condition.
        let _ = self.0.subscribe().wait_for(|now| *now >= at_ms).await;
    }

    fn follows_ticks(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_never_go_back() {
        let clock = TickClock::default();
        clock.observe_tick(5);
        clock.observe_tick(3);
        assert_eq!(clock.now_ms(), 5);
    }
}
