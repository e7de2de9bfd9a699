//! Something that is made from what others say, and kept: old answers at once, new ones behind them, one maker at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How old it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ages {
    /// Younger, and nothing is done.
    pub(super) fresh: Duration,
    /// Older, and it is waited for.
    pub(super) most: Duration,
    /// So long.
    pub(super) wait: Duration,
    /// Two makings begin at least so long after each other, once there is something.
    pub(super) pause: Duration,
}

struct Made<T> {
    /// When making it began: what it says is not older.
    at: Instant,
    what: Arc<T>,
}

/// The newest.
pub(super) struct Kept<T> {
    made: Arc<watch::Sender<Option<Made<T>>>>,
    making: Arc<AtomicBool>,
    began: std::sync::Mutex<Option<Instant>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            made: Arc::new(watch::Sender::new(None)),
            making: Arc::default(),
            began: std::sync::Mutex::default(),
        }
    }
}

/// Ends a making, however it ends.
struct Making(Arc<AtomicBool>);

impl Drop for Making {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// Makes it anew behind the caller, unless that is being done. `None` made is a failure: the old one stays.
    pub(super) fn renew<F>(&self, stop: &CancellationToken, make: impl FnOnce() -> F)
    where
        F: Future<Output = Option<T>> + Send + 'static,
    {
        if self.making.swap(true, Ordering::AcqRel) {
            return;
        }
        let making = Making(Arc::clone(&self.making));
        let at = Instant::now();
        *self.began() = Some(at);
        let (made, stop, make) = (Arc::clone(&self.made), stop.clone(), make());
        tokio::spawn(async move {
            let _making = making;
            tokio::select! {
                () = stop.cancelled() => {}
                what = make => {
                    if let Some(what) = what {
                        let what = Arc::new(what);
                        made.send_replace(Some(Made { at, what }));
                    }
                }
            }
        });
    }

    /// The newest that is not too old; `None` when there is none in time.
    pub(super) async fn get<F>(
        &self,
        ages: Ages,
        stop: &CancellationToken,
        make: impl FnOnce() -> F,
    ) -> Option<Arc<T>>
    where
        F: Future<Output = Option<T>> + Send + 'static,
    {
        let young = |made: &Option<Made<T>>, age| match made {
            Some(made) if made.at.elapsed() < age => Some(Arc::clone(&made.what)),
            _ => None,
        };
        if let Some(what) = young(&self.made.borrow(), ages.fresh) {
            return Some(what);
        }
        let old = young(&self.made.borrow(), ages.most);
        let began = *self.began();
        if old.is_none() || began.is_none_or(|began| began.elapsed() >= ages.pause) {
            self.renew(stop, make);
        }
        if old.is_some() {
            return old;
        }
        let mut looks = self.made.subscribe();
        let there = looks.wait_for(|made| young(made, ages.most).is_some());
        let made = timeout(ages.wait, there).await.ok()?.ok()?;
        young(&made, ages.most)
    }

    fn began(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        let began = self.began.lock();
        began.unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const AGES: Ages = Ages {
        fresh: Duration::from_secs(5),
        most: Duration::from_secs(10),
        wait: Duration::from_secs(2),
        pause: Duration::ZERO,
    };

    struct Maker {
        kept: Kept<usize>,
        stop: CancellationToken,
        made: Arc<AtomicUsize>,
        takes: Duration,
    }

    impl Maker {
        fn taking(seconds: u64) -> Self {
            Self {
                kept: Kept::default(),
                stop: CancellationToken::new(),
                made: Arc::default(),
                takes: Duration::from_secs(seconds),
            }
        }

        async fn get(&self) -> Option<usize> {
            let (made, takes) = (Arc::clone(&self.made), self.takes);
            let make = || async move {
                tokio::time::sleep(takes).await;
                Some(made.fetch_add(1, Ordering::SeqCst) + 1)
            };
            self.kept.get(AGES, &self.stop, make).await.map(|n| *n)
        }
    }

    async fn pass(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_answer_comes_at_once_and_a_new_one_is_made_behind_it() {
        let maker = Maker::taking(1);
        assert_eq!(maker.get().await, Some(1));
        pass(3).await;
        assert_eq!(maker.get().await, Some(1));
        pass(3).await;
        let before = Instant::now();
        for _ in 0..100 {
            assert_eq!(maker.get().await, Some(1));
        }
        assert_eq!(before.elapsed(), Duration::ZERO);
        pass(2).await;
        assert_eq!(maker.get().await, Some(2));
        // Of a hundred that asked one made.
        assert_eq!(maker.made.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_old_is_never_given_and_nobody_waits_longer_than_is_said() {
        let mut maker = Maker::taking(1);
        assert_eq!(maker.get().await, Some(1));
        maker.takes = Duration::from_secs(3600);
        pass(20).await;
        let before = Instant::now();
        assert_eq!(maker.get().await, None);
        assert_eq!(before.elapsed(), AGES.wait);
        maker.stop.cancel();
        pass(1).await;
        assert!(!maker.kept.making.load(Ordering::SeqCst), "it has ended");
    }
}
