//! From append to visible, at a steady two thousand events a second.
//!
//! The first seconds of the load are not counted: servers on a virtual machine compile as they go, and what is measured is how
//! fast they are and not how they start.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use kernel::{ErasedProcessor, Processor};
use runtime::engine::{Engine, Settings};
use runtime::platform::Platform;
use tokio::task::JoinSet;

use crate::events::{self, Steps};
use crate::{platform, report};

const EVENTS: usize = 10_000;
const PER_SECOND: usize = 2_000;

/// How long the load runs before times count.
const WARMING: Duration = Duration::from_secs(1);

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (platform, log, _store) = platform::open(folder.path(), &[&Steps::SPEC]).await?;
    let times = times(&platform, WARMING).await?;
    report::percentiles("append to visible at 2 000 events/s", times);
    log.close().await?;
    Ok(())
}

/// How long each event took from its append until a reader could see it, once the load has run for a while.
pub(crate) async fn times(platform: &Platform, warming: Duration) -> Result<Vec<Duration>> {
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Steps)];
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    // It has its partitions, and has read what is there already, before the first event is timed.
    platform.append(vec![events::event(0)]).await?;
    platform.waiter.at_rest().await?;
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PER_SECOND as u32);
    let mut waiting = JoinSet::new();
    let uncounted = warming.as_secs() as usize * PER_SECOND;
    for n in 0..uncounted + EVENTS {
        pace.tick().await;
        let platform = platform.clone();
        waiting.spawn(async move {
            let started = Instant::now();
            let token = platform.append(vec![events::event(n)]).await?;
            platform.waiter.passed(Steps::SPEC.name, &token).await?;
            anyhow::Ok((n, started.elapsed()))
        });
    }
    let mut times = Vec::with_capacity(EVENTS);
    while let Some(time) = waiting.join_next().await {
        let (n, time) = time??;
        if n >= uncounted {
            times.push(time);
        }
    }
    engine.stop().await;
    Ok(times)
}
