//! Processes as `/proc` shows them: is this pid still the process we started, and how to signal it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

/// Far longer than any system call of a server takes.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);

/// A process that can't be mistaken for a later one with the same pid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// The process id; servers lead a group of the same number.
    pub pid: u32,
    /// When it started, in clock ticks since the machine did.
    pub started: u64,
}

impl Process {
    /// The process that has this pid now, unless it is a zombie.
    pub fn find(pid: u32) -> Option<Self> {
        let fields = stat(Path::new(&format!("/proc/{pid}/stat")))?;
        if matches!(fields.first()?.as_str(), "Z" | "X") {
            return None;
        }
        let started = fields.get(19)?.parse().ok()?;
        Some(Self { pid, started })
    }

    /// This process.
    pub fn own() -> Result<Self> {
        Self::find(std::process::id()).context("/proc shows no processes: the servers need Linux")
    }

    /// Whether it still runs.
    pub fn alive(&self) -> bool {
        Self::find(self.pid) == Some(*self)
    }

    /// Its command line, empty when it is gone.
    pub fn command(&self) -> Vec<String> {
        let Ok(bytes) = fs::read(format!("/proc/{}/cmdline", self.pid)) else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(&bytes);
        let words = text.strip_suffix('\0').unwrap_or(&text);
        words.split('\0').map(str::to_owned).collect()
    }
}

/// The fields of a `stat` file from the state on.
fn stat(file: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(file).ok()?;
    // The command's name may hold spaces and parentheses; the fields count from its last one.
    let (_, fields) = text.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// Blocks until no thread of a process that was sent SIGSTOP runs: each stops when it next leaves the kernel.
pub(crate) fn wait_until_stopped(pid: u32) -> Result<()> {
    let deadline = Instant::now() + STOPPED_WITHIN;
    loop {
        let threads = fs::read_dir(format!("/proc/{pid}/task"))?.flatten();
        let mut states = threads.filter_map(|thread| stat(&thread.path().join("stat")));
        if states.all(|fields| fields.first().is_some_and(|state| state == "T")) {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "process {pid} doesn't stand still"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Sends a signal to the group that `pid` leads; a group that is gone is no error.
pub fn signal(pid: u32, signal: Signal) -> Result<()> {
    let raw = i32::try_from(pid).context("a process id")?;
    let group = Pid::from_raw(raw).context("process 0 is not ours")?;
    match kill_process_group(group, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("signal process group {pid}")),
    }
}

/// Ends a process that isn't our child: SIGTERM, and SIGKILL after `patience`.
pub async fn end(process: Process, patience: Duration) -> Result<()> {
    let deadline = tokio::time::Instant::now() + patience;
    signal(process.pid, Signal::TERM)?;
    // A paused process would keep the SIGTERM for later.
    signal(process.pid, Signal::CONT)?;
    while process.alive() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if process.alive() {
        signal(process.pid, Signal::KILL)?;
        while process.alive() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}
