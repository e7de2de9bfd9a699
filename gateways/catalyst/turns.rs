//! Of many requests for the same file one fetches it, and what is not to be had is not asked for again and again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One lock a name, for as long as somebody wants it.
#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

/// Somebody's interest in a name. However it ends, also by the request being cancelled, the last one of a name takes the
/// name's lock away.
pub(super) struct Turn<'a> {
    turns: &'a Turns,
    name: &'a str,
    lock: Arc<tokio::sync::Mutex<()>>,
}

impl Turns {
    /// Notes an interest in a name.
    pub(super) fn of<'a>(&'a self, name: &'a str) -> Turn<'a> {
        let lock = Arc::clone(self.locks().entry(name.to_owned()).or_default());
        Turn {
            turns: self,
            name,
            lock,
        }
    }

    fn locks(&self) -> MutexGuard<'_, HashMap<String, Arc<tokio::sync::Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Waits until nobody else works on the name.
    pub(super) async fn begin(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.lock.lock().await
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut locks = self.turns.locks();
        // The map's and ours: nobody else wants it, and nobody can come in between.
        if Arc::strong_count(&self.lock) == 2 {
            locks.remove(self.name);
        }
    }
}

/// Names that were asked for in vain a short while ago.
pub(super) struct Vain {
    since: Mutex<HashMap<String, Instant>>,
    remembered_for: Duration,
}

impl Vain {
    /// Names remembered at a time.
    const NAMES_MAX: usize = 4096;

    /// Remembers each name for this long.
    pub(super) fn new(remembered_for: Duration) -> Self {
        Self {
            since: Mutex::default(),
            remembered_for,
        }
    }

    /// Whether a name is remembered.
    pub(super) fn has(&self, name: &str) -> bool {
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since
            .get(name)
            .is_some_and(|since| since.elapsed() < self.remembered_for)
    }

    /// Remembers a name, unless too many are.
    pub(super) fn note(&self, name: &str) {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.len() >= Self::NAMES_MAX {
            since.retain(|_, since| since.elapsed() < self.remembered_for);
        }
        if since.len() < Self::NAMES_MAX {
            since.insert(name.to_owned(), Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_name_has_one_turn_at_a_time() {
        let turns = Turns::default();
        let (first, second) = (turns.of("a"), turns.of("a"));
        let begun = first.begin().await;
        assert!(second.begin().now_or_never().is_none());
        assert!(turns.of("b").begin().now_or_never().is_some());
        drop(begun);
        assert!(second.begin().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_cancelled_request_leaves_nothing_behind() {
        let turns = Turns::default();
        let fetch = async |name| {
            let turn = turns.of(name);
            let _begun = turn.begin().await;
            std::future::pending::<()>().await;
        };
        {
            let mut holds = std::pin::pin!(fetch("a"));
            let mut waits = std::pin::pin!(fetch("a"));
            assert!(holds.as_mut().now_or_never().is_none());
            assert!(waits.as_mut().now_or_never().is_none());
            assert_eq!(turns.locks().len(), 1);
        }
        assert!(turns.locks().is_empty());
    }

    #[test]
    fn names_are_remembered_for_their_time_and_not_without_bound() {
        let vain = Vain::new(Duration::from_secs(3600));
        vain.note("a");
        assert!(vain.has("a") && !vain.has("b"));
        for n in 0..2 * Vain::NAMES_MAX {
            vain.note(&n.to_string());
        }
        let known = vain.since.lock().expect("no panic").len();
        assert_eq!(known, Vain::NAMES_MAX);
        let forgetful = Vain::new(Duration::ZERO);
        forgetful.note("a");
        assert!(!forgetful.has("a"));
    }
}
