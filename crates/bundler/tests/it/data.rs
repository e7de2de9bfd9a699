//! The real models, which are not part of the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bundler::Source;
use serde_json::Value;

/// A model with the files of its folder.
pub(crate) struct Entry {
    pub(crate) id: String,
    /// Its path in its folder.
    pub(crate) path: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Of the main file, on disk.
    pub(crate) file: PathBuf,
}

impl Entry {
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            path: &self.path,
            bytes: &self.files[&self.path],
            files: &self.files,
        }
    }

    /// Of the main file and all it names.
    pub(crate) fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }
}

pub(crate) fn folder() -> Option<PathBuf> {
    let data = std::env::var_os("WORLDLOG_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = data.unwrap_or_else(beside).join("assets");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no models in {}", folder.display());
    None
}

/// The models of the corpus; `None`, said aloud, when they are not there.
pub(crate) fn corpus() -> Option<Vec<Entry>> {
    let folder = folder()?;
    let list = fs::read(folder.join("corpus.json")).expect("the corpus has a list");
    let list: Value = serde_json::from_slice(&list).expect("the list is JSON");
    let entries = list.as_array().expect("the list is a list").iter();
    let entries = entries.map(|entry| {
        let text = |name: &str| entry[name].as_str().expect("entries have texts").to_owned();
        let (id, path) = (text("id"), text("file"));
        let own = folder.join("models").join(&id);
        let path = path.strip_prefix(&format!("{id}/")).expect("in its folder");
        Entry {
            file: own.join(path),
            path: path.to_owned(),
            files: files(&own),
            id,
        }
    });
    Some(entries.collect())
}

pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("below its folder");
            let bytes = fs::read(&path).expect("a readable file");
            found.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
    found
}
