//! x
mod check;
mod convert;
mod limits;
mod mend;
pub mod model;
mod options;
mod outcome;
mod pack;
mod parallel;
mod prune;
pub mod read;
mod scale;
mod source;
mod texture;
mod tracks;
mod write;

pub use convert::convert;
pub use limits::Limits;
pub use options::{ImagePlacement, Options, Profile};
pub use outcome::{Conversion, Outcome, OutputFile, Rung, Stats};
pub use source::{Files, FilesBy, NoFiles, RefusedUri, Source, resolve};
pub use texture::{
    EncodedTexture, KeepTextures, Pixels, PlainTextures, TextureEncoder, TextureRequest,
};
