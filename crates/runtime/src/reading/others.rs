//! Learning how far the processors of other processes have come.
//!
//! A process knows of its own partitions at once. What another process has flushed it reads from the marks in the
//! store, and only while someone waits for it, so that idle gateways cost the store nothing.

use std::sync::Arc;
use std::time::Duration;

use super::Progress;
use crate::dead_letters::TOPIC;
use crate::ports::{PortError, Store};

/// Longest pause after the store did not answer.
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// Takes over the marks of one generation of a processor.
///
/// # Errors
/// The store's faults.
pub(super) async fn learn(
    store: &dyn Store,
    progress: &Progress,
    processor: &str,
    generation: u32,
) -> Result<(), PortError> {
    let marks = store.marks(processor, generation).await?;
    for ((_, partition), mark) in marks.into_iter().filter(|((topic, _), _)| topic != TOPIC) {
        progress.advance(processor, generation, partition, mark.next);
    }
    Ok(())
}

/// Reads the marks that someone waits for, every `every`, for ever.
pub async fn follow_marks(store: Arc<dyn Store>, progress: Arc<Progress>, every: Duration) {
    let mut pause = every;
    loop {
        let wanted = progress.wanted();
        if wanted.is_empty() {
            progress.asked().await;
            continue;
        }
        pause = match learn_all(&*store, &progress, &wanted).await {
            Ok(()) => every,
            Err(error) => {
                tracing::warn!(%error, "cannot read how far other processes have come");
                (pause * 2).min(PAUSE_MAX)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn learn_all(
    store: &dyn Store,
    progress: &Progress,
    wanted: &[(String, u32)],
) -> Result<(), PortError> {
    for (processor, generation) in wanted {
        learn(store, progress, processor, *generation).await?;
    }
    Ok(())
}
