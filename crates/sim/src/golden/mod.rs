//! Golden cases: given these records, then exactly these rows, events and effects, however they are played.
//!
//! A case is a folder `processors/<name>/golden/<case>/` (a dash in
//! the name is a folder in a folder) with `given.jsonl`, a record a line:
//! `{"topic","key","value","headers","timestamp"}` (`value` as JSON; `schema`, `kind`, `id`, `source`, `cause`, `raw`
//! where they matter), and `then.json`: `rows`, `aggregates`, `emits`, `effects`, `rejects`. The processor is run by the
//! engine's own fold over a log and a store in memory, straight through, and then in every way that must not make a
//! difference ([`plays`]). `UPDATE_GOLDEN=1` writes `then.json` from the straight run instead of comparing.

mod case;
mod ledger;
mod outcome;
mod play;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use case::Case;
pub use play::{Play, plays};

/// A case that did not come out as it should; the message says how it was played and what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference(pub String);

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folders of a processor's cases, in order of their names. Processors that are made from one folder have their
/// cases below the rest of their names: those of `notices-badge` are in `notices/golden/badge`.
///
/// # Errors
/// The folder cannot be read.
pub fn folders(processors: &Path, name: &str) -> std::io::Result<Vec<PathBuf>> {
    // Where several processors share a folder, each has its part of the golden cases; a folder of folders has one each.
    let nested = processors.join(name.replace('-', "/"));
    let root = match name.split_once('-') {
        Some((folder, part)) if !nested.is_dir() => {
            processors.join(folder).join("golden").join(part)
        }
        _ => nested.join("golden"),
    };
    if !root.is_dir() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Plays a case in every way and compares with its `then.json`; `update` writes that file first. Says how many times
/// it was played.
///
/// # Errors
/// How it was played and what differs.
pub fn check(case: &Case, update: bool) -> Result<usize, Difference> {
    let straight = play::run(case, &Play::straight())?;
    if update {
        case.write_then(&straight.outcome)?;
    }
    let then = case.then()?;
    outcome::compare("played straight", &then, &straight.outcome)?;
    let mut played = 1;
    for play in plays() {
        let run = play::run(case, &play)?;
        outcome::compare(&play.to_string(), &then, &run.outcome)?;
        // Then with a crash before each single write, and one with what was left of the flush landing at the end.
        for crash in 0..run.writes {
            for late in [false, true] {
                let play = play.crashing(crash, late);
                let crashed = play::run(case, &play)?;
                outcome::compare(&play.to_string(), &then, &crashed.outcome)?;
                played += 1;
            }
        }
        played += 1;
    }
    Ok(played)
}
