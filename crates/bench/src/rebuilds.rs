//! `bench rebuilds [--events N]`: a read model made anew of a long log, from its start and from a snapshot of nine tenths of
//! it, each in a process of its own; and what readers notice of it (`reads`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use kernel::{ErasedProcessor, Processor};
use runtime::engine::{Engine, Settings};
use runtime::generations::{self, Copying, Generation, Origin};
use runtime::platform::Platform;
use runtime::ports::Log;
use runtime::snapshots::{Manifest, Taken, choose, take};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::events::{self, Steps};
use crate::{platform, reads, report};

/// First argument of a process that does one of the jobs.
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
    let before = count / 10 * 9;
    append(folder.path(), 0..before).await?;
    let job = async |name: &str, events: usize| {
        let said = job(name, folder.path(), events).await?;
        println!("{said}");
        anyhow::Ok(())
    };
    job("snapshot", before).await?;
    append(folder.path(), before..count).await?;
    job("from-snapshot", count).await?;
    job("from-start", count).await?;
    drop(folder);
    // A hundredth of the events, as each makes several others there.
    reads::run(count / 100).await
}

async fn append(folder: &Path, range: std::ops::Range<usize>) -> Result<()> {
    let (_, log, store) = platform::open(folder, &[&Steps::SPEC]).await?;
    for first in range.clone().step_by(BATCH) {
        let last = range.end.min(first + BATCH);
        log.append((first..last).map(events::event).collect())
            .await?;
    }
    log.close().await?;
    store.close().await?;
    Ok(())
}

/// Does a job in a process of its own, on whose memory nothing else has left a mark. Gives what it says.
async fn job(name: &str, folder: &Path, events: usize) -> Result<String> {
    let done = Command::new(std::env::current_exe()?)
        .args([WORKER, name])
        .arg(folder)
        .arg(events.to_string())
        .output()
        .await?;
    let errors = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{name} failed: {errors}");
    Ok(String::from_utf8(done.stdout)?.trim_end().to_owned())
}

/// Does one of the jobs.
pub(crate) async fn work(arguments: &[String]) -> Result<()> {
    let [name, folder, events] = arguments else {
        anyhow::bail!("want a job, a folder, and how many events there are");
    };
    let events: usize = events.parse()?;
    let peak = watch_memory();
    let (platform, log, store) = platform::open(Path::new(folder), &[&Steps::SPEC]).await?;
    platform.views.registry().load().await?;
    let processors: Vec<Arc<dyn ErasedProcessor>> = vec![Arc::new(Steps)];
    let engine = Engine::start(Settings::default(), platform.clone(), processors).await?;
    platform.waiter.at_rest().await?;
    let started = Instant::now();
    let figure = match &**name {
        "snapshot" => {
            let taken = snapshot(&platform).await?;
            format!("snapshot of {events} events, {} MiB", taken.bytes >> 20)
        }
        "from-snapshot" => {
            let manifest = choose(&platform, &Steps::SPEC, None, None).await?;
            build(&platform, Some(manifest)).await?;
            format!("rebuild of {events} events from a snapshot")
        }
        _ => {
            build(&platform, None).await?;
            format!("rebuild of {events} events from the start")
        }
    };
    let time = started.elapsed();
    let peak = peak.load(Ordering::Relaxed);
    engine.stop().await;
    log.close().await?;
    store.close().await?;
    let rate = report::per_second(events, time) / 1e3;
    let seconds = time.as_secs_f64();
    println!("{figure:<52} {seconds:>8.2} s {rate:>9.0} k/s {peak:>6} MiB at most");
    Ok(())
}

async fn snapshot(platform: &Platform) -> Result<Manifest> {
    let (tell, mut told) = mpsc::channel(16);
    let listen = tokio::spawn(async move { while told.recv().await.is_some() {} });
    let live = platform.views.live(Steps::SPEC.name);
    let of = Taken {
        generation: live,
        lineage: vec![live],
        revision: Steps::SPEC.revision,
        program: "bench".to_owned(),
    };
    let manifest = take(platform, &Steps, of, tell).await?;
    listen.await?;
    Ok(manifest)
}

/// Builds a generation beside the live one, until it has come to the end of the log.
async fn build(platform: &Platform, from: Option<Manifest>) -> Result<()> {
    let spec = &Steps::SPEC;
    let now = platform.clock.now_ms();
    let new = Generation {
        snapshot: from.map(|manifest| Origin {
            number: manifest.number,
            lineage: manifest.lineage,
            rows_from: manifest
                .places
                .iter()
                .map(|place| place.rows_from)
                .collect(),
            whole_at: manifest.places.iter().map(|place| place.end).collect(),
            copying: Some(Copying::default()),
        }),
        ..Generation::building(spec.revision, now)
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
