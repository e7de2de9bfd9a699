//! The published clients, installed by npm.
//!
//! `npm ci` runs once for each lock file, into the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

// From its own folder, so that the tests of other crates find it too.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bundler/tests/clients");
const INSTALL_FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
const SCRIPTS: [&str; 6] = [
    "files.mjs",
    "gltfpack.mjs",
    "plain.mjs",
    "three.mjs",
    "validate.mjs",
    "worker.mjs",
];
pub(crate) const MISSING: &str = "the clients need Node.js 20 or newer with npm on the PATH \
    (Debian: apt-get install nodejs npm; others: https://nodejs.org)";

/// The folder with the installed packages and the scripts.
pub(crate) fn installed() -> PathBuf {
    let read = |name: &&str| fs::read(Path::new(FOLDER).join(name)).expect("in the repository");
    let lock = INSTALL_FILES.iter().flat_map(read);
    // FNV-1a, 64 bits: a new lock file gets a new folder.
    let key = lock.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let done = target.join(format!("bundler-clients-{key:016x}"));
    if !done.exists() {
        // Beside its place first: a run that is ended in the middle leaves nothing that looks finished.
        let partial = tempfile::Builder::new()
            .prefix("bundler-clients-partial-")
            .tempdir_in(target);
        let partial = partial.expect("the target folder is writable").keep();
        for name in INSTALL_FILES {
            fs::copy(Path::new(FOLDER).join(name), partial.join(name)).expect("writable");
        }
        let status = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--prefer-offline"])
            .current_dir(&partial)
            .status();
        let installed = status.is_ok_and(|status| status.success());
        assert!(
            installed,
            "npm ci failed in {}; {MISSING}",
            partial.display()
        );
        if fs::rename(&partial, &done).is_err() {
            assert!(
                done.exists(),
                "cannot move {} into place",
                partial.display()
            );
            fs::remove_dir_all(&partial).expect("our own folder can be removed");
        }
    }
    for name in SCRIPTS {
        fs::copy(Path::new(FOLDER).join(name), done.join(name)).expect("writable");
    }
    done
}
