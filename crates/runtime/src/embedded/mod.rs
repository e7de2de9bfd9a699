//! The ports in one process on one machine: a SQLite log, a SQLite store, a bus in memory, blobs in a folder.
//!
//! They keep the same promises as the clustered implementations and no more, so that nothing built on them is in
//! for a surprise.

mod blobs;
mod bus;
mod checkpoint;
mod codec;
pub mod groups;
mod lock;
mod log;
mod queue;
mod sqlite;
mod store;

pub use blobs::FolderBlobs;
pub use bus::{BusBuffer, MemoryBus};
pub use codec::{CodecError, decode_head, encode_head};
pub use lock::LOCK_FILE;
pub use log::{SqliteLog, SqliteLogOptions, Swept};
pub use store::{SqliteStore, SqliteStoreOptions};
