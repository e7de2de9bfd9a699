//! Finds and reads the shared data folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A path inside the `spine` data set; `None`, with a line on stdout, when it is absent.
pub(crate) fn spine(relative: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("WORLDLOG_DATA").map_or(beside, PathBuf::from);
    let path = root.join("spine").join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no data at {}", path.display());
    None
}

/// The files of a folder, sorted by name, as (name, path).
pub(crate) fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).expect("the data folder is readable");
    let paths = entries.map(|entry| entry.expect("the data folder is readable").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a listed file has a name");
            (name.to_string_lossy().into_owned(), path)
        })
        .collect();
    files.sort();
    files
}

pub(crate) fn json(path: &Path) -> Value {
    let bytes = fs::read(path).expect("the data file is readable");
    serde_json::from_slice(&bytes).expect("the data file is JSON")
}
