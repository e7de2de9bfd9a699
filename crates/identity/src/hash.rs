//! Content names: how a file's bytes become `bafkrei…`, `bafybei…` or `Qm…`.
//!
//! Three families are in use and two of them look the same:
//!
//! | name | made by | how |
//! |---|---|---|
//! | `ba…` (59 characters) | [`hash_v1`] | CIDv1, raw block or UnixFS tree with raw leaves |
//! | `Qm…` (46 characters) | [`hash_v0`] | base58 of the file's sha-256 multihash, *not* IPFS's |
//! | `Qm…` (46 characters) | [`cid_v0_dag_pb`] | genuine IPFS CIDv0, builder and kernel files |
//!
//! Every algorithm has a streaming form, so the size of a file never decides the memory used.
//! [`Verifier`] checks a download against its name without knowing which family made it.
//! This module does no I/O.

mod adr;
mod base;
mod cid_v0;
mod dag;
mod name;
mod v0;
mod v1;

pub use adr::{ContentItem, adr32_data, adr32_multi_hash, adr62_keccak256};
pub use cid_v0::{CidV0DagPb, cid_v0_dag_pb};
pub use name::{ContentHash, EntityHash, HashMismatch, InvalidHash, Verifier};
pub use v0::{HashV0, hash_v0};
pub use v1::{HashV1, hash_v1};
