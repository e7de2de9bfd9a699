//! How often somebody may ask, in this process alone and by its own clock: it protects what answers.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);
/// Callers that are told apart in a minute; who comes after them waits for the next one.
const CALLERS_MAX: usize = 100_000;

/// Counts what callers ask in fixed windows of a minute.
pub struct Limiter<K> {
    /// 0: no limit.
    most: u32,
    window: Mutex<Window<K>>,
}

struct Window<K> {
    since: Instant,
    asked: HashMap<K, u32>,
}

/// One too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many a caller has in a minute.
    pub most: u32,
    /// Seconds until the next window.
    pub seconds: u64,
    /// It is not the caller who asked too often: there are too many callers.
    pub crowded: bool,
}

impl<K: Eq + Hash> Limiter<K> {
    /// So many a minute for each caller; 0: as many as they like.
    pub fn per_minute(most: u32) -> Self {
        let window = Window {
            since: Instant::now(),
            asked: HashMap::new(),
        };
        Self {
            most,
            window: Mutex::new(window),
        }
    }

    /// Counts one of a caller.
    ///
    /// # Errors
    /// One too many, with the seconds until it may ask again.
    pub fn admit(&self, caller: K) -> Result<(), TooMany> {
        self.admit_at(caller, Instant::now())
    }

    fn admit_at(&self, caller: K, now: Instant) -> Result<(), TooMany> {
        if self.most == 0 {
            return Ok(());
        }
        // A panic elsewhere leaves counts, nothing half done.
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(window.since) >= MINUTE {
            window.since = now;
            window.asked = HashMap::new();
        }
        let left = MINUTE.saturating_sub(now.saturating_duration_since(window.since));
        let refused = |crowded| {
            let seconds = left.as_secs() + 1;
            let most = self.most;
            Err(TooMany {
                most,
                seconds,
                crowded,
            })
        };
        let known = window.asked.get(&caller).copied();
        match known {
            None if window.asked.len() >= CALLERS_MAX => refused(true),
            Some(count) if count >= self.most => refused(false),
            known => {
                window.asked.insert(caller, known.unwrap_or_default() + 1);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_has_so_many_a_minute() {
        let limiter = Limiter::per_minute(2);
        let now = Instant::now();
        let asks = |who: &'static str, at: Instant| limiter.admit_at(who, at);
        assert!(asks("a", now).is_ok() && asks("a", now).is_ok());
        let refused = asks("a", now).expect_err("one too many");
        assert!(!refused.crowded && (59..=61).contains(&refused.seconds));
        assert!(asks("b", now).is_ok(), "another caller");
        assert!(asks("a", now + MINUTE / 2).is_err());
        assert!(asks("a", now + 2 * MINUTE).is_ok(), "another minute");
        let free = Limiter::per_minute(0);
        assert!((0..1_000).all(|_| free.admit_at("a", now).is_ok()));
    }

    #[test]
    fn callers_without_end_do_not_fill_the_memory() {
        let limiter = Limiter::per_minute(1);
        let now = Instant::now();
        for n in 0..CALLERS_MAX {
            assert!(limiter.admit_at(n, now).is_ok());
        }
        let refused = limiter
            .admit_at(CALLERS_MAX, now)
            .expect_err("one too many");
        assert!(refused.crowded);
        assert!(limiter.admit_at(CALLERS_MAX, now + 2 * MINUTE).is_ok());
    }
}
