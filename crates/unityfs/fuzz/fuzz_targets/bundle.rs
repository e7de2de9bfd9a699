//! Any bytes as a bundle: `cargo +nightly fuzz run bundle`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use unityfs::Limits;
use unityfs::archive::Archive;
use unityfs::inspect::{describe, diff};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        stream_bytes: 4 << 20,
        values: 1 << 16,
        ..Limits::default()
    };
    // Damage is a clear error; what is read without one can be shown, compared, and written again.
    let Ok(archive) = Archive::read(bytes, &limits) else { return };
    let again = archive.write(archive.packing()).expect("what was read can be written");
    let again = Archive::read(&again, &limits).expect("what was written can be read");
    assert_eq!(again.files, archive.files);
    if let Ok(report) = describe(bytes, &limits) {
        let _ = (report.to_json(), report.to_text());
        diff(bytes, bytes, &limits).expect("what can be described can be compared");
    }
});
