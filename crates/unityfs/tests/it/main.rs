//! Checks against bundles that Unity built, on bundles made here, and on damaged ones.
//!
//! Cases that need the project's data folder look for it at `WORLDLOG_DATA`, else beside the workspace at
//! `../shared/data`; without it they print a line with `skipped` and pass.

mod archives;
mod built;
mod clients;
mod damaged;
mod data;
mod files;
mod fuzzed;
mod gltf;
mod inspected;
mod models;
mod names;
mod puppets;
mod trees;
