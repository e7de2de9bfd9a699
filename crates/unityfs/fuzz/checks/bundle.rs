//! What holds of any bytes as a bundle; tests call it, too.

use unityfs::Limits;
use unityfs::archive::Archive;
use unityfs::inspect::{describe, diff};

/// Damage is a clear error; what is read without one can be shown, compared, and written again. Whether it was read.
pub(crate) fn check(bytes: &[u8]) -> bool {
    let limits = Limits {
        stream_bytes: 4 << 20,
        values: 1 << 16,
        ..Limits::default()
    };
    let Ok(archive) = Archive::read(bytes, &limits) else {
        return false;
    };
    let again = archive.write(archive.packing());
    let again = again.expect("what was read can be written");
    let again = Archive::read(&again, &limits).expect("what was written can be read");
    assert_eq!(again.files, archive.files);
    let Ok(report) = describe(bytes, &limits) else {
        return false;
    };
    let _ = (report.to_json(), report.to_text());
    diff(bytes, bytes, &limits).expect("what can be described can be compared");
    true
}
