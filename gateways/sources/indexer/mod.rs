//! Follows indexers of the chain (subgraphs) and turns what they list into events of the catalogue: sales, royalties,
//! bids, items, collections and rentals.
//!
//! There is one producer for each sub-type, with a reader and a cursor of its own: one that is stuck delays no other. Rows
//! are read in the order of chain time and id, up to a little behind the indexed head, where the chain is no longer
//! reorganised. Events go into `events.inbox` as fed ones do, under an id made of the row's, so that a row that is read
//! again counts once; how far a producer came is saved in `indexer.cursors` only after the log has acknowledged them. A row
//! that makes no event is counted and passed over; an answer that is no page is tried again with growing pauses.
//!
//! URLs of indexers may hold a key in their path: errors, logs and metrics name the indexer by its role.

mod coordinates;
mod cursors;
mod events;
mod follower;
mod graphql;
mod kinds;
mod mana;
mod pages;
mod producer;
mod row;
mod status;

#[cfg(test)]
mod tests;

pub use follower::{Indexers, StartError};
pub use kinds::knows;
pub use status::{BLOCKED, EVENTS, LAG_SECONDS, ProducerStatus, REJECTED};
