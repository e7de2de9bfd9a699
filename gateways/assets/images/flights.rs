//! One piece of work for all who want the same thing at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};

/// A panic of the work, or the end of the program.
type Lost = Arc<str>;
type Flight<T> = Shared<BoxFuture<'static, Result<T, Lost>>>;

/// Work in flight, by what it is for.
pub(super) struct Flights<K, T>(Arc<Mutex<HashMap<K, Flight<T>>>>);

impl<K, T> Default for Flights<K, T>
where
    T: Clone,
{
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The result of the work for `key`: of the one in flight, or of one that `start` begins. It ends also when nobody
    /// waits for it any more.
    ///
    /// # Errors
    /// The work panicked.
    pub(super) async fn join<F>(&self, key: K, start: impl FnOnce() -> F) -> Result<T, Lost>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let flight = {
            let mut all = locked(&self.0);
            let known = all.get(&key).cloned();
            known.unwrap_or_else(|| {
                let flight = Self::begin(Arc::clone(&self.0), key.clone(), start());
                all.insert(key, flight.clone());
                flight
            })
        };
        flight.await
    }

    fn begin<F>(all: Arc<Mutex<HashMap<K, Flight<T>>>>, key: K, work: F) -> Flight<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let landing = Landing { all, key };
        let task = tokio::spawn(async move {
            // Also when the work panics: the next one begins anew.
            let _landing = landing;
            work.await
        });
        let flight = task.map(|end| end.map_err(|error| error.to_string().into()));
        flight.boxed().shared()
    }
}

/// Takes a flight out of the map when it ends.
struct Landing<K: Eq + Hash, T> {
    all: Arc<Mutex<HashMap<K, Flight<T>>>>,
    key: K,
}

impl<K: Eq + Hash, T> Drop for Landing<K, T> {
    fn drop(&mut self) {
        locked(&self.all).remove(&self.key);
    }
}

fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn many_who_want_the_same_share_one_piece_of_work() {
        let flights = Flights::<&str, usize>::default();
        let (begun, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let want = |key: &'static str| {
            let (begun, go) = (Arc::clone(&begun), Arc::clone(&go));
            flights.join(key, move || {
                let number = begun.fetch_add(1, Ordering::SeqCst);
                async move {
                    go.notified().await;
                    number
                }
            })
        };
        let all = join_all((0..20).map(|_| want("a")));
        let other = want("b");
        let release = async {
            go.notify_one();
            go.notify_one();
            // The first permit is the waiters' that there are; the second may come too early for "b".
            while begun.load(Ordering::SeqCst) < 2 || !locked(&flights.0).is_empty() {
                go.notify_waiters();
                tokio::task::yield_now().await;
            }
        };
        let (all, other, ()) = tokio::join!(all, other, release);
        assert!(all.iter().all(|end| *end == all[0]), "{all:?}");
        assert_ne!(all[0], other);
        assert_eq!(begun.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn work_goes_on_when_who_wanted_it_is_gone_and_a_panic_is_over_afterwards() {
        let flights = Flights::<&str, u8>::default();
        let done = Arc::new(Notify::new());
        let end = Arc::clone(&done);
        let gone = flights.join("a", move || async move {
            tokio::task::yield_now().await;
            end.notify_one();
            1
        });
        assert!(gone.now_or_never().is_none());
        done.notified().await;
        let lost = flights.join("b", || async { panic!("it breaks") }).await;
        assert!(lost.is_err());
        assert_eq!(flights.join("b", || async { 2 }).await, Ok(2));
    }
}
