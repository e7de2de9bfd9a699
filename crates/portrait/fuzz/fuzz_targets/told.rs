//! Any bytes as what entities say: profiles, wearables, poses.
#![no_main]

#[path = "../enter/told.rs"]
mod told;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    told::enter(bytes);
});
