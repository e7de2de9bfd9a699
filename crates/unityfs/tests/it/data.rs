//! The data folder: bundles of Unity and what is known of them.

use std::fs;
use std::path::PathBuf;

/// Bundles that Unity built.
pub(crate) const REAL: [&str; 6] = [
    "bafkreid3xecd44iujaz5qekbdrt5orqdqj3wivg5zc5mya3zkorjhyrkda",
    "bafkreif6qazpaiulr6kcqgukopkw6r26lawpnisdjdoddaqeujd5ytaezy",
    "bafybeigwxyfyyarzmvqz262vet65xa2ovetct6hcnm27uwge7yxpmhfvoe",
    "lit_ignore",
    "shark",
    "Qmc6ZNLGPoQaSrkE9qQ5sDm2dc9p8q9qsf5qYskvZCRskV",
];
pub(crate) const TEXTURE: &str = REAL[0];
pub(crate) const COIN: &str = REAL[1];
pub(crate) const GARDEN: &str = REAL[2];

fn assets() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("WORLDLOG_DATA").map_or_else(|| beside.into(), PathBuf::from);
    root.join("assets")
}

/// All binary glTF files, in order; none, said aloud, without the data folder.
pub(crate) fn models() -> Vec<PathBuf> {
    let Ok(folders) = fs::read_dir(assets().join("models")) else {
        eprintln!("skipped: no assets/models in the data folder");
        return Vec::new();
    };
    let folders = folders
        .flatten()
        .flat_map(|folder| fs::read_dir(folder.path()));
    let paths = folders.flat_map(|files| files.flatten().map(|file| file.path()));
    let mut paths: Vec<_> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "glb"))
        .collect();
    paths.sort();
    paths
}

/// A file below `assets`, or `None`, said aloud.
pub(crate) fn asset(path: &str) -> Option<Vec<u8>> {
    let read = fs::read(assets().join(path));
    if read.is_err() {
        eprintln!("skipped: no assets/{path} in the data folder");
    }
    read.ok()
}

pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    asset(&format!("unityfs/real/{name}"))
}
