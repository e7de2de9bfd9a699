//! `worldlog new`: the skeleton of a unit, in a working copy of the sources.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Subcommand;

use crate::exit::{Exit, Failure, Outcome};
use crate::flags::Common;

const EXAMPLES: &str = "\
Examples:
  worldlog new processor visits               says what it would write (exit code 4)
  worldlog new processor visits --input user.actions --yes

Run it in a working copy. It writes processors/<name>/{mod.rs,step.rs}; then add its two lines to
processors/lib.rs, the row type to crates/model/src/tables, and a golden case. Chart, lag, dead
letters and rebuild pick it up from its SPEC.";

/// `worldlog new`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    unit: Unit,
}

#[derive(Debug, Subcommand)]
enum Unit {
    /// A processor: a pure function from an aggregate's state and one event to what follows
    #[command(after_help = EXAMPLES)]
    Processor {
        /// Name: of the folder, the processor and its read model
        name: String,
        /// Topic it reads
        #[arg(long, default_value = "user.actions", value_name = "TOPIC")]
        input: String,
        /// Working copy
        #[arg(long, default_value = ".", value_name = "DIR")]
        tree: PathBuf,
        /// Do it; without, it is only said
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) fn run(_: &Common, args: &Args) -> Outcome {
    let Unit::Processor {
        name,
        input,
        tree,
        yes,
    } = &args.unit;
    check(name, input)?;
    let list = tree.join("processors/lib.rs");
    if !list.exists() {
        return Err(Failure::usage(format!(
            "{} is no working copy of worldlog: it has no processors/lib.rs",
            tree.display()
        )));
    }
    let folder = tree.join("processors").join(name);
    if folder.exists() {
        return Err(Failure::usage(format!(
            "{} is there already",
            folder.display()
        )));
    }
    let files = [("mod.rs", module(name, input)), ("step.rs", step(name))];
    for (file, text) in &files {
        println!("{}", folder.join(file).display());
        if *yes {
            write(&folder, file, text)?;
        }
    }
    let kind = type_name(name);
    eprintln!("then add to processors/lib.rs: `pub mod {name};` and `Box::new({name}::{kind}),`");
    if !yes {
        eprintln!("nothing was written; give --yes to do it");
        return Ok(Exit::Refused);
    }
    Ok(Exit::Done)
}

fn check(name: &str, input: &str) -> Result<(), Failure> {
    let sane = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !sane {
        return Err(Failure::usage(format!(
            "{name:?} is no name of a processor: want lower-case letters, digits and underscores"
        )));
    }
    if processors::all().iter().any(|p| p.spec().name == name) {
        return Err(Failure::usage(format!("processor {name} exists")));
    }
    if model::Topics::global().find(input).is_none() {
        return Err(Failure::usage(format!(
            "topic {input:?} is not in topics.yaml"
        )));
    }
    Ok(())
}

fn write(folder: &Path, file: &str, text: &str) -> Result<()> {
    let path = folder.join(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// `some_name` as `SomeName`.
fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capital).collect()
}

fn module(name: &str, input: &str) -> String {
    include_str!("skeletons/processor_mod.rs.txt")
        .replace("@KIND@", &type_name(name))
        .replace("@NAME@", name)
        .replace("@INPUT@", input)
}

fn step(name: &str) -> String {
    include_str!("skeletons/processor_step.rs.txt").replace("@NAME@", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_types() {
        assert_eq!(type_name("profile_views"), "ProfileViews");
        assert!(check("profile_views", "user.actions").is_ok());
        assert!(check("Profile", "user.actions").is_err());
        assert!(check("visits", "no.such.topic").is_err());
    }
}
