//! `worldlog`: the one binary. The command line, the configuration, and the wiring of the parts.

mod banner;
mod cli;
mod config;
mod exit;
mod flags;
mod limits;
mod logging;
mod metrics_text;
mod output;
mod progress;
mod ready;
mod record_view;
mod remote;
mod topics_plan;
mod verbs;
mod version;
mod wire;

use std::process::ExitCode;
use std::process::Termination as _;

use clap::Parser as _;

use crate::cli::Cli;
use crate::exit::Exit;

/// Many threads allocate small things and free each other's: glibc's arenas make them wait for one another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    limits::open_files();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors: clap prints them on stdout and says 0.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _ = error.print();
            return exit.report();
        }
    };
    match verbs::run(cli) {
        Ok(exit) => exit.report(),
        Err(failure) if is_closed_pipe(&failure.error) => Exit::Done.report(),
        Err(failure) => {
            eprintln!("error: {:#}", failure.error);
            failure.exit.report()
        }
    }
}

/// `worldlog … | head` closes our output: the reader has what it wants.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
