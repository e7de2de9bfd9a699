//! Any bytes as a texture: it is decoded within its budget, or refused.
#![no_main]

#[path = "../enter/texture.rs"]
mod texture;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    texture::enter(bytes);
});
