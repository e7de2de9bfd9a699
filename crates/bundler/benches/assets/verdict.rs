//! What the glTF validator and three.js say of the whole files.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::data::Entry;
use crate::geometry::gltfpack_file;
use crate::judge::{ask, error_counts, same_scene};
use crate::whole;

/// Errors of one set of files.
struct Errors {
    files: usize,
    errors: u64,
    /// Files with an error that their input has not, or has fewer times.
    gained: usize,
}

pub(crate) fn table(corpus: &[Entry], folder: &Path) -> String {
    let list = |file: fn(&Path, &Entry) -> PathBuf| -> Vec<Value> {
        let entries = corpus.iter();
        entries
            .map(|e| json!({"id": e.id, "input": e.file, "output": file(folder, e)}))
            .collect()
    };
    let (ours, theirs) = (list(whole::file), list(gltfpack_file));
    let (valid, valid_theirs) = (ask("validate.mjs", &ours), ask("validate.mjs", &theirs));
    let rows = [
        ("inputs", errors(&valid, "input")),
        ("gltfpack", errors(&valid_theirs, "output")),
        (
            "gltfpack, without its compression",
            errors(&valid_theirs, "uncompressed"),
        ),
        ("bundler `gltf` with KTX2", errors(&valid, "output")),
        (
            "the same, without its compression",
            errors(&valid, "uncompressed"),
        ),
    ];
    let mut table = "**Clients.** gltf-validator 2.0.0-dev.3.10; its view into compressed files is by meshoptimizer's own decoder.\n\n\
        | | Files with errors | Errors | Files that gained one |\n| --- | ---: | ---: | ---: |\n"
        .to_owned();
    for (name, found) in rows {
        let Errors {
            files,
            errors,
            gained,
        } = found;
        let _ = writeln!(table, "| {name} | {files} | {errors} | {gained} |");
    }
    let shown = ask("three.mjs", &ours);
    shown.iter().for_each(same_scene);
    let count = |name: &str| -> u64 {
        let counts = shown.iter().map(|row| &row["output"]["textures"][name]);
        counts.filter_map(Value::as_u64).sum()
    };
    let _ = writeln!(
        table,
        "\nthree.js 0.187 loads {} of {} files with its meshopt and KTX2 decoders ({} textures transcoded to BC7, {} images), each with the \
        nodes, boxes, materials and clips of its input.",
        shown.len(),
        corpus.len(),
        count("transcoded"),
        count("images")
    );
    table
}

fn errors(rows: &[Value], which: &str) -> Errors {
    let mut found = Errors {
        files: 0,
        errors: 0,
        gained: 0,
    };
    for row in rows {
        let (before, after) = (error_counts(&row["input"]), error_counts(&row[which]));
        let more = |(code, count): (&&str, &u64)| before.get(code).unwrap_or(&0) < count;
        found.files += usize::from(!after.is_empty());
        found.errors += after.values().sum::<u64>();
        found.gained += usize::from(after.iter().any(more));
    }
    found
}
