//! Where the servers' files are: everything below `target/peers` of this workspace, so `cargo clean` removes it.

use std::path::{Path, PathBuf};

/// Environment variable: the folder of what was fetched, when it should outlive `target` (a CI cache).
const CACHE_VARIABLE: &str = "WORLDLOG_PEERS_CACHE";

/// The folder of everything this crate writes, unless it is told another.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = here.parent().unwrap_or(here);
    workspace.join("target/peers")
}

/// What was fetched: one folder per server and version.
pub(crate) fn cache() -> PathBuf {
    match std::env::var_os(CACHE_VARIABLE) {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => root().join("cache"),
    }
}

/// The file that says where the shared servers are.
pub(crate) fn up_file(root: &Path) -> PathBuf {
    root.join("up.json")
}

/// One file per running server, shared or private.
pub(crate) fn ledger(root: &Path) -> PathBuf {
    root.join("ledger")
}

/// One file per command that uses the shared servers, and one while they are kept for whoever comes.
pub(crate) fn holders(root: &Path) -> PathBuf {
    root.join("holders")
}

/// Configuration, data and log of one shared server.
pub(crate) fn shared(root: &Path, name: &str) -> PathBuf {
    root.join("shared").join(name)
}
