//! How many event streams may be open: of all wallets together, and of one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Places for streams. Cheap to clone.
#[derive(Clone)]
pub(super) struct Streams {
    taken: Arc<Mutex<Taken>>,
    most: usize,
    most_of_wallet: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_wallet: HashMap<String, usize>,
}

/// The place of one stream, until it is dropped.
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    address: String,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// There are too many streams.
    All,
    /// The wallet has too many.
    Wallet,
}

impl Streams {
    /// So many, and so many of one wallet.
    pub(super) fn new(most: usize, most_of_wallet: usize) -> Self {
        Self {
            taken: Arc::default(),
            most,
            most_of_wallet,
        }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn take(&self, address: &str) -> Result<Place, Full> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.most {
            return Err(Full::All);
        }
        let own = taken.by_wallet.get(address).copied().unwrap_or_default();
        if own >= self.most_of_wallet {
            return Err(Full::Wallet);
        }
        taken.all += 1;
        taken.by_wallet.insert(address.to_owned(), own + 1);
        Ok(Place {
            taken: Arc::clone(&self.taken),
            address: address.to_owned(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(own) = taken.by_wallet.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                taken.by_wallet.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wallet_takes_its_own_places_only_and_gives_them_back() {
        let streams = Streams::new(3, 2);
        let first = streams.take("a").ok();
        let second = streams.take("a").ok();
        assert_eq!(streams.take("a").err(), Some(Full::Wallet));
        let other = streams.take("b").ok();
        assert!(first.is_some() && second.is_some() && other.is_some());
        assert_eq!(streams.take("c").err(), Some(Full::All));
        drop(first);
        assert!(streams.take("a").is_ok());
        drop((second, other));
        let taken = streams.taken.lock().expect("nobody panics");
        assert_eq!((taken.all, taken.by_wallet.len()), (0, 0));
    }
}
