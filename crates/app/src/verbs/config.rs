//! `worldlog config`: what holds, where it came from, what is wrong with it.

use clap::Subcommand;

use super::configured;
use crate::config::{self, Finding, Level};
use crate::exit::{Exit, Outcome};
use crate::flags::{Common, DataFolder};

const SHOW: &str = "\
Examples:
  worldlog config show                        what holds, and where each value came from
  worldlog config show --docs                 the same with what each option means
  worldlog config show --all --docs           and every key of every service
  worldlog config show --config prod.toml --output json
  WORLDLOG__LISTEN=0.0.0.0:80 worldlog config show | grep listen

Secrets are shown as ***. The text form is TOML: redirect it to a file to start one of your own.";

const CHECK: &str = "\
Examples:
  worldlog config check --config prod.toml
  worldlog config check --config prod.toml --output json | jq -r '.[].message'

Exit code: 0 when the configuration can be used (warnings and notes are printed), 2 when it cannot.";

/// `worldlog config`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print the effective tree with where each value came from
    #[command(after_help = SHOW)]
    Show {
        #[command(flatten)]
        folder: DataFolder,
        /// Add what each option means
        #[arg(long)]
        docs: bool,
        /// Add the keys of services that are not set
        #[arg(long)]
        all: bool,
    },
    /// Look for unknown keys, wrong values and dangerous combinations
    #[command(after_help = CHECK)]
    Check {
        #[command(flatten)]
        folder: DataFolder,
    },
}

pub(crate) fn run(common: &Common, args: Args) -> Outcome {
    match args.action {
        Action::Show { folder, docs, all } => {
            let loaded = configured(&common.inputs_in(&folder))?;
            warn(&loaded.layers.warnings);
            let shown = config::shown(&loaded, all);
            common
                .output
                .print(&shown, |shown| config::text(shown, docs))?;
        }
        Action::Check { folder } => {
            let loaded = configured(&common.inputs_in(&folder))?;
            let findings = config::check(&loaded);
            common.output.print(&findings, |f| lines(f))?;
        }
    }
    Ok(Exit::Done)
}

fn warn(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// Findings as lines of text.
fn lines(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "the configuration is fine\n".to_owned();
    }
    findings.iter().map(line).collect()
}

/// One finding as a line of text.
pub(crate) fn line(finding: &Finding) -> String {
    let level = match finding.level {
        Level::Note => "note",
        Level::Warning => "warning",
    };
    let key = match finding.key.as_str() {
        "" => String::new(),
        key => format!("{key}: "),
    };
    format!("{level}: {key}{}\n", finding.message)
}
