//! What players do, folded into badges by the platform's own processors, beside the bare decoding of the same events.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kernel::NewRecord;
use runtime::engine::{Engine, Settings};
use runtime::ports::Log;

use crate::{platform, play, report};

const EVENTS: usize = 200_000;
const PLAYERS: usize = 2_000;
/// Records appended at once.
const BATCH: usize = 1_000;
/// All that has a part in it.
const PROCESSORS: [&str; 5] = [
    "badge_actions",
    "badge_deployments",
    "badge_items",
    "badge_places",
    "badges",
];

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let processors = platform::processors(&PROCESSORS);
    ensure!(
        processors.len() == PROCESSORS.len(),
        "a processor is missing"
    );
    let specs = platform::specs(&processors);
    let (platform, log, store) = platform::open(folder.path(), &specs).await?;
    log.append(play::world()).await?;
    let records: Vec<NewRecord> = (0..EVENTS).map(|n| play::record(n, PLAYERS)).collect();
    for part in records.chunks(BATCH) {
        log.append(part.to_vec()).await?;
    }
    let limit = bare(&records)?;
    let started = Instant::now();
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let time = started.elapsed();
    let granted: u64 = log.ends("badge.events").await?.iter().sum();
    ensure!(
        granted > PLAYERS as u64,
        "only {granted} badges were granted"
    );
    engine.stop().await;
    log.close().await?;
    store.close().await?;
    report::rate(
        &format!("badges of {PLAYERS} players, {granted} granted"),
        report::per_second(EVENTS, time),
        report::per_second(EVENTS, limit),
    );
    Ok(())
}

/// Decodes every event as the first processors do, and does nothing else.
fn bare(records: &[NewRecord]) -> Result<Duration> {
    let started = Instant::now();
    for record in records {
        std::hint::black_box(model::decode_json(
            record.value.as_deref().unwrap_or_default(),
        )?);
    }
    Ok(started.elapsed())
}
