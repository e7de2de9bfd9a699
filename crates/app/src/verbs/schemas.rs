//! `worldlog schemas`: what was ever written must stay readable.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;
use model::Registry;
use model::compatibility::{self, Difference, policy_of};
use serde::Serialize;

use crate::exit::{Exit, Outcome};
use crate::flags::Common;

const CHECK: &str = "\
Examples:
  worldlog schemas check                      every published version against every other
  worldlog schemas check --schemas ./schemas  the files of a working copy against what this binary has published
  worldlog schemas check --output json | jq '.problems[].what'

Values that others read (audience: public in topics.yaml) must be readable both ways by every
version; the platform's own by every newer one.
Exit code: 0 when all is compatible, 3 when something is not.";

/// `worldlog schemas`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look for versions that cannot read each other
    #[command(after_help = CHECK)]
    Check {
        /// Folder of .avsc files to check against the published versions
        #[arg(long, value_name = "DIR")]
        schemas: Option<PathBuf>,
    },
}

/// What was found.
#[derive(Debug, Serialize)]
struct Report {
    schemas: usize,
    versions: usize,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Problem {
    schema: String,
    reader: String,
    writer: String,
    what: String,
}

impl From<Difference> for Problem {
    fn from(difference: Difference) -> Self {
        let Difference {
            name,
            reader,
            writer,
            what,
        } = difference;
        Self {
            schema: name,
            reader,
            writer,
            what,
        }
    }
}

pub(crate) fn run(common: &Common, args: &Args) -> Outcome {
    let Action::Check { schemas } = &args.action;
    let registry = Registry::global();
    let mut found = compatibility::check_published();
    if let Some(folder) = schemas {
        for (name, text) in working_copy(folder)? {
            let published: Vec<_> = registry
                .versions(&name)
                .map(|schema| (schema.version, schema.text))
                .collect();
            found.extend(compatibility::check(
                &name,
                policy_of(&name),
                &published,
                &text,
            ));
        }
    }
    let report = Report {
        schemas: registry.names().count(),
        versions: registry.schemas().count(),
        problems: found.into_iter().map(Problem::from).collect(),
    };
    common.output.print(&report, text)?;
    Ok(match report.problems.is_empty() {
        true => Exit::Done,
        false => Exit::Difference,
    })
}

fn text(report: &Report) -> String {
    let mut out: String = report
        .problems
        .iter()
        .map(|p| {
            format!(
                "{}: {} cannot read {}: {}\n",
                p.schema, p.reader, p.writer, p.what
            )
        })
        .collect();
    out += &format!(
        "{} schemas in {} versions, {} problems\n",
        report.schemas,
        report.versions,
        report.problems.len()
    );
    out
}

/// The `.avsc` files below a folder, by schema name.
fn working_copy(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let cannot = || format!("cannot read folder {}", next.display());
        for entry in std::fs::read_dir(&next).with_context(cannot)? {
            let path = entry.with_context(cannot)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "avsc") {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                let name = path
                    .strip_prefix(folder)
                    .unwrap_or(&path)
                    .with_extension("");
                files.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    Ok(files)
}
