//! How many sockets there may be: in all, of one network address, and in their handshake.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// What is taken.
#[derive(Default)]
pub(super) struct Places(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    sockets: usize,
    of: HashMap<IpAddr, usize>,
    /// Handshakes under way, the oldest first.
    handshakes: BTreeMap<u64, CancellationToken>,
    next: u64,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// For nobody.
    All,
    /// For this address.
    Address,
}

/// A socket's place; dropping it gives it back.
pub(super) struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

/// A handshake's place; dropping it gives it back.
pub(super) struct Handshake {
    places: Arc<Places>,
    number: u64,
    /// Cancelled when the place is wanted by another.
    pub(super) ended: CancellationToken,
}

impl Places {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a socket; without an address only all together count.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn socket(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        most: usize,
        most_of_one: usize,
    ) -> Result<Place, Full> {
        let mut taken = self.taken();
        if taken.sockets >= most {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let count = taken.of.get(&address).copied().unwrap_or_default();
            if count >= most_of_one {
                return Err(Full::Address);
            }
            taken.of.insert(address, count + 1);
        }
        taken.sockets += 1;
        Ok(Place {
            places: Arc::clone(self),
            address,
        })
    }

    /// A place for a handshake: where there is none the oldest makes way, for an honest one takes a moment.
    pub(super) fn handshake(self: &Arc<Self>, most: usize) -> Handshake {
        let mut taken = self.taken();
        while taken.handshakes.len() >= most.max(1)
            && let Some((_, oldest)) = taken.handshakes.pop_first()
        {
            oldest.cancel();
        }
        let (number, ended) = (taken.next, CancellationToken::new());
        taken.next += 1;
        taken.handshakes.insert(number, ended.clone());
        Handshake {
            places: Arc::clone(self),
            number,
            ended,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.sockets -= 1;
        let Some(address) = self.address else { return };
        let left = taken.of.get(&address).map_or(0, |count| count - 1);
        match left {
            0 => drop(taken.of.remove(&address)),
            left => drop(taken.of.insert(address, left)),
        }
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.places.taken().handshakes.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let places = Arc::new(Places::default());
        let here = Some(IpAddr::from([10, 0, 0, 1]));
        let first = places.socket(here, 3, 1);
        assert!(first.is_ok());
        assert_eq!(places.socket(here, 3, 1).err(), Some(Full::Address));
        let others = [places.socket(None, 3, 1), places.socket(None, 3, 1)];
        assert!(others.iter().all(Result::is_ok));
        assert_eq!(places.socket(None, 3, 1).err(), Some(Full::All));
        drop(first);
        assert!(places.socket(here, 3, 1).is_ok());
        drop(others);
        let taken = places.taken();
        assert!(taken.sockets == 0 && taken.of.is_empty());
    }

    #[test]
    fn the_oldest_handshake_makes_way() {
        let places = Arc::new(Places::default());
        let [a, b] = [places.handshake(2), places.handshake(2)];
        assert!(!a.ended.is_cancelled());
        let c = places.handshake(2);
        assert!(a.ended.is_cancelled() && !b.ended.is_cancelled());
        drop((a, b, c));
        assert!(places.taken().handshakes.is_empty());
    }
}
