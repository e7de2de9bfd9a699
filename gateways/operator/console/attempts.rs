//! How often a wrong token may be tried.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong tokens of one address within [`WINDOW`]; after that even the right one waits.
const TRIES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are remembered; all others count as one.
const ADDRESSES: usize = 4096;

#[derive(Clone, Copy, Debug)]
struct Tried {
    since: Instant,
    wrong: u32,
}

/// The wrong tokens of late, by address. Each process counts for itself.
#[derive(Debug, Default)]
pub(in super::super) struct Attempts(Mutex<HashMap<IpAddr, Tried>>);

impl Attempts {
    /// Whether the address may try now; otherwise for how long it may not.
    pub(super) fn may(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = tried.get(&place(&tried, network(address)));
        match found.map(|tried| (tried, now.saturating_duration_since(tried.since))) {
            Some((tried, passed)) if tried.wrong >= TRIES && passed < WINDOW => {
                Err(WINDOW - passed)
            }
            _ => Ok(()),
        }
    }

    /// Notes a wrong token.
    pub(super) fn wrong(&self, address: IpAddr, now: Instant) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.len() >= ADDRESSES {
            tried.retain(|_, tried| now.saturating_duration_since(tried.since) < WINDOW);
        }
        let place = place(&tried, network(address));
        let fresh = Tried {
            since: now,
            wrong: 0,
        };
        let entry = tried.entry(place).or_insert(fresh);
        if now.saturating_duration_since(entry.since) >= WINDOW {
            *entry = fresh;
        }
        entry.wrong = entry.wrong.saturating_add(1);
    }
}

/// Where an address is counted.
fn place(tried: &HashMap<IpAddr, Tried>, address: IpAddr) -> IpAddr {
    match tried.len() < ADDRESSES || tried.contains_key(&address) {
        true => address,
        false => IpAddr::V4(Ipv4Addr::BROADCAST),
    }
}

/// One customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_some_wrong_tokens_an_address_waits_and_others_do_not() {
        let attempts = Attempts::default();
        let [guesser, other]: [IpAddr; 2] =
            ["2001:db8::1", "2001:db8:0:1::1"].map(|a| a.parse().expect("an address"));
        let neighbour = "2001:db8::2".parse().expect("an address");
        let start = Instant::now();
        for _ in 0..TRIES {
            assert!(attempts.may(guesser, start).is_ok());
            attempts.wrong(guesser, start);
        }
        assert_eq!(attempts.may(guesser, start), Err(WINDOW));
        assert_eq!(
            attempts.may(neighbour, start),
            Err(WINDOW),
            "the same network"
        );
        assert!(attempts.may(other, start).is_ok());
        assert!(attempts.may(guesser, start + WINDOW).is_ok());
        attempts.wrong(guesser, start + WINDOW);
        assert!(attempts.may(guesser, start + WINDOW).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for n in 0..(ADDRESSES as u32 + 100) {
            attempts.wrong(Ipv4Addr::from_bits(n).into(), start);
        }
        let kept = attempts.0.lock().expect("no panic").len();
        assert!(kept <= ADDRESSES + 1, "{kept}");
        let stranger = Ipv4Addr::from_bits(u32::MAX - 1).into();
        assert!(
            attempts.may(stranger, start).is_err(),
            "all others count as one"
        );
    }
}
