//! Any bytes as a model: it is read and drawn, or refused.
#![no_main]

#[path = "../enter/model.rs"]
mod model;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    model::enter(bytes);
});
