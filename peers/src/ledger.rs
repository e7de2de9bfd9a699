//! The ledger of running servers: one file each, written when it starts, so that a crashed run can be cleaned up.
//!
//! A pid alone proves nothing, because pids are used again: a record also holds the start time and the command line,
//! and only a process that matches both is ever signalled.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::process::{self, Process};

/// How long a server that nobody owns may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// Which server: `kafka`, `cassandra`, …
    pub name: String,
    /// The server's process.
    pub process: Process,
    /// Its command line.
    pub command: Vec<String>,
    /// `host:port`.
    pub address: String,
    /// Configuration, data and log.
    pub folder: PathBuf,
    /// The process it must not outlive; none for a shared server.
    pub owner: Option<Process>,
}

impl Record {
    /// Whether the recorded process still runs and really is the one that was started. The program's own name is left
    /// out: a launcher may start itself again by another path.
    pub fn alive(&self) -> bool {
        self.process.alive() && self.process.command().get(1..) == self.command.get(1..)
    }

    /// Its file.
    pub fn file(&self, ledger: &Path) -> PathBuf {
        ledger.join(format!("{}-{}.json", self.name, self.process.pid))
    }

    /// Enters it.
    pub fn enter(&self, ledger: &Path) -> Result<()> {
        write(&self.file(ledger), self)
    }

    /// Strikes it out.
    pub fn strike(&self, ledger: &Path) {
        // Somebody else's sweep may have been faster.
        let _ = fs::remove_file(self.file(ledger));
    }
}

/// Writes a file of JSON so that a reader sees the old one or the new one, never half of it.
pub fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let text = serde_json::to_string_pretty(value)?;
    fs::write(&draft, text + "\n").with_context(|| format!("write {}", draft.display()))?;
    fs::rename(&draft, path).with_context(|| format!("rename to {}", path.display()))
}

/// Every record of the ledger; an unreadable one is removed, for nothing can be done with it.
pub fn records(ledger: &Path) -> Vec<Record> {
    let entries = fs::read_dir(ledger).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        match serde_json::from_str(&text) {
            Ok(record) => found.push(record),
            Err(_) => drop(fs::remove_file(&path)),
        }
    }
    found
}

/// Ends the servers whose owner is gone and strikes out those that no longer run. Returns the names of those it ended.
pub async fn sweep(ledger: &Path) -> Result<Vec<String>> {
    let mut ended = Vec::new();
    for record in records(ledger) {
        if !record.alive() {
            record.strike(ledger);
        } else if record.owner.is_some_and(|owner| !owner.alive()) {
            process::end(record.process, PATIENCE).await?;
            record.strike(ledger);
            ended.push(format!("{} (pid {})", record.name, record.process.pid));
        }
    }
    Ok(ended)
}
