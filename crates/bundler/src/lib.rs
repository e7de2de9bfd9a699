//! x
pub mod limits;
mod mend;
mod prune;
pub mod model;
pub mod read;
pub mod source;
