//! Reads that many ask for at once, each done for all of them.
//!
//! Every partition wants its read model as it is stored after a batch was fetched. On a cluster that is a read through
//! Paxos, and those of one row contend: thirty-two of them at a time, after an outage, took minutes. Whoever comes while
//! one is under way waits for the next, which begins after all of them came and serves them all.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::ports::PortError;

/// The reads of one thing.
#[derive(Default)]
pub(super) struct Reads {
    /// Reads that have begun.
    begun: AtomicU64,
    last: Mutex<Last>,
}

/// Numbers of the last reads that ended.
#[derive(Default)]
struct Last {
    done: u64,
    failed: Option<(u64, PortError)>,
}

impl Reads {
    /// Returns once a read that began after this call has ended: one of this caller's, or one of somebody else's.
    ///
    /// # Errors
    /// Those of that read.
    pub(super) async fn after_now<F>(&self, read: impl FnOnce() -> F) -> Result<(), PortError>
    where
        F: Future<Output = Result<(), PortError>>,
    {
        let wanted = self.begun.load(Ordering::Acquire) + 1;
        let mut last = self.last.lock().await;
        if last.done >= wanted {
            return Ok(());
        }
        if let Some((_, error)) = last.failed.as_ref().filter(|(read, _)| *read >= wanted) {
            return Err(error.clone());
        }
        // Only here, under the lock.
        let number = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
        match read().await {
            Ok(()) => last.done = number,
            Err(error) => {
                last.failed = Some((number, error.clone()));
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures::future::join_all;

    use super::*;

    /// Reads that take a second each.
    struct Slow {
        reads: Reads,
        count: AtomicU64,
        fails: bool,
    }

    impl Slow {
        async fn ask(&self) -> Result<(), PortError> {
            let read = async || {
                self.count.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                match self.fails {
                    true => Err(PortError::retry("no")),
                    false => Ok(()),
                }
            };
            self.reads.after_now(read).await
        }
    }

    fn slow(fails: bool) -> Arc<Slow> {
        Arc::new(Slow {
            reads: Reads::default(),
            count: AtomicU64::new(0),
            fails,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_during_a_read_shares_the_next() {
        for fails in [false, true] {
            let slow = slow(fails);
            let first = tokio::spawn({
                let slow = Arc::clone(&slow);
                async move { slow.ask().await }
            });
            tokio::time::sleep(Duration::from_millis(500)).await;
            let ended = join_all((0..32).map(|_| slow.ask())).await;
            assert_eq!(
                slow.count.load(Ordering::Relaxed),
                2,
                "one before, one for all"
            );
            assert!(ended.iter().all(|end| end.is_err() == fails));
            assert_eq!(first.await.expect("it ends").is_err(), fails);
            // Nobody is served by what began before they came.
            let _ = slow.ask().await;
            assert_eq!(slow.count.load(Ordering::Relaxed), 3);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_given_up_serves_nobody() {
        let slow = slow(false);
        let given_up = tokio::time::timeout(Duration::from_millis(500), slow.ask()).await;
        assert!(given_up.is_err());
        assert!(slow.ask().await.is_ok());
        assert_eq!(slow.count.load(Ordering::Relaxed), 2);
    }
}
