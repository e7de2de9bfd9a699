//! What a process cost: its own word on how long the work took, the system's on CPU time and memory.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

/// How often the system is asked.
const LOOK: Duration = Duration::from_millis(50);
/// Clock ticks a second in `/proc`; the same on every Linux there is.
const TICKS: f64 = 100.0;

/// The line of JSON a job prints at its end.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Said {
    /// Records read, or rows written.
    pub(super) records: u64,
    /// Seconds from the first to the last.
    pub(super) seconds: f64,
    /// Rows and aggregates written to the store.
    #[serde(default)]
    pub(super) rows: u64,
    /// Anything else, for people.
    #[serde(default)]
    pub(super) line: String,
}

/// What a job was and cost.
#[derive(Clone, Debug)]
pub(super) struct Cost {
    pub(super) said: Said,
    pub(super) cpu_seconds: f64,
    pub(super) peak_mib: u64,
    pub(super) line: String,
}

/// Runs a command to its end.
pub(super) async fn run(name: &str, mut command: Command) -> Result<Cost> {
    command
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true);
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let pid = child.id().context("it has just been started")?;
    let mut out = child.stdout.take().context("its output is piped")?;
    let reading = tokio::spawn(async move {
        let mut text = String::new();
        out.read_to_string(&mut text).await.map(|_| text)
    });
    let (mut cpu_seconds, mut peak_mib) = (0.0, 0);
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = tokio::time::sleep(LOOK) => {
                cpu_seconds = cpu_of(pid).unwrap_or(cpu_seconds);
                peak_mib = peak_of(pid).unwrap_or(peak_mib);
            }
        }
    };
    let text = reading.await??;
    if !status.success() {
        bail!("{name} ended with {status}: {text}");
    }
    let last = text.lines().rev().find(|line| line.starts_with('{'));
    let said: Said = serde_json::from_str(last.with_context(|| format!("{name} said {text:?}"))?)?;
    Ok(Cost {
        line: said.line.clone(),
        said,
        cpu_seconds,
        peak_mib,
    })
}

/// User and system time of a process, in seconds.
fn cpu_of(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may have spaces.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let user: f64 = fields.nth(11)?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

/// Peak resident memory of a process, in MiB.
fn peak_of(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib >> 10)
}

/// The costs side by side.
#[derive(Default)]
pub(super) struct Table(Vec<(String, Cost)>);

impl Table {
    pub(super) fn add(&mut self, name: &str, cost: Cost) {
        eprintln!("{name}: {:.1} s", cost.said.seconds);
        self.0.push((name.to_owned(), cost));
    }

    pub(super) fn print(&self) {
        println!(
            "{:<34} {:>10} {:>12} {:>9} {:>9} {:>9}",
            "job", "records", "records/s", "rows/s", "CPU s", "peak MiB"
        );
        for (name, cost) in &self.0 {
            let per_second = |n: u64| n as f64 / cost.said.seconds;
            println!(
                "{name:<34} {:>10} {:>12.0} {:>9.0} {:>9.1} {:>9}",
                cost.said.records,
                per_second(cost.said.records),
                per_second(cost.said.rows),
                cost.cpu_seconds,
                cost.peak_mib
            );
        }
    }
}
