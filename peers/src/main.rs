//! `peers up|down|status|run|doctor`: the real servers of tests and benches. Data go to standard output, everything else
//! to standard error.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use peers::set::Status;
use peers::{Kind, Set, doctor};

/// Real servers for tests and benches: Kafka, Cassandra, NATS, S3, LiveKit and a schema registry, on loopback.
#[derive(Parser)]
#[command(name = "peers")]
struct Arguments {
    /// Where their files are; `target/peers` of this workspace when absent.
    #[arg(long, global = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Start those that don't answer, and wait until all do.
    Up {
        /// Only these.
        #[arg(long, value_delimiter = ',')]
        only: Vec<Kind>,
    },
    /// Stop them and remove their data.
    Down,
    /// Show which run, and where.
    Status {
        /// For people or for programs.
        #[arg(long, value_enum, default_value_t = Output::Table)]
        output: Output,
    },
    /// Run a command with the servers, and stop them after it unless they ran before.
    Run {
        /// Only these.
        #[arg(long, value_delimiter = ',')]
        only: Vec<Kind>,
        /// The command, after `--`.
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Say what is there, what is missing and how to install it.
    Doctor,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Table,
    Json,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let set = arguments.folder.map_or_else(Set::default, Set::at);
    match arguments.verb {
        Verb::Up { only } => {
            set.up(kinds(&only)).await?;
            eprintln!("peers: all answer; {} says where", set.file().display());
        }
        Verb::Down => set.down().await?,
        Verb::Status { output } => show(&set.status().await, output)?,
        Verb::Run { only, command } => {
            let status = set.run(kinds(&only), &command).await?;
            // As a shell does, for the signal that ended it.
            let code = status
                .code()
                .or_else(|| status.signal().map(|signal| 128 + signal));
            return Ok(ExitCode::from(u8::try_from(code.unwrap_or(1)).unwrap_or(1)));
        }
        Verb::Doctor => {
            let report = doctor::examine().await;
            print!("{report}");
            return Ok(if report.is_well() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn kinds(only: &[Kind]) -> &[Kind] {
    if only.is_empty() { &Kind::ALL } else { only }
}

fn show(all: &[Status], output: Output) -> Result<()> {
    if matches!(output, Output::Json) {
        println!("{}", serde_json::to_string_pretty(all)?);
        return Ok(());
    }
    println!(
        "{:<10} {:<8} {:<22} {:<8} LOG",
        "SERVER", "STATE", "ADDRESS", "PID"
    );
    for one in all {
        let address = one.address.as_deref().unwrap_or("-");
        let pid = one.pid.map_or("-".to_owned(), |pid| pid.to_string());
        let log = one
            .log
            .as_ref()
            .map_or("-".to_owned(), |log| log.display().to_string());
        println!(
            "{:<10} {:<8} {address:<22} {pid:<8} {log}",
            one.name, one.state
        );
    }
    Ok(())
}
