//! The glTF validator, as published, on merged scenes and on models with levels. Its scripts are those
//! of the bundler.

use std::fs;
use std::process::Command;

use bundler::{KeepTextures, Ktx2Textures, Options, Profile};
use lods::levels::{self, LevelOptions};
use lods::scene::{MergeOptions, merge};
use serde_json::{Value, json};

use crate::data::{Town, corpus};

#[path = "../../../bundler/tests/it/install.rs"]
mod install;

#[test]
fn the_validator_finds_no_error() {
    let Some(entries) = corpus(|id| !id.starts_with('9')) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder for the results");
    let mut list = Vec::new();
    let mut put = |name: String, bytes: &[u8]| {
        let path = folder.path().join(&name);
        fs::write(&path, bytes).expect("a writable folder");
        list.push(json!({"id": name, "input": path, "output": path}));
    };
    for profile in [Profile::Plain, Profile::Gltf] {
        for (at, entry) in entries.iter().enumerate().step_by(3) {
            let options = (LevelOptions::default(), Options::new(profile));
            let leveled = levels::write(&entry.model, &options.0, &options.1, &KeepTextures);
            let leveled = leveled.expect("a result that holds");
            put(format!("model_{at}_{profile:?}.glb"), &leveled.output);
        }
    }
    let town = Town::of(entries, 2, 2);
    for profile in [Profile::Plain, Profile::Gltf] {
        let options = MergeOptions::new(Options::new(profile));
        let encoder: &dyn bundler::TextureEncoder = match profile {
            Profile::Plain => &KeepTextures,
            Profile::Gltf => &Ktx2Textures,
        };
        let merged = merge(&town.models, &town.pieces(), &town.land, &options, encoder);
        let merged = merged.expect("a scene that can be merged");
        put(format!("town_{profile:?}.glb"), &merged.output);
    }
    let (names, answer) = (
        folder.path().join("list.json"),
        folder.path().join("report.json"),
    );
    fs::write(&names, Value::from(list.clone()).to_string()).expect("a writable folder");
    let status = Command::new("node")
        .arg(install::installed().join("validate.mjs"))
        .args([&names, &answer])
        .status();
    let status = status.unwrap_or_else(|error| panic!("{error}; {}", install::MISSING));
    assert!(status.success(), "validate.mjs failed");
    let text = fs::read(answer).expect("the script wrote its report");
    let rows: Vec<Value> = serde_json::from_slice(&text).expect("the report is JSON");
    assert_eq!(rows.len(), list.len());
    for row in &rows {
        for output in ["output", "uncompressed"] {
            assert_eq!(row[output], json!({}), "{} {output}", row["id"]);
        }
    }
}
