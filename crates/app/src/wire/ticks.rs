//! Feeds the platform's clock where it follows `platform/clock-tick` events.

use std::sync::Arc;
use std::time::Duration;

use runtime::platform::Platform;
use runtime::ports::{PortError, ReadLimits};
use tokio::task::JoinSet;

/// Where ticks are.
const TOPIC: &str = "platform.ticks";
/// Its one partition.
const PARTITION: u32 = 0;
/// At start, the greatest of this many last ticks is the time: ticks may arrive a little out of order.
const LOOK_BACK: u64 = 4096;
/// Pause after a fault of the log.
const RETRY: Duration = Duration::from_millis(200);

/// Starts to follow, unless the clock is the machine's.
pub(super) fn follow(platform: &Platform, tasks: &mut JoinSet<()>) {
    if !platform.clock.follows_ticks() {
        return;
    }
    let platform = platform.clone();
    tasks.spawn(async move {
        let end = platform.log.ends(TOPIC).await.unwrap_or_default();
        let mut next = end.first().map_or(0, |end| end.saturating_sub(LOOK_BACK));
        loop {
            match step(&platform, next).await {
                Ok(after) => next = after,
                Err(error) => {
                    tracing::warn!(%error, "ticks are not read; trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    });
}

/// Waits for ticks, takes those that are there and says where to go on.
async fn step(platform: &Platform, next: u64) -> Result<u64, PortError> {
    platform.log.wait(TOPIC, PARTITION, next).await?;
    let limits = ReadLimits::default();
    let batch = platform.log.read(TOPIC, PARTITION, next, limits).await?;
    for record in &batch.records {
        let value = record.value.as_deref().map(model::decode_json);
        let now = match value {
            Some(Ok(decoded)) => decoded.value["metadata"]["now"].as_i64(),
            _ => None,
        };
        if let Some(now) = now {
            Arc::as_ref(&platform.clock).observe_tick(now);
        }
    }
    Ok(batch.next.max(next))
}
