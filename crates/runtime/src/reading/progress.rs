//! How far each processor's flushed state has come, and waiting for it without polling.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

type Key = (String, u32, u32);

/// For each (processor, generation, partition) the next offset whose effects are not yet readable.
#[derive(Debug, Default)]
pub struct Progress {
    marks: Mutex<BTreeMap<Key, watch::Sender<u64>>>,
}

impl Progress {
    fn sender(&self, processor: &str, generation: u32, partition: u32) -> watch::Sender<u64> {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks
            .entry((processor.to_owned(), generation, partition))
            .or_insert_with(|| watch::Sender::new(0))
            .clone()
    }

    /// Notes that everything before `next` is readable. Never goes back.
    pub fn advance(&self, processor: &str, generation: u32, partition: u32, next: u64) {
        self.sender(processor, generation, partition)
            .send_if_modified(|mark| {
                let moved = next > *mark;
                *mark = next.max(*mark);
                moved
            });
    }

    /// The next offset whose effects are not yet readable; 0 before the first.
    pub fn mark(&self, processor: &str, generation: u32, partition: u32) -> u64 {
        *self.sender(processor, generation, partition).borrow()
    }

    /// Waits until everything before `next` is readable.
    pub async fn until(&self, processor: &str, generation: u32, partition: u32, next: u64) {
        let mut mark = self.sender(processor, generation, partition).subscribe();
        // The sender lives in the map as long as `self` does, so this only ends with the condition.
        let _ = mark.wait_for(|m| *m >= next).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_until_the_mark_has_passed() {
        let progress = std::sync::Arc::new(Progress::default());
        let waiting = tokio::spawn({
            let progress = progress.clone();
            async move { progress.until("p", 1, 3, 5).await }
        });
        progress.advance("p", 1, 3, 4);
        progress.advance("p", 1, 2, 9);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        progress.advance("p", 1, 3, 5);
        waiting.await.expect("the waiter does not panic");
        progress.advance("p", 1, 3, 1);
        assert_eq!(progress.mark("p", 1, 3), 5);
    }
}
