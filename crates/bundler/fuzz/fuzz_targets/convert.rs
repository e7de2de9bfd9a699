//! Any bytes through the whole conversion: it ends with an outcome, and nothing grows.
#![no_main]

use bundler::{KeepTextures, Limits, NoFiles, Options, Outcome, Profile, Source, convert};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source {
        path: "m.glb",
        bytes,
        files: &NoFiles,
    };
    for profile in [Profile::Gltf, Profile::Plain] {
        let options = Options {
            limits: Limits {
                decoded_bytes_max: 64 << 20,
                ..Limits::default()
            },
            ..Options::new(profile)
        };
        let result = convert(&source, &options, &KeepTextures);
        if result.outcome == Outcome::Converted {
            assert!(result.stats.bytes_out <= bytes.len());
        }
    }
});
