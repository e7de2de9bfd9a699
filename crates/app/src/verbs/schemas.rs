//! `worldlog schemas`: what was ever written must stay readable, and by clients of a schema registry, too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use adapters::registry::{
    IdTable, Incompatible, Level, RegistryClient, RegistryOptions, Subject, Version, check_all,
    register_all,
};
use anyhow::{Context as _, Result, anyhow};
use clap::Subcommand;
use model::Registry;
use model::compatibility::{self, Difference, Policy, policy_of};
use model::wire::WireIds;
use runtime::ports::PortError;
use serde::Serialize;

use super::{block_on, configured};
use crate::config::without_secrets;
use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;
use crate::output::table;

const CHECK: &str = "\
Examples:
  worldlog schemas check                      every published version against every other
  worldlog schemas check --schemas ./schemas  the files of a working copy against what this binary has published
  worldlog schemas check --output json | jq '.problems[].what'

Values that others read (audience: public in topics.yaml) must be readable both ways by every
version; the platform's own by every newer one.
Exit code: 0 when all is compatible, 3 when something is not.";

const REGISTER: &str = "\
Examples:
  worldlog schemas register --check           changes nothing; what would be refused
  worldlog schemas register                   registers what is missing, prints the ids
  WORLDLOG__REGISTRY__URL=http://registry:8081 worldlog schemas register --output json

The registry is the one of registry.url; user:password@ or token@ before its host says who we are.
Subjects are the full names of records. May be repeated: what is registered stays as it is. Each
subject gets the compatibility level that its topics promise.
Exit code: 0 when all is registered (or may be), 1 when the registry refuses, 3 when --check finds
something that it would not take, 5 when it does not answer.";

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
    /// Register every schema with the registry of registry.url
    #[command(after_help = REGISTER)]
    Register {
        /// Only ask whether the registry would take them
        #[arg(long)]
        check: bool,
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
    match &args.action {
        Action::Check { schemas } => check(common, schemas.as_deref()),
        Action::Register { check } => block_on(register(common, *check)),
    }
}

fn check(common: &Common, schemas: Option<&Path>) -> Outcome {
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

/// What became of the schemas in a registry.
#[derive(Debug, Serialize)]
struct Published {
    registry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schemas: Option<IdTable>,
    incompatible: Vec<Incompatible>,
}

async fn register(common: &Common, check: bool) -> Outcome {
    let config = configured(&common.inputs())?.config;
    let Some(url) = &config.platform.registry.url else {
        return Err(Failure::usage(
            "registry.url is unset: the operator gateway is the registry then, and knows every schema by itself",
        ));
    };
    let options = RegistryOptions::of_url(url).map_err(failure)?;
    let client = RegistryClient::new(options).map_err(failure)?;
    let mut published = Published {
        registry: without_secrets(url),
        schemas: None,
        incompatible: Vec::new(),
    };
    if check {
        published.incompatible = check_all(&client, subjects()).await.map_err(failure)?;
    } else {
        let ids = register_all(&client, subjects()).await.map_err(failure)?;
        // What `run` would stumble on.
        WireIds::new(ids.pairs()).context("the registry's ids cannot be used")?;
        published.schemas = Some(ids);
    }
    common.output.print(&published, published_text)?;
    Ok(match published.incompatible.is_empty() {
        true => Exit::Done,
        false => Exit::Difference,
    })
}

/// Every subject of this binary with its versions, as a registry gets them.
pub(crate) fn subjects() -> Vec<Subject> {
    let registry = Registry::global();
    let subjects = registry.subjects().into_iter().map(|(name, schema)| {
        let versions = registry.versions(schema).map(|s| Version {
            own_id: s.id,
            version: s.version,
            schema: s.text.into(),
        });
        Subject {
            name,
            level: match policy_of(schema) {
                Policy::FullTransitive => Level::FullTransitive,
                Policy::BackwardTransitive => Level::BackwardTransitive,
            },
            versions: versions.collect(),
        }
    });
    subjects.collect()
}

fn failure(error: PortError) -> Failure {
    let exit = match &error {
        PortError::Retry { .. } => Exit::Unreachable,
        PortError::Refused(_) => Exit::Failed,
    };
    Failure::new(exit, anyhow!("{error}"))
}

fn published_text(published: &Published) -> String {
    let Published {
        registry,
        schemas,
        incompatible,
    } = published;
    let mut out: String = incompatible
        .iter()
        .map(|i| {
            let why = match i.messages.is_empty() {
                true => String::new(),
                false => format!(": {}", i.messages.join("; ")),
            };
            format!("{} version {} is incompatible{why}\n", i.subject, i.version)
        })
        .collect();
    match schemas {
        Some(IdTable(rows)) => {
            let cells: Vec<Vec<String>> = rows
                .iter()
                .map(|r| vec![r.subject.clone(), r.version.to_string(), r.id.to_string()])
                .collect();
            out += &table(&["subject", "version", "id"], &cells);
            out += &format!("{} schemas are registered with {registry}\n", rows.len());
        }
        None if incompatible.is_empty() => out += &format!("{registry} takes every schema\n"),
        None => out += &format!("{registry} would not take {}\n", incompatible.len()),
    }
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
