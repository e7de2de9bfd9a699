//! Generations of read models: which there are, which is read, which speaks, and how one takes over from another.
//! See docs/decisions/013-generations.md.

mod decide;
mod fresh;
mod generation;
mod read_model;
mod registry;
mod switch;

pub use decide::{NotDecided, decide, settle};
pub use generation::{Copying, Generation, Origin, State};
pub use read_model::{ReadModel, Refused, Switching, Turn};
pub use registry::{NotChanged, Registry};
pub(crate) use switch::tables;
pub use switch::{build, finish, promote, remove};
