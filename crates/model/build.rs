//! Compiles every file of `schemas/` into the binary: the platform needs no runtime files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    println!("cargo:rerun-if-changed={}", root.display());
    let root = root.canonicalize()?;
    let mut paths = Vec::new();
    collect(&root, &mut paths)?;
    let mut named = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&root).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        named.push((name, path));
    }
    named.sort(); // by text, as the registry looks files up
    let mut list = String::from("&[\n");
    for (name, file) in named {
        let file = file.to_string_lossy();
        writeln!(list, "    ({name:?}, include_str!({file:?})),").map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    fs::write(out.join("schema_files.rs"), list)
}

/// Every `.avsc` file below `folder`, and `ids.json`.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|e| e == "avsc") || path.ends_with("ids.json") {
            paths.push(path);
        }
    }
    Ok(())
}
