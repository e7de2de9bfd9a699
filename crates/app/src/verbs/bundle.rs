//! `worldlog bundle`: what is in a Unity asset bundle, ours or anyone's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Subcommand;
use unityfs::Limits;
use unityfs::inspect::{describe, diff, object};

use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;
use crate::output::Format;

const INSPECT: &str = "\
Examples:
  worldlog bundle inspect door_windows                  container, blocks, objects, dependencies
  worldlog bundle inspect door_windows --json | jq '.files'
  worldlog bundle inspect door_windows --object 1       every field of one object

Exit code: 0, or 1 when the file is no bundle or a damaged one.";

const DIFF: &str = "\
Examples:
  worldlog bundle diff ours_windows theirs_windows      what differs, field by field
  worldlog bundle diff door_windows door_mac --output json

Exit code: 0 when they are alike, 3 when something differs, 1 when one is no bundle.";

/// `worldlog bundle`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show what is in a bundle
    #[command(after_help = INSPECT)]
    Inspect {
        /// The bundle
        file: PathBuf,
        /// As JSON; the same as --output json
        #[arg(long)]
        json: bool,
        /// Show one object whole; FILE:ID where a bundle has several serialized files
        #[arg(long, value_name = "ID")]
        object: Option<String>,
    },
    /// Show in what two bundles differ
    #[command(after_help = DIFF)]
    Diff {
        /// A bundle
        a: PathBuf,
        /// Another
        b: PathBuf,
    },
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let limits = Limits::default();
    match &args.action {
        Action::Inspect {
            file,
            json,
            object: asked,
        } => {
            let bytes = read(file, &limits)?;
            let (value, text) = match asked {
                None => {
                    let found = named(describe(&bytes, &limits), file)?;
                    (found.to_json(), found.to_text())
                }
                Some(id) => {
                    let name = id
                        .parse()
                        .map_err(|error| Failure::new(Exit::Usage, error))?;
                    let found = named(object(&bytes, &name, &limits), file)?;
                    (found.to_json(), found.to_text())
                }
            };
            let format = if *json { Format::Json } else { common.output };
            format.print(&value, |_| text)?;
            Ok(Exit::Done)
        }
        Action::Diff { a, b } => {
            let (before, after) = (read(a, &limits)?, read(b, &limits)?);
            // Told apart here, as the comparison does not say which of them is damaged.
            named(describe(&before, &limits), a)?;
            named(describe(&after, &limits), b)?;
            let found = diff(&before, &after, &limits)?;
            common.output.print(&found.to_json(), |_| found.to_text())?;
            Ok(match found.is_empty() {
                true => Exit::Done,
                false => Exit::Difference,
            })
        }
    }
}

fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let size = fs::metadata(path).with_context(cannot)?.len();
    let max = limits.stream_bytes;
    ensure!(
        size <= max,
        "{} has {size} bytes; at most {max} are read",
        path.display()
    );
    fs::read(path).with_context(cannot)
}

fn named<T>(found: unityfs::Result<T>, path: &Path) -> Result<T> {
    found.with_context(|| path.display().to_string())
}
