//! `bench rebuilds [--events N]`: a read model made anew of a long log, in a process of its own; and what readers notice of it
//! (`reads`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use kernel::{ErasedProcessor, Processor};
use runtime::engine::{Engine, Settings};
use runtime::generations::{self, Generation, State};
use runtime::platform::Platform;
use runtime::ports::Log;
use tokio::process::Command;

use crate::events::{self, Steps};
use crate::{platform, reads, report};

/// First argument of a process that rebuilds.
pub(crate) const WORKER: &str = "rebuild-worker";
const EVENTS: usize = 10_000_000;
/// Records appended at once.
const BATCH: usize = 1_000;
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// All of it.
pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let count = match arguments {
        [] => EVENTS,
        [flag, count] if flag == "--events" => count.parse().context("--events N")?,
        other => anyhow::bail!("{other:?}: want --events N"),
    };
    let folder = tempfile::tempdir()?;
    append(folder.path(), count).await?;
    println!("{}", job(folder.path(), count).await?);
    drop(folder);
    // A hundredth of the events, as each makes several others there.
    reads::run(count / 100).await
}

async fn append(folder: &Path, count: usize) -> Result<()> {
    let (_, log, store) = platform::open(folder, &[&Steps::SPEC]).await?;
    for first in (0..count).step_by(BATCH) {
        let last = count.min(first + BATCH);
        log.append((first..last).map(events::event).collect())
            .await?;
    }
    log.close().await?;
    store.close().await?;
    Ok(())
}

/// Rebuilds in a process of its own, on whose memory nothing else has left a mark. Gives what it says.
async fn job(folder: &Path, events: usize) -> Result<String> {
    let done = Command::new(std::env::current_exe()?)
        .arg(WORKER)
        .arg(folder)
        .arg(events.to_string())
        .output()
        .await?;
    let errors = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "the rebuild failed: {errors}");
    Ok(String::from_utf8(done.stdout)?.trim_end().to_owned())
}

/// Builds a generation beside the live one.
pub(crate) async fn work(arguments: &[String]) -> Result<()> {
    let [folder, events] = arguments else {
        anyhow::bail!("want a folder, and how many events there are");
    };
    let events: usize = events.parse()?;
    let peak = watch_memory();
    let (platform, log, store) = platform::open(Path::new(folder), &[&Steps::SPEC]).await?;
    platform.views.registry().load().await?;
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Steps)];
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let started = Instant::now();
    build(&platform).await?;
    let time = started.elapsed();
    let peak = peak.load(Ordering::Relaxed);
    engine.stop().await;
    log.close().await?;
    store.close().await?;
    let rate = report::per_second(events, time) / 1e3;
    let seconds = time.as_secs_f64();
    let figure = format!("rebuild of {events} events beside the live model");
    println!("{figure:<52} {seconds:>8.2} s {rate:>9.0} k/s {peak:>6} MiB at most");
    Ok(())
}

/// Builds a generation beside the live one, until it has come to the end of the log.
async fn build(platform: &Platform) -> Result<()> {
    let spec = &Steps::SPEC;
    let new = Generation {
        revision: spec.revision,
        state: State::Building,
        created_at: platform.clock.now_ms(),
        until: None,
        throttle: None,
        paused: false,
    };
    let number = generations::build(platform, spec, new).await?;
    let ends = platform.log.ends(spec.input).await?;
    loop {
        let reached = |partition| platform.progress.mark(spec.name, number, partition);
        let mut ends = (0..).zip(&ends);
        if ends.all(|(partition, end)| reached(partition) >= *end) {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The most memory of its own that this process ever had, looked at ten times a second: files that are mapped belong to the
/// system, which takes their pages back when it wants them.
fn watch_memory() -> Arc<AtomicU64> {
    let peak = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&peak);
    std::thread::spawn(move || {
        while let Ok(now) = own_mib() {
            seen.fetch_max(now, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    peak
}

fn own_mib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib: u64 = line
        .and_then(|line| line.split_whitespace().next())
        .context("no RssAnon line")?
        .parse()?;
    Ok(kib >> 10)
}
