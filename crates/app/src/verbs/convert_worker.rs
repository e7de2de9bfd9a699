//! `worldlog convert-worker`: one of the processes that the runner of conversions starts. Not for people.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Context as _;
use gateways::runners::convert::{Convert, Program, worker};

use crate::exit::{Exit, Outcome};

/// `worldlog convert-worker`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Most memory, bytes
    #[arg(long, value_name = "BYTES")]
    memory: u64,
    /// Largest frame, bytes
    #[arg(long, value_name = "BYTES")]
    frame: u64,
}

pub(crate) fn run(args: &Args) -> Outcome {
    worker::run(args.memory, args.frame).context("the platform is gone")?;
    Ok(Exit::Done)
}

/// What Linux starts this very program by, also after its file was replaced: another release would speak otherwise.
const SELF: &str = "/proc/self/exe";

/// This program as a worker.
///
/// # Errors
/// Nobody knows where this program lies.
pub(crate) fn program(settings: &Convert) -> anyhow::Result<Program> {
    let path = match Path::new(SELF).exists() {
        true => SELF.into(),
        false => std::env::current_exe().context("where is this program?")?,
    };
    let memory = settings.memory_bytes.0.to_string();
    let frame = settings.frame_bytes_max().to_string();
    let arguments = ["convert-worker", "--memory", &memory, "--frame", &frame];
    Ok(Program {
        path,
        arguments: arguments.map(OsString::from).to_vec(),
    })
}
