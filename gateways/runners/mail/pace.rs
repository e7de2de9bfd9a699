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
        if let Some(next) = *next {
            sleep_until(next).await;
        }
        *next = Some(Instant::now() + self.pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_are_as_far_apart_as_the_rate_says() {
        let pace = Pace::new(4);
        let begin = Instant::now();
        for _ in 0..5 {
            pace.turn().await;
        }
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
        let free = Pace::new(0);
        free.turn().await;
        free.turn().await;
        assert_eq!(begin.elapsed(), Duration::from_secs(1));
    }
}
