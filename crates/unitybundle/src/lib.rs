//! glTF models and images as the bundles that Decentraland's desktop client loads.
//!
//! The bridge between three crates that know nothing of each other: `bundler` reads models, `texture` encodes images as BC7
//! and BC5, `unityfs` writes the containers. Bytes in, bytes out: no I/O, no clock, the same bytes on any number of threads.
//!
//! - [`convert_model`]: a model file ([`bundler::Source`]) to a bundle, images inside.
//! - [`convert_image`]: an image file to a bundle of one texture.
//! - [`BlockTextures`]: the encoder of images, for whoever keeps its results: both players and all models share them.
//! - [`Profile`]: by name, all that models can be converted to.
//!
//! What is proven and what is left: `docs/unityfs.md`.

#![forbid(unsafe_code)]

mod clips;
mod convert;
mod images;
mod materials;
mod meshes;
mod nodes;
mod options;
mod pictures;
mod profile;
mod shading;

pub use convert::{Names, convert_image, convert_model};
pub use options::{Options, SceneShader};
pub use pictures::{BlockTextures, is_picture};
pub use profile::{Player, Profile};

/// Raise it whenever the same input gives other bytes, be it by this crate or by `unityfs`.
pub const REVISION: u32 = 2;
