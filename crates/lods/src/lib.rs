//! Levels of detail: coarser models, and one coarse mesh for a whole scene.
//!
//! Bytes and values in, bytes and values out: no I/O, no clock, no state, the same bytes on any number
//! of threads. What it promises, how that is measured, and what is left is in `docs/lods.md`.
//!
//! - [`crdt`]: what stands where in a scene, from its `main.crdt`.
//! - [`levels`]: coarser levels of one model, as `MSFT_lod` or a file each.
//! - [`scene`]: a whole scene as one mesh: placed, clipped to its parcels, simplified, its textures in
//!   an atlas.
//! - [`iss`]: the descriptor of which assets stand where, as clients read it.
//! - [`key`]: the name of a scene's mesh: equal for scenes that look the same.
//!
//! Files are read, written and checked by the `bundler` crate.

pub mod crdt;
pub mod iss;
pub mod key;
pub mod levels;
mod limits;
pub mod scene;

pub use limits::Limits;
