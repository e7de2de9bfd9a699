//! The real models, which are not part of the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bundler::{Source, deps_digest};
use identity::hash::hash_v1;
use serde_json::Value;

/// A model with the files of its folder.
pub(crate) struct Entry {
    pub(crate) id: String,
    /// Its path in its folder.
    pub(crate) path: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Entry {
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            path: &self.path,
            bytes: &self.files[&self.path],
            files: &self.files,
        }
    }

    /// Content id, and name of its bundle.
    pub(crate) fn names(&self) -> (String, String) {
        let cid = hash_v1(&self.files[&self.path]);
        let rest = self.files.iter().filter(|(path, _)| **path != self.path);
        let named: Vec<_> = rest
            .map(|(path, bytes)| (path.clone(), hash_v1(bytes)))
            .collect();
        let bundle = format!("{cid}_{}", deps_digest(&named));
        (cid, bundle)
    }

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

/// All models of the corpus, by size; none, said aloud, when they are not there.
pub(crate) fn corpus() -> Vec<Entry> {
    let Some(folder) = folder() else {
        return Vec::new();
    };
    let list = fs::read(folder.join("corpus.json")).expect("the corpus has a list");
    let list: Value = serde_json::from_slice(&list).expect("the list is JSON");
    let entries = list.as_array().expect("the list is a list").iter();
    let entries = entries.map(|entry| {
        let text = |name: &str| entry[name].as_str().expect("entries have texts").to_owned();
        let (id, path) = (text("id"), text("file"));
        let own = folder.join("models").join(&id);
        let path = path.strip_prefix(&format!("{id}/")).expect("in its folder");
        Entry {
            path: path.to_owned(),
            files: files(&own),
            id,
        }
    });
    let mut entries: Vec<Entry> = entries.collect();
    entries.sort_by_key(Entry::bytes);
    entries
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
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
