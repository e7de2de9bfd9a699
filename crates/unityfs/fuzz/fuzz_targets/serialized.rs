//! Any bytes as a serialized file, without a container around: `cargo +nightly fuzz run serialized`.

#![no_main]

#[path = "../checks/serialized.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = checks::check(bytes);
});
