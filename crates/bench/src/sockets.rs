//! Thousands of players on one process, and what each of them costs it: `worldlog bots` beside `worldlog up`.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::report;
use crate::startup::Running;

/// Players at each place where they gather, on the average.
const PER_SPOT: usize = 50;
/// How long all of them may take to come in.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks at the process.
const LOOK: Duration = Duration::from_millis(500);
/// How long the process is left alone before the first look.
const REST: Duration = Duration::from_secs(3);

struct Wanted {
    sockets: usize,
    seconds: u64,
}

fn wanted(arguments: &[String]) -> Result<Wanted> {
    let mut wanted = Wanted {
        sockets: 5000,
        seconds: 300,
    };
    let mut arguments = arguments.iter();
    while let Some(flag) = arguments.next() {
        let value = arguments
            .next()
            .with_context(|| format!("{flag} of what?"))?;
        match flag.as_str() {
            "--sockets" => wanted.sockets = value.parse()?,
            "--seconds" => wanted.seconds = value.parse()?,
            _ => bail!("no such flag: {flag}; want --sockets N or --seconds S"),
        }
    }
    ensure!(
        wanted.sockets > 0 && wanted.seconds > 0,
        "want at least 1 of each"
    );
    Ok(wanted)
}

/// What a process has taken.
struct Taken {
    at: Instant,
    cpu: Duration,
    memory_mib: f64,
}

impl Taken {
    fn by(running: &Running) -> Result<Self> {
        Ok(Self {
            at: Instant::now(),
            cpu: cpu(running.id())?,
            memory_mib: running.memory_mib()?,
        })
    }
}

/// Processor time of a process.
fn cpu(id: u32) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name of the program may hold anything but ends with the last parenthesis.
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks =
        |place: usize| -> Result<u64> { Ok(fields.get(place).context("a short stat")?.parse()?) };
    // A hundred ticks a second on every Linux that runs this.
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// The players, ended when dropped.
struct Bots(Child);

impl Bots {
    fn on(running: &Running, wanted: &Wanted, out: &std::fs::File) -> Result<Self> {
        let binary: PathBuf = std::env::current_exe()?.with_file_name("worldlog");
        let spots = wanted.sockets.div_ceil(PER_SPOT).to_string();
        let child = Command::new(binary)
            .args(["bots", &wanted.sockets.to_string(), "--spots", &spots])
            .args(["--url", &running.url(), "--every", "1s", "--output", "json"])
            .stdout(Stdio::from(out.try_clone()?))
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }

    /// Ends them as Ctrl-C does: they tell how it was.
    fn end(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status()?;
        ensure!(asked.success(), "the players could not be ended");
        let status = self.0.wait()?;
        ensure!(status.success(), "the players ended with {status}");
        Ok(())
    }
}

impl Drop for Bots {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn inside(running: &Running) -> Result<usize> {
    let url = format!("{}/archipelago/status", running.url());
    let text = reqwest::get(url).await?.text().await?;
    let status: Value = serde_json::from_str(&text)?;
    let count = status["userCount"].as_u64().context("no userCount")?;
    Ok(usize::try_from(count)?)
}

pub(crate) async fn run(arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments)?;
    let most = (wanted.sockets + 1000).to_string();
    let running = Running::start(&[], &[("WORLDLOG__ARCHIPELAGO__MAX_USERS", &most)])?;
    tokio::time::sleep(REST).await;
    let idle = Taken::by(&running)?;
    let file = tempfile::NamedTempFile::new()?;
    let bots = Bots::on(&running, &wanted, file.as_file())?;
    let began = Instant::now();
    while inside(&running).await? < wanted.sockets {
        ensure!(
            began.elapsed() < PATIENCE,
            "{} of {} came in",
            inside(&running).await?,
            wanted.sockets
        );
        tokio::time::sleep(LOOK).await;
    }
    let entered = began.elapsed();
    let first = Taken::by(&running)?;
    let mut peak = first.memory_mib;
    let mut least = wanted.sockets;
    while first.at.elapsed() < Duration::from_secs(wanted.seconds) {
        tokio::time::sleep(LOOK).await;
        peak = peak.max(running.memory_mib()?);
        least = least.min(inside(&running).await?);
    }
    let last = Taken::by(&running)?;
    bots.end()?;
    let summary: Value = serde_json::from_str(&std::fs::read_to_string(file.path())?)?;
    tell(&wanted, entered, [&idle, &first, &last], peak, &summary);
    report::plain("least sockets at one look", &least.to_string());
    ensure!(summary["failed"] == 0, "sessions failed: {summary}");
    Ok(())
}

fn tell(wanted: &Wanted, entered: Duration, taken: [&Taken; 3], peak: f64, summary: &Value) {
    let [idle, first, last] = taken;
    let sockets = wanted.sockets as f64;
    let kib = |mib: f64| (mib - idle.memory_mib) * 1024.0 / sockets;
    let busy =
        (last.cpu - first.cpu).as_secs_f64() / last.at.duration_since(first.at).as_secs_f64();
    report::plain("sockets", &wanted.sockets.to_string());
    report::plain(
        "until all were in",
        &format!("{:.1} s", entered.as_secs_f64()),
    );
    report::plain("memory, idle", &format!("{:.0} MiB", idle.memory_mib));
    report::plain("memory, peak", &format!("{peak:.0} MiB"));
    report::plain("memory of a socket", &format!("{:.1} KiB", kib(peak)));
    report::plain(
        "the same at the end",
        &format!("{:.1} KiB", kib(last.memory_mib)),
    );
    report::plain(
        "processor, one core is 100 %",
        &format!("{:.1} %", busy * 100.0),
    );
    report::plain(
        "processor time of a socket a second",
        &format!("{:.1} µs", busy * 1e6 / sockets),
    );
    let ms = |name: &str| format!("{} ms", summary[name]);
    report::plain(
        "first heartbeat to island_changed, p50",
        &ms("firstIslandP50Ms"),
    );
    report::plain(
        "first heartbeat to island_changed, p99",
        &ms("firstIslandP99Ms"),
    );
    for name in ["heartbeats", "islandChanges", "kicked", "failed"] {
        report::plain(name, &summary[name].to_string());
    }
}
