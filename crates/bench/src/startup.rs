//! The real binary: how soon it serves, and what it takes when idle.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::report;

/// A running `worldlog`, ended when dropped.
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
    ready: serde_json::Value,
}

impl Running {
    /// Starts it on a free port and an empty data folder, with settings as variables of its environment, and waits for
    /// its ready file.
    pub(crate) fn start(arguments: &[&str], settings: &[(&str, &str)]) -> Result<Self> {
        Self::start_in(tempfile::tempdir()?, arguments, settings)
    }

    /// The same on what is in the folder `data` of this one.
    pub(crate) fn start_in(
        folder: TempDir,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let data = folder.path().join("data");
        let data = data.to_string_lossy();
        let mut up = vec!["up", "--data", &*data];
        up.extend(arguments);
        Self::begin(folder, &up, settings)
    }

    /// Starts any verb that listens; the folder is its own.
    pub(crate) fn begin(
        folder: TempDir,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let ready_file = folder.path().join("ready.json");
        let binary = std::env::current_exe()?.with_file_name("worldlog");
        let mut child = Command::new(&binary)
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--ready-file"])
            .arg(&ready_file)
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} (run `make build` first)", binary.display()))?;
        let started = Instant::now();
        let text = loop {
            if let Ok(text) = std::fs::read_to_string(&ready_file) {
                break text;
            }
            ensure!(
                child.try_wait()?.is_none(),
                "worldlog ended before it was ready"
            );
            ensure!(
                started.elapsed() < Duration::from_secs(60),
                "worldlog is not ready after 60 s"
            );
            std::thread::sleep(Duration::from_millis(2));
        };
        Ok(Self {
            child,
            folder,
            ready: serde_json::from_str(&text)?,
        })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        self.ready["url"].as_str().unwrap_or_default().to_owned()
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MiB.
    pub(crate) fn memory_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|l| l.starts_with("VmRSS:"))
            .context("no VmRSS line")?;
        let kib: f64 = line
            .split_whitespace()
            .nth(1)
            .context("no number")?
            .parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = &self.folder;
    }
}

pub(crate) async fn run() -> Result<()> {
    let started = Instant::now();
    let running = Running::start(&[], &[])?;
    let url = format!("{}/catalyst/health/ready", running.url());
    reqwest::get(url).await?.error_for_status()?;
    let time = started.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    report::plain(
        "start to first served request",
        &format!("{} ms", time.as_millis()),
    );
    report::plain(
        "idle memory (resident)",
        &format!("{:.0} MiB", running.memory_mib()?),
    );
    Ok(())
}
