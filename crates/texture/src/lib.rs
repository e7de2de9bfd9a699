//! Images in, GPU textures out: PNG and its like to KTX2 files and to raw BC7/BC5 blocks.
//!
//! Pure: bytes in, bytes out; no I/O, no clock, no threads. Equal input gives equal bytes on any
//! machine. Nothing here knows the platform.
//!
//! - [`decode`]: PNG, JPEG, WebP, GIF, BMP and TGA to RGBA, with every limit checked before memory
//!   is taken.
//! - [`mips`]: sizes and mip maps in the right colour space for what an image is used for.
//! - [`encode`]: KTX2 files (ETC1S, UASTC, BC7, BC5) and bare blocks.
//! - [`key`]: the name of a task, so that equal images are encoded once.
//!
//! Beneath: [`etc1s`] (our own encoder, its palette search and bit stream), [`uastc`], [`blocks`]
//! and [`ktx2`] (the container). What is guaranteed and how it is measured: docs/texture.md.
//!
//! # Example
//!
//! ```no_run
//! use texture::{ChainOptions, Codec, Limits, MipChain, Usage, decode, encode_ktx2};
//!
//! let png: Vec<u8> = Vec::new();
//! let image = decode(&png, &Limits::default())?;
//! let chain = MipChain::new(&image, Usage::Colour, &ChainOptions::ktx2(1024))?;
//! let file = encode_ktx2(&chain, &Codec::etc1s())?;
//! # let _ = file;
//! # Ok::<(), texture::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod blocks;
mod colour;
pub mod decode;
pub mod encode;
mod error;
pub mod etc1s;
pub mod key;
pub mod ktx2;
pub mod mips;
mod resample;
pub mod uastc;

pub use blocks::{BlockFormat, encode_blocks};
pub use decode::{Image, Limits, decode, decode_as, decode_upright};
pub use encode::{Codec, encode_ktx2, keep_source};
pub use error::Error;
pub use key::{ContentKey, REVISION, content_key, pixel_key};
pub use mips::{ChainOptions, Level, MipChain, Sizing, Usage};
