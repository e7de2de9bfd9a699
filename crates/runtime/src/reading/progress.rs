//! How far each processor's flushed state has come, and waiting for it without polling.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

type Key = (String, u32, u32);
type Generation = (String, u32);

/// For each (processor, generation, partition) the next offset whose effects are not yet readable.
#[derive(Debug, Default)]
pub struct Progress {
    marks: Mutex<BTreeMap<Key, watch::Sender<u64>>>,
    waiting: Mutex<BTreeMap<Generation, usize>>,
    asked: Notify,
}

/// Counts a waiter for as long as it waits.
struct Waiting<'a> {
    progress: &'a Progress,
    generation: Generation,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waiting = self.progress.waiting();
        if let Some(count) = waiting.get_mut(&self.generation) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.generation);
            }
        }
    }
}

impl Progress {
    fn sender(&self, processor: &str, generation: u32, partition: u32) -> watch::Sender<u64> {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks
            .entry((processor.to_owned(), generation, partition))
            .or_insert_with(|| watch::Sender::new(0))
            .clone()
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Generation, usize>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
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
        let sender = self.sender(processor, generation, partition);
        if *sender.borrow() >= next {
            return;
        }
        let _waiting = self.wait(processor, generation);
        // `sender` lives as long as this call, so this only ends with the condition.
        let _ = sender.subscribe().wait_for(|m| *m >= next).await;
    }

    fn wait(&self, processor: &str, generation: u32) -> Waiting<'_> {
        let generation = (processor.to_owned(), generation);
        *self.waiting().entry(generation.clone()).or_default() += 1;
        self.asked.notify_one();
        Waiting {
            progress: self,
            generation,
        }
    }

    /// The processors and generations that someone waits for now.
    pub(super) fn wanted(&self) -> Vec<Generation> {
        self.waiting().keys().cloned().collect()
    }

    /// Returns when someone began to wait since the last call returned.
    pub(super) async fn asked(&self) {
        self.asked.notified().await;
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
        assert_eq!(progress.wanted(), [("p".to_owned(), 1)]);
        progress.advance("p", 1, 3, 5);
        waiting.await.expect("the waiter does not panic");
        progress.advance("p", 1, 3, 1);
        assert_eq!(progress.mark("p", 1, 3), 5);
        assert_eq!(progress.wanted(), []);
    }
}
