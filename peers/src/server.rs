//! A server as a child process in a group of its own: start and wait until it answers, kill, stop, pause, restart.

use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use crate::folders;
use crate::ledger::Record;
use crate::probe::Probe;
use crate::process::{self, Process};

/// How long a server may take to end by itself.
const STOP_WITHIN: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);
const LOG_LINES: usize = 30;
const LOG_BYTES_MAX: usize = 8 * 1024;

/// How to start one server.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    /// Configuration, data and log.
    pub(crate) folder: PathBuf,
    /// Program and arguments.
    pub(crate) command: Vec<String>,
    pub(crate) environment: Vec<(&'static str, String)>,
    pub(crate) address: String,
    pub(crate) probe: Probe,
    pub(crate) ready_within: Duration,
}

/// A running server of one's own. Dropping it kills its process group; its data stay.
#[derive(Debug)]
pub struct Server {
    plan: Plan,
    ledger: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// Kills the group when this process dies without a word; none for a server that shall outlive it.
    watchdog: Option<Child>,
    record: Record,
}

impl Server {
    /// Starts it for the lifetime of this process and waits until it answers.
    pub(crate) async fn start(plan: Plan) -> Result<Self> {
        let mut server = Self {
            plan,
            ledger: folders::ledger(&folders::root()),
            running: None,
        };
        server.launch(true).await?;
        Ok(server)
    }

    /// Starts it so that it outlives this process.
    pub(crate) async fn leave_running(plan: Plan, ledger: PathBuf) -> Result<Record> {
        let mut server = Self {
            plan,
            ledger,
            running: None,
        };
        server.launch(false).await?;
        let running = server.running.take().context("it was just started")?;
        Ok(running.record)
    }

    /// `host:port` of its one listener; a restart keeps it.
    pub fn address(&self) -> &str {
        &self.plan.address
    }

    /// Configuration, data and log.
    pub fn folder(&self) -> &Path {
        &self.plan.folder
    }

    /// The process id; none while it is killed or stopped.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.child.id())
    }

    /// SIGKILL, as a machine that loses power would; returns when the process is gone.
    pub fn kill(&mut self) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        let _ = process::signal(running.child.id(), Signal::KILL);
        let _ = running.child.wait();
        running.farewell(&self.ledger);
    }

    /// SIGTERM; returns when the process is gone.
    ///
    /// # Errors
    /// When it can't be signalled. A server that doesn't end within 30 seconds is killed.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(running) = &mut self.running else {
            return Ok(());
        };
        let deadline = Instant::now() + STOP_WITHIN;
        process::signal(running.child.id(), Signal::TERM)?;
        process::signal(running.child.id(), Signal::CONT)?;
        while running.child.try_wait()?.is_none() && Instant::now() < deadline {
            sleep(POLL).await;
        }
        self.kill();
        Ok(())
    }

    /// SIGSTOP: connections stay open and nothing answers; returns when all its threads stand still.
    ///
    /// # Errors
    /// When it doesn't run.
    pub fn pause(&self) -> Result<()> {
        let pid = self.pid().context("it doesn't run")?;
        process::signal(pid, Signal::STOP)?;
        process::wait_until_stopped(pid)
    }

    /// SIGCONT after [`Server::pause`].
    ///
    /// # Errors
    /// When it doesn't run.
    pub fn resume(&self) -> Result<()> {
        process::signal(self.pid().context("it doesn't run")?, Signal::CONT)
    }

    /// Starts it again with the same port and data, after stopping it if it runs; returns when it answers.
    ///
    /// # Errors
    /// As starting does: with the end of the server's log.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.launch(true).await
    }

    /// The end of what the server wrote to its standard output and error.
    pub fn log_tail(&self) -> String {
        tail(&log_file(&self.plan.folder))
    }

    async fn launch(&mut self, owned: bool) -> Result<()> {
        self.running = Some(Running::start(&self.plan, &self.ledger, owned)?);
        let deadline = Instant::now() + self.plan.ready_within;
        let name = self.plan.name;
        loop {
            let answer = self.plan.probe.ask(&self.plan.address).await;
            let running = self.running.as_mut().context("it was just started")?;
            // First: whoever answers at that port isn't ours when ours has ended.
            let failure = match (running.child.try_wait()?, answer) {
                (Some(status), _) => anyhow!("{name} ended at its start ({status})"),
                (None, Ok(())) => return Ok(()),
                (None, Err(error)) if Instant::now() >= deadline => {
                    let patience = self.plan.ready_within;
                    error.context(format!("{name} isn't ready after {patience:?}"))
                }
                (None, Err(_)) => {
                    sleep(POLL).await;
                    continue;
                }
            };
            self.kill();
            bail!(
                "{name} doesn't start: {failure:#}; the end of its log:\n{}",
                self.log_tail()
            );
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Running {
    fn start(plan: &Plan, ledger: &Path, owned: bool) -> Result<Self> {
        let (program, arguments) = plan.command.split_first().context("a program")?;
        fs::create_dir_all(&plan.folder)?;
        let file = log_file(&plan.folder);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&file)
            .with_context(|| format!("open {}", file.display()))?;
        let mut child = Command::new(program)
            .args(arguments)
            .envs(plan.environment.iter().map(|(key, value)| (key, value)))
            .current_dir(&plan.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
            .with_context(|| format!("start {program}"))?;
        let entered = enter(plan, ledger, &child, owned);
        let (record, watchdog) = match entered {
            Ok(entered) => entered,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(error);
            }
        };
        Ok(Self {
            child,
            watchdog,
            record,
        })
    }

    /// The server is gone and reaped: its pid may be another's from now on, so nobody may kill it any more.
    fn farewell(mut self, ledger: &Path) {
        if let Some(watchdog) = &mut self.watchdog {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
        self.record.strike(ledger);
    }
}

fn enter(
    plan: &Plan,
    ledger: &Path,
    child: &Child,
    owned: bool,
) -> Result<(Record, Option<Child>)> {
    let pid = child.id();
    let process = Process::find(pid).with_context(|| {
        let (name, log) = (plan.name, tail(&log_file(&plan.folder)));
        format!("{name} doesn't start: {name} ended at once; the end of its log:\n{log}")
    })?;
    let record = Record {
        name: plan.name.to_owned(),
        process,
        command: plan.command.clone(),
        address: plan.address.clone(),
        folder: plan.folder.clone(),
        owner: if owned { Some(Process::own()?) } else { None },
    };
    record.enter(ledger)?;
    let watchdog = if owned {
        Some(watch(pid, &record.file(ledger))?)
    } else {
        None
    };
    Ok((record, watchdog))
}

/// A shell that waits for the end of a pipe whose other end only this process holds. However this process dies, the
/// kernel closes the pipe, and the shell kills the server's group and strikes out its record.
fn watch(pid: u32, record: &Path) -> Result<Child> {
    Command::new("sh")
        .args([
            "-c",
            "read _; kill -KILL \"-$0\"; rm -f \"$1\"",
            &pid.to_string(),
        ])
        .arg(record)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("start sh")
}

pub(crate) fn log_file(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// The last lines of a log.
pub(crate) fn tail(file: &Path) -> String {
    let bytes = fs::read(file).unwrap_or_default();
    let end = &bytes[bytes.len().saturating_sub(LOG_BYTES_MAX)..];
    let text = String::from_utf8_lossy(end);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}
