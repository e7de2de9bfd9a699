//! No more mails a second than the provider takes.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Lets one through at a time.
#[derive(Debug)]
pub(super) struct Pace {
    pause: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many a second; 0 is no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let pause = match per_second {
            0 => Duration::ZERO,
            many => Duration::from_secs(1) / many,
        };
        Self {
            pause,
            next: Mutex::new(None),
        }
    }

    /// Waits for a turn. Who is dropped while waiting has taken none away.
    pub(super) async fn turn(&self) {
        if self.pause.is_zero() {
            return;
        }
        let mut next = self.next.lock().await;
        let at = turn_at(*next, Instant::now());
        sleep_until(at).await;
        *next = Some(at + self.pause);
    }
}

/// When a turn begins: at once, unless the one before has not been long enough ago. Turns that nobody took are gone.
fn turn_at(next: Option<Instant>, now: Instant) -> Instant {
    next.map_or(now, |next| next.max(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_is_as_far_from_the_one_before_as_the_rate_says() {
        let pace = Pace::new(1000);
        pace.turn().await;
        let first = pace.next.lock().await.expect("one was taken");
        pace.turn().await;
        let second = pace.next.lock().await.expect("another one");
        assert!(second - first >= Duration::from_millis(1));
        let free = Pace::new(0);
        free.turn().await;
        assert_eq!(*free.next.lock().await, None);
    }

    #[test]
    fn a_turn_never_lies_in_the_past() {
        let now = Instant::now();
        let later = now + Duration::from_secs(1);
        assert_eq!(turn_at(None, now), now);
        assert_eq!(turn_at(Some(later), now), later);
        assert_eq!(turn_at(Some(now), later), later);
    }
}
