//! Any bytes as a bundle: `cargo +nightly fuzz run bundle`.

#![no_main]

#[path = "../checks/bundle.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = checks::check(bytes);
});
