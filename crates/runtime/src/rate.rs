//! So many tries a second: what the other side's terms allow.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Hands out turns at even distances; a pause is not saved up, except for one turn.
pub(crate) struct Rate {
    every: Option<Duration>,
    next: Mutex<Instant>,
}

impl Rate {
    /// So many turns a second; without a limit, or with one that is not above zero, every turn is at once.
    pub(crate) fn new(per_second: Option<f64>) -> Self {
        let per_second = per_second.filter(|rate| rate.is_finite() && *rate > 0.0);
        Self {
            every: per_second.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for a turn. Who gives up waiting has used his.
    pub(crate) async fn turn(&self) {
        self.turns(1).await;
    }

    /// Waits for the first of so many turns in a row, and takes them all.
    pub(crate) async fn turns(&self, count: u32) {
        let Some(every) = self.every else { return };
        let mine = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let mine = (*next).max(Instant::now());
            *next = mine + every * count;
            mine
        };
        tokio::time::sleep_until(mine).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn turns_keep_their_distance() {
        let (rate, begun) = (Rate::new(Some(4.0)), Instant::now());
        for _ in 0..5 {
            rate.turn().await;
        }
        assert_eq!(begun.elapsed().as_millis(), 1000);
        tokio::time::sleep(Duration::from_secs(60)).await;
        let begun = Instant::now();
        rate.turn().await;
        rate.turn().await;
        assert_eq!(begun.elapsed().as_millis(), 250, "nothing was saved up");
        rate.turns(4).await;
        rate.turn().await;
        assert_eq!(begun.elapsed().as_millis(), 1500);
        let begun = Instant::now();
        Rate::new(None).turn().await;
        Rate::new(Some(0.0)).turn().await;
        assert_eq!(begun.elapsed().as_millis(), 0);
    }
}
