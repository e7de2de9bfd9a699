//! How often one wallet may ask what the ledger has to answer. In this process alone and by its own clock: it protects the
//! log, while the day's limit, which the ledger keeps, protects the ledger.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::error::Fault;

const MINUTE: Duration = Duration::from_secs(60);
/// Wallets that are told apart in a minute; who comes after them waits for the next one.
const WALLETS_MAX: usize = 100_000;

/// Counts requests of the running minute.
pub(super) struct Limiter {
    /// 0: no limit.
    most: u32,
    window: Mutex<Window>,
}

struct Window {
    since: Instant,
    asked: HashMap<String, u32>,
}

impl Limiter {
    pub(super) fn new(most: u32) -> Self {
        let window = Window {
            since: Instant::now(),
            asked: HashMap::new(),
        };
        Self {
            most,
            window: Mutex::new(window),
        }
    }

    /// Counts a request of a wallet.
    ///
    /// # Errors
    /// 429 for one too many, with the seconds until it may ask again.
    pub(super) fn admit(&self, address: &str) -> Result<(), Fault> {
        self.admit_at(address, Instant::now())
    }

    fn admit_at(&self, address: &str, now: Instant) -> Result<(), Fault> {
        if self.most == 0 {
            return Ok(());
        }
        // A panic elsewhere leaves counts, nothing half done.
        let mut window = self
            .window
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let passed = now.saturating_duration_since(window.since);
        if passed >= MINUTE {
            window.since = now;
            window.asked = HashMap::new();
        }
        let left = MINUTE.saturating_sub(now.saturating_duration_since(window.since));
        let refused = |message: String| {
            let seconds = i64::try_from(left.as_secs()).unwrap_or(60) + 1;
            Err(Fault::too_many(message, seconds))
        };
        let known = window.asked.get(address).copied();
        match known {
            None if window.asked.len() >= WALLETS_MAX => {
                refused("too many requests of all wallets".to_owned())
            }
            Some(count) if count >= self.most => refused(format!(
                "too many requests: {} a minute for one wallet",
                self.most
            )),
            known => {
                let count = known.unwrap_or_default() + 1;
                window.asked.insert(address.to_owned(), count);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_has_so_many_requests_a_minute() {
        let limiter = Limiter::new(2);
        let now = Instant::now();
        let asks = |who: &str, at: Instant| limiter.admit_at(who, at).is_ok();
        assert!(asks("a", now) && asks("a", now));
        assert!(!asks("a", now), "one too many");
        assert!(asks("b", now), "another wallet");
        assert!(!asks("a", now + MINUTE / 2));
        assert!(asks("a", now + 2 * MINUTE), "another minute");
        let free = Limiter::new(0);
        assert!((0..1_000).all(|_| free.admit_at("a", now).is_ok()));
    }

    #[test]
    fn wallets_without_end_do_not_fill_the_memory() {
        let limiter = Limiter::new(1);
        let now = Instant::now();
        for n in 0..WALLETS_MAX {
            assert!(limiter.admit_at(&n.to_string(), now).is_ok());
        }
        assert!(limiter.admit_at("new", now).is_err());
        assert!(limiter.admit_at("new", now + 2 * MINUTE).is_ok());
    }
}
