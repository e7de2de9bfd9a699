//! The ports in memory: no threads, no files, nothing that happens by itself.
//!
//! They are the least kind peers the contracts allow. The log drops no repetition; the store reconciles cells by
//! stamp as a CQL store does, and its writes can be split, doubled and made late by whoever drives it.

mod log;
mod port;
mod reader;
mod store;
mod sweep;

pub use log::MemoryLog;
pub use store::{MemoryStore, Write, writes_of};
