//! How often one address may ask, in this process alone and by its own clock: it protects the store, and makes guessing
//! ids as hopeless as their length does.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::fault::Fault;

const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are told apart in a minute; who comes after them waits for the next one.
const ADDRESSES_MAX: usize = 100_000;

/// The address under which all are counted as one.
pub(super) const EVERYBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Counts what addresses ask in fixed windows of a minute.
pub(super) struct Limiter {
    /// 0: no limit.
    most: u32,
    window: Mutex<Window>,
}

struct Window {
    since: Instant,
    asked: HashMap<IpAddr, u32>,
}

impl Limiter {
    pub(super) fn per_minute(most: u32) -> Self {
        let window = Window {
            since: Instant::now(),
            asked: HashMap::new(),
        };
        Self {
            most,
            window: Mutex::new(window),
        }
    }

    /// Counts one of an address.
    ///
    /// # Errors
    /// 429 for one too many, with the seconds until it may ask again.
    pub(super) fn admit(&self, address: IpAddr) -> Result<(), Fault> {
        self.admit_at(address, Instant::now())
    }

    fn admit_at(&self, address: IpAddr, now: Instant) -> Result<(), Fault> {
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
        let known = window.asked.get(&address).copied();
        let full = known.is_none() && window.asked.len() >= ADDRESSES_MAX;
        let count = known.unwrap_or_default();
        if full || count >= self.most {
            return Err(Fault::TooMany(left.as_secs() + 1));
        }
        window.asked.insert(address, count + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_a_minute() {
        let limiter = Limiter::per_minute(2);
        let now = Instant::now();
        let asks = |last: u8, at: Instant| {
            let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
            limiter.admit_at(address, at).is_ok()
        };
        assert!(asks(1, now) && asks(1, now));
        assert!(!asks(1, now), "one too many");
        assert!(asks(2, now), "another address");
        assert!(asks(1, now + 2 * MINUTE), "another minute");
    }

    #[test]
    fn addresses_without_end_do_not_fill_the_memory() {
        let limiter = Limiter::per_minute(1);
        let now = Instant::now();
        for n in 0..u32::try_from(ADDRESSES_MAX).expect("a small number") {
            let address = IpAddr::V4(Ipv4Addr::from_bits(n));
            assert!(limiter.admit_at(address, now).is_ok());
        }
        let new = IpAddr::V4(Ipv4Addr::BROADCAST);
        assert!(limiter.admit_at(new, now).is_err());
    }
}
