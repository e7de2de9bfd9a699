//! Generations of read models: which there are, which is read, which speaks, and how one takes over from another.
//! See docs/decisions/013-generations.md.

mod decide;
mod read_model;
mod registry;
mod switch;

pub use decide::{NotDecided, decide, settle};
pub use read_model::{Copying, Generation, Origin, ReadModel, Refused, State, Switching, Turn};
pub use registry::{NotChanged, Registry};
pub(crate) use switch::tables;
pub use switch::{build, finish, promote, remove};
