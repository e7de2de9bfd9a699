//! Unity asset bundles without Unity.

mod cursor;
mod lz4hc;

pub mod archive;
pub mod build;
mod error;
pub mod inspect;
mod limits;
pub mod names;
pub mod serialized;
pub mod tree;
pub mod value;

pub use error::{BlockName, Error};
pub use limits::Limits;

/// What this crate's functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
