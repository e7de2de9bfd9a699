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

/// A file below `assets`, or `None`, said aloud.
pub(crate) fn asset(path: &str) -> Option<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("WORLDLOG_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let read = fs::read(root.join("assets").join(path));
    if read.is_err() {
        eprintln!("skipped: no assets/{path} in the data folder");
    }
    read.ok()
}

pub(crate) fn real(name: &str) -> Option<Vec<u8>> {
    asset(&format!("unityfs/real/{name}"))
}
