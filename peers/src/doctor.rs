//! `peers doctor`: what is there, what is missing, what to install.

use std::fmt::{self, Display, Write as _};

use tokio::process::Command;

use crate::kind::Kind;
use crate::{fetch, folders, process, tools};

/// What the servers need, and whether it is there.
#[derive(Debug)]
pub struct Report {
    lines: String,
    missing: Vec<&'static str>,
}

impl Report {
    /// Whether every server can be fetched and started, at most after an installation that `up` does by itself.
    pub fn is_well(&self) -> bool {
        self.missing.is_empty() || tools::may_install()
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines)?;
        if self.missing.is_empty() {
            return writeln!(f, "nothing is missing");
        }
        let who = if tools::may_install() {
            "`peers up` will do"
        } else {
            "please do"
        };
        writeln!(f, "{who}: {}", tools::installation(&self.missing))
    }
}

/// Looks at everything; changes nothing.
pub async fn examine() -> Report {
    let mut report = Report {
        lines: String::new(),
        missing: Vec::new(),
    };
    if process::Process::own().is_err() {
        report.line("/proc", "missing: the servers need Linux");
    }
    for tool in tools::ALL {
        let found = match tool.program {
            "java" => tools::java_path(),
            program => tools::find(program),
        };
        let state = match found {
            Some(path) => {
                let version = version(&path, tool.version).await;
                format!("{} ({version})", path.display())
            }
            None => "missing".to_owned(),
        };
        if state == "missing" && tool.required {
            report.missing.push(tool.package);
        }
        report.line(tool.program, &format!("{state}; {}", tool.why));
    }
    for kind in Kind::ALL {
        let name = fetch::name(kind);
        let fetched = folders::cache().join(&name).exists();
        let state = match (fetched, kind) {
            (true, _) => "fetched",
            (false, Kind::Nats) if tools::find("nats-server").is_some() => "the system's",
            (false, _) => "will be fetched by the first start",
        };
        report.line(&name, state);
    }
    report
}

impl Report {
    fn line(&mut self, what: &str, state: &str) {
        // Writing into a string can't fail.
        let _ = writeln!(self.lines, "{what:<24} {state}");
    }
}

async fn version(program: &std::path::Path, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().await;
    let Ok(output) = output else {
        return "doesn't start".to_owned();
    };
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let first = said.lines().next().unwrap_or("no version").trim();
    // Maven prints bold letters, whoever reads them.
    first.replace("\u{1b}[1m", "").replace("\u{1b}[m", "")
}
