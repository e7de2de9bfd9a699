//! Broken models end with a reason, each with the right one.

use std::collections::BTreeMap;

use bundler::{KeepTextures, NoFiles, Options, Outcome, Profile, Source, convert};

use crate::data;

/// What must come of each, and a word its reason has.
const EXPECTED: [(&str, Outcome, &str); 18] = [
    (
        "missing_dep_door_a",
        Outcome::MissingDeps,
        "FanstasyPack_TX.png",
    ),
    (
        "missing_dep_door_b",
        Outcome::MissingDeps,
        "FanstasyPack_TX.png",
    ),
    (
        "missing_dep_zombie_a",
        Outcome::MissingDeps,
        "zombieEyes.png",
    ),
    (
        "missing_dep_zombie_b",
        Outcome::MissingDeps,
        "zombieEyes.png",
    ),
    (
        "synthetic_accessor_out_of_range",
        Outcome::Unparseable,
        "accessor",
    ),
    ("synthetic_bad_magic", Outcome::Unparseable, "neither"),
    ("synthetic_empty", Outcome::Kept, "empty"),
    ("synthetic_json_garbage", Outcome::Unparseable, "JSON"),
    (
        "synthetic_json_length_lies",
        Outcome::Unparseable,
        "cut off",
    ),
    ("synthetic_no_scene", Outcome::Kept, "bytes"),
    ("synthetic_node_cycle", Outcome::Unparseable, "circle"),
    ("synthetic_truncated_body", Outcome::Unparseable, "view"),
    (
        "synthetic_truncated_header",
        Outcome::Unparseable,
        "cut off",
    ),
    ("synthetic_truncated_json", Outcome::Unparseable, "cut off"),
    (
        "synthetic_unknown_required_extension",
        Outcome::Kept,
        "EXT_unknown_required",
    ),
    ("synthetic_uri_absolute", Outcome::Unparseable, "scheme"),
    ("synthetic_uri_escapes_root", Outcome::Unparseable, "root"),
    ("synthetic_version_1", Outcome::Unparseable, "version 1"),
];

/// Broken models by name, without extension.
fn broken() -> Option<BTreeMap<String, Vec<u8>>> {
    let files = data::files(&data::folder()?.join("broken")).into_iter();
    let models = files.filter_map(|(name, bytes)| {
        let name = name.strip_suffix(".glb")?;
        Some((name.to_owned(), bytes))
    });
    Some(models.collect())
}

#[test]
fn every_broken_model_has_its_outcome() {
    let Some(models) = broken() else {
        return;
    };
    assert_eq!(models.len(), EXPECTED.len());
    let mut wrong = Vec::new();
    for (name, outcome, word) in EXPECTED {
        let bytes = &models[name][..];
        for profile in [Profile::Gltf, Profile::Plain] {
            let source = Source {
                path: "model.glb",
                bytes,
                files: &NoFiles,
            };
            let result = convert(&source, &Options::new(profile), &KeepTextures);
            let reason = result.reason.clone().unwrap_or_default();
            if result.outcome != outcome || !reason.contains(word) {
                wrong.push(format!("{name}: {} ({reason})", result.outcome.as_str()));
            }
            let expected = if outcome == Outcome::Kept { bytes } else { &[] };
            assert!(result.output == expected, "{name} has output");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
