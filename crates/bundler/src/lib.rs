//! Makes glTF models smaller without losing anything a scene can name or a player can see.
//!
//! Bytes in, bytes out: no I/O, no clock, no state, no other crate of this workspace, and the same
//! bytes on any number of threads. What it promises, how that is measured, and what is left is in
//! `docs/bundler.md`.
//!
//! - [`convert`]: a model file ([`Source`]) by [`Options`] to a [`Conversion`], down a ladder of
//!   rungs until one passes all checks; whoever calls brings a [`TextureEncoder`] for the images.
//! - [`read`]: the lenient reader alone.
//! - [`model`]: the canonical model it gives, for other writers.
//! - [`improve`] and [`store`]: the pipeline's halves before and after a model is changed by others,
//!   as levels of detail are.
//!
//! # Example
//!
//! ```
//! use bundler::{KeepTextures, NoFiles, Options, Outcome, Profile, Source, convert};
//!
//! let source = Source {
//!     path: "models/door.gltf",
//!     bytes: br#"{"asset":{"version":"2.0"}}"#,
//!     files: &NoFiles,
//! };
//! let result = convert(&source, &Options::new(Profile::Gltf), &KeepTextures);
//! assert_eq!(result.outcome, Outcome::Kept);
//! ```

#![forbid(unsafe_code)]

mod check;
mod convert;
mod dependencies;
mod limits;
mod mend;
pub mod model;
mod options;
mod outcome;
mod pack;
mod parallel;
mod prune;
pub mod read;
mod relink;
mod scale;
mod source;
mod texture;
mod tracks;
mod write;

pub use convert::{Stored, convert, improve, store};
pub use dependencies::{HEAD_BYTES, JsonAt, NamesError, deps_digest, json_at, named_files};
pub use limits::Limits;
pub use options::{ImagePlacement, Options, Profile};
pub use outcome::{Conversion, Outcome, OutputFile, Rung, Stats};
pub use relink::relink;
/// Raise it whenever the same input gives other bytes: results of an older one stay valid under its number.
pub const REVISION: u32 = 1;

pub use source::{Files, FilesBy, NoFiles, RefusedUri, Source, resolve};
pub use texture::{
    EncodedTexture, KeepTextures, Ktx2Textures, PlainTextures, StoredTextures, TextureEncoder,
    TextureKey, TextureMemory, TextureRequest, TextureStore,
};
