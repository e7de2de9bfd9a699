//! Any bytes to the reader: it ends, within its limits, with a model or a reason.
#![no_main]

use bundler::read::read;
use bundler::{Limits, NoFiles, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    let limits = Limits {
        decoded_bytes_max: 64 << 20,
        ..Limits::default()
    };
    let _ = read(&source, &limits);
});
