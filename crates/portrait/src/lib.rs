//! Portraits of Decentraland avatars, drawn in software.
//!
//! From a profile's avatar and the files of what it wears to the two pictures of the profile: bytes and
//! values in, bytes out. No I/O, no clock, no global state, and no other crate of this workspace. The
//! same input gives the same bytes, on any number of threads.
//!
//! ```text
//! Avatar ──compose──▶ Composition ──Scene::new(pose)──▶ Scene ──render(shot, look)──▶ Picture ──png──▶ file
//!            ▲ Assets, Library
//! ```
//!
//! - [`avatar`]: what a profile says, and the hash that names its picture.
//! - [`wearable`], [`category`], [`assets`]: entities of wearables and their files.
//! - [`rules`], [`mod@compose`]: what is worn, what is hidden, which parts of the body show.
//! - [`model`], [`texture`], [`library`]: GLB files and pictures of the wild, read within [`Limits`].
//! - [`pose`], [`scene`]: the posed avatar as triangles.
//! - [`shot`], [`raster`], [`picture`]: cameras, the rasteriser, the finished picture.
//! - [`needs`], [`pictures`]: what must be at hand for an avatar, and both pictures of it in one call.
//!
//! How it is measured and what is left: `docs/portrait.md`.

pub mod assets;
pub mod avatar;
pub mod category;
pub mod compose;
pub mod library;
pub mod limits;
pub mod model;
pub mod needs;
mod parallel;
pub mod picture;
pub mod pictures;
pub mod pose;
pub mod raster;
pub mod rules;
pub mod scene;
pub mod shot;
mod srgb;
pub mod texture;
pub mod wearable;

/// Grows whenever the same avatar and files give other bytes.
pub const REVISION: u32 = 1;

pub use assets::{AssetMap, Assets};
pub use avatar::{Avatar, Colour};
pub use category::{Categories, Category};
pub use compose::{Composition, compose};
pub use library::Library;
pub use limits::Limits;
pub use picture::{Picture, png};
pub use pictures::{Pictures, pictures};
pub use pose::Pose;
pub use raster::render;
pub use scene::Scene;
pub use shot::{Look, Shot, Tone, Toon};
pub use wearable::Wearable;
