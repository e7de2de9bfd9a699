//! What this build is.

/// Version of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Commit it was built from, where the build said so.
pub(crate) const COMMIT: &str = match option_env!("WORLDLOG_COMMIT") {
    Some(commit) => commit,
    None => "unknown",
};
