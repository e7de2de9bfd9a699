//! `peers run -- COMMAND`: the servers for as long as a command runs, whoever else uses them meanwhile.
//!
//! Every `run` enters itself as a holder; `peers up` enters the set as kept. The last holder to leave stops the
//! servers, unless they are kept. So what ran before `make test` still runs after it, and what didn't doesn't.

use std::fs;
use std::path::PathBuf;
use std::process::ExitStatus;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use crate::kind::Kind;
use crate::process::Process;
use crate::set::Set;
use crate::{PEERS_VARIABLE, folders, ledger};

impl Set {
    /// Starts what doesn't run, runs the command with `WORLDLOG_PEERS` set, and stops the servers unless somebody else
    /// wants them. Where `WORLDLOG_PEERS` is set already it only runs the command. Signals go on to the command.
    ///
    /// # Errors
    /// When a server or the command doesn't start.
    pub async fn run(&self, kinds: &[Kind], command: &[String]) -> Result<ExitStatus> {
        let mut signals = Signals::new()?;
        if let Ok(elsewhere) = std::env::var(PEERS_VARIABLE)
            && !elsewhere.is_empty()
        {
            eprintln!("peers: starting nothing, because {PEERS_VARIABLE} is {elsewhere}");
            return execute(command, None, &mut signals).await;
        }
        let ended = tokio::select! {
            held = self.hold(kinds) => match held {
                Ok(()) => execute(command, Some(self.file()), &mut signals).await,
                Err(error) => Err(error),
            },
            name = signals.next() => Err(anyhow::anyhow!("interrupted by SIG{} while the servers started", name.1)),
        };
        // Released in every case; the command's own failure is the one to report.
        let released = self.release().await;
        let status = ended?;
        released?;
        Ok(status)
    }

    async fn hold(&self, kinds: &[Kind]) -> Result<()> {
        let _lock = self.lock().await?;
        let own = Process::own()?;
        let holder = folders::holders(self.root()).join(format!("{}.json", own.pid));
        ledger::write(&holder, &own)?;
        self.start_missing(kinds).await?;
        Ok(())
    }

    async fn release(&self) -> Result<()> {
        let _lock = self.lock().await?;
        if self.kept().exists() || self.held_by_others() {
            return Ok(());
        }
        self.stop_all().await
    }

    /// Strikes out this process and those that are gone.
    fn held_by_others(&self) -> bool {
        let mut held = false;
        let entries = fs::read_dir(folders::holders(self.root()))
            .into_iter()
            .flatten();
        for path in entries.flatten().map(|entry| entry.path()) {
            let holder = fs::read_to_string(&path).ok();
            let holder: Option<Process> = holder.and_then(|text| serde_json::from_str(&text).ok());
            if path == self.kept() {
                continue;
            }
            match holder {
                Some(holder) if holder.alive() && holder.pid != std::process::id() => held = true,
                _ => drop(fs::remove_file(&path)),
            }
        }
        held
    }
}

struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> (Signal, &'static str) {
        tokio::select! {
            _ = self.interrupt.recv() => (Signal::INT, "INT"),
            _ = self.terminate.recv() => (Signal::TERM, "TERM"),
            _ = self.hangup.recv() => (Signal::HUP, "HUP"),
        }
    }
}

async fn execute(
    command: &[String],
    file: Option<PathBuf>,
    signals: &mut Signals,
) -> Result<ExitStatus> {
    let Some((program, arguments)) = command.split_first() else {
        bail!("no command to run");
    };
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(file) = file {
        command.env(PEERS_VARIABLE, file);
    }
    // What `cargo run` says about this crate; a cargo below would take it for a change and build again what reads it.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let mut child = command
        .spawn()
        .with_context(|| format!("start {program}"))?;
    loop {
        tokio::select! {
            ended = child.wait() => return Ok(ended?),
            (signal, _) = signals.next() => {
                let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
                if let Some(pid) = pid {
                    // It may have ended just now.
                    let _ = kill_process(pid, signal);
                }
            }
        }
    }
}
