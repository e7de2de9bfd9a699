//! The broken models: each ends with an outcome, in bounded memory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use bundler::{Ktx2Textures, NoFiles, Options, Profile, Source, convert};

use crate::data;

/// The most memory this process has had, in bytes, where the system tells it.
fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

/// How many ended how; `None`, said aloud, without the data.
pub(crate) fn table() -> Option<String> {
    let files = data::files(&data::folder()?.join("broken"));
    let before = peak_bytes();
    let mut outcomes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, bytes) in &files {
        let Some(name) = name.strip_suffix(".glb") else {
            continue;
        };
        let source = Source {
            path: "model.glb",
            bytes,
            files: &NoFiles,
        };
        let result = convert(&source, &Options::new(Profile::Gltf), &Ktx2Textures);
        let outcome = outcomes.entry(result.outcome.as_str()).or_default();
        outcome.push(name.trim_start_matches("synthetic_").to_owned());
    }
    let count: usize = outcomes.values().map(Vec::len).sum();
    let mut table = format!("**Broken models.** {count} files, {count} outcomes");
    if let (Some(before), Some(after)) = (before, peak_bytes()) {
        let _ = write!(
            table,
            "; the process grew by {:.1} MiB at most",
            (after - before) as f64 / f64::from(1 << 20)
        );
    }
    table += ".\n\n| Outcome | Files | Which |\n| --- | ---: | --- |\n";
    for (outcome, names) in outcomes {
        let _ = writeln!(
            table,
            "| `{outcome}` | {} | {} |",
            names.len(),
            names.join(", ")
        );
    }
    Some(table)
}
