//! Checks against published vectors, real production files and arbitrary input.
//!
//! Cases that need the project's data folder look for it at `WORLDLOG_DATA`, else beside the
//! workspace at `../shared/data`; without it they print a line with `skipped` and pass. The vectors
//! of the specification are embedded in `spec.rs` and always run.

mod chains;
mod content;
mod data;
mod hashes;
mod properties;
mod signed;
mod spec;
mod vectors;
