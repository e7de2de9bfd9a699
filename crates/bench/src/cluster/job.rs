//! One job in a process of its own.

use anyhow::Result;
use tokio::process::Command;

use super::WORKER;
use super::measure::{Cost, run};

/// A command line and its name.
pub(super) struct Job {
    name: String,
    command: Command,
}

impl Job {
    /// A job of ours: this very binary, again.
    pub(super) fn own(what: &str, brokers: &str, events: usize, rest: &[String]) -> Self {
        let binary = std::env::current_exe().unwrap_or_else(|_| "bench".into());
        let mut command = Command::new(binary);
        command
            .args([WORKER, what, brokers])
            .arg(events.to_string())
            .args(rest);
        Self::of(what, command)
    }

    /// Any other.
    pub(super) fn of(name: &str, command: Command) -> Self {
        Self {
            name: name.to_owned(),
            command,
        }
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// It cannot be started, fails, or does not say how long it took.
    pub(super) async fn run(self) -> Result<Cost> {
        eprintln!("running {}", self.name);
        run(&self.name, self.command).await
    }
}
