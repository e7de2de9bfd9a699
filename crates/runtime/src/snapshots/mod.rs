//! Snapshots of read models: a generation's whole state as files, from which another generation is made without reading
//! the whole log. See docs/decisions/016-snapshots.md.

mod choose;
mod manifest;
mod order;
mod pieces;
mod restore;
mod shelf;
mod take;

pub use choose::{Unusable, choose};
pub use manifest::{Manifest, Piece, Place};
pub use order::{Cut, ORDER, Stage};
pub(crate) use restore::{Progress, restore};
pub use shelf::{Listed, Shelf};
pub use take::{Taken, Telling, take};
