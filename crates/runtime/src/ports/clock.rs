//! The platform's clock. Only edges ask it (log append, gateways, sources); a processor never does.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of "now".
pub trait Clock: Send + Sync {
    /// Milliseconds since the epoch.
    fn now_ms(&self) -> i64;

    /// Takes note of a `platform/clock-tick` event; a clock that does not follow ticks ignores it.
    fn observe_tick(&self, now_ms: i64);

    /// Whether time only moves by ticks.
    fn follows_ticks(&self) -> bool {
        false
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let elapsed = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
    }

    fn observe_tick(&self, _now_ms: i64) {}
}

/// `clock.source = "ticks"`: the greatest `now` of the tick events seen so far, 0 before the first.
#[derive(Debug, Default)]
pub struct TickClock(AtomicI64);

impl Clock for TickClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    fn observe_tick(&self, now_ms: i64) {
        self.0.fetch_max(now_ms, Ordering::AcqRel);
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
