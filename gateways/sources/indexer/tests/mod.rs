//! The producers against an indexer in process: a good one, and one that lies, stalls, repeats and reorganises.

mod bad_indexers;
mod follow;
mod rows;
mod stub;
