//! Unity asset bundles without Unity: read, show, compare and write them.
//!
//! Bytes and values in, bytes and values out: no I/O, no clock, no other crate of this workspace.
//!
//! - [`archive`]: the container "UnityFS", files in packed blocks.
//! - [`serialized`]: the file inside, objects with their type trees.
//! - [`tree`]: type trees, and the layouts of two engine versions.
//! - [`value`]: an object's fields as a tree of values.
//! - [`names`]: hashes, inner names and path ids, by which bundles find each other.
//! - [`build`]: bundles of textures and models.
//! - [`inspect`]: what is in a bundle, and how two differ.
//!
//! What is proven and what is left: `docs/unityfs.md`.
//!
//! # Example
//!
//! ```
//! use unityfs::Limits;
//! use unityfs::archive::Packing;
//! use unityfs::build::{
//!     ColorSpace, Identity, Metadata, Platform, Target, Texture, TextureFormat, Wrap, texture_bundle,
//! };
//! use unityfs::inspect::describe;
//! use unityfs::tree::Engine;
//!
//! let texture = Texture {
//!     name: "bafkreiTexture",
//!     width: 4,
//!     height: 4,
//!     format: TextureFormat::Bc7,
//!     levels: 1,
//!     color_space: ColorSpace::Srgb,
//!     wrap: [Wrap::Repeat; 2],
//!     pixels: &[0; 16],
//! };
//! let target = Target {
//!     engine: Engine::Unity6000,
//!     platform: Platform::Windows,
//!     packing: Packing::Lz4Hc,
//! };
//! let identity = Identity::new("bafkreiTexture_windows", Metadata::default());
//! let bundle = texture_bundle(identity, &texture, "png", &target).expect("sizes agree");
//! let report = describe(&bundle, &Limits::default()).expect("it was just written");
//! assert_eq!(report.files[0].addresses[0].address, "bafkreiTexture.png");
//! ```

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
