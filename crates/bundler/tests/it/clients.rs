//! The glTF validator and three.js, as published, on everything that comes out of the real models.
//!
//! The scripts and the lock file are in `tests/clients`.

use std::fs;

use bundler::{KeepTextures, Ktx2Textures, Options, Outcome, Profile, TextureEncoder, convert};
use serde_json::{Value, json};

use crate::data::{self, Entry};
use crate::judge::{ask, error_counts, same_scene};

/// Converts models and has a script look at each with its input; `None`, said aloud, without the data.
fn report(
    script: &str,
    profile: Profile,
    encoder: &dyn TextureEncoder,
    wanted: impl Fn(&Entry) -> bool,
) -> Option<Vec<Value>> {
    let corpus = data::corpus()?;
    let folder = tempfile::tempdir().expect("a folder for the results");
    let mut list = Vec::new();
    for entry in corpus.iter().filter(|entry| wanted(entry)) {
        let result = convert(&entry.source(), &Options::new(profile), encoder);
        if result.outcome != Outcome::Converted {
            continue;
        }
        let output = folder.path().join(format!("{}.glb", entry.id));
        fs::write(&output, &result.output).expect("a writable folder");
        list.push(json!({"id": entry.id, "input": entry.file, "output": output}));
    }
    assert!(list.len() > 10, "only {} models", list.len());
    Some(ask(script, &list))
}

fn validate(profile: Profile, encoder: &dyn TextureEncoder, wanted: impl Fn(&Entry) -> bool) {
    let Some(rows) = report("validate.mjs", profile, encoder, wanted) else {
        return;
    };
    let mut before = 0;
    for row in &rows {
        before += error_counts(&row["input"]).values().sum::<u64>();
        for output in ["output", "uncompressed"] {
            // Not only none gained: all of the inputs' errors have a right value, and get it.
            assert!(
                error_counts(&row[output]).is_empty(),
                "{} {output}: {}",
                row["id"],
                row[output]
            );
        }
    }
    assert!(
        before > 0,
        "the validator found nothing wrong even in the inputs"
    );
}

/// Models whose images are encoded within seconds.
fn small(entry: &Entry) -> bool {
    entry.bytes() < 150_000
}

#[test]
fn the_validator_finds_no_error_in_compressed_files() {
    validate(Profile::Gltf, &KeepTextures, |_| true);
}

#[test]
fn the_validator_finds_no_error_in_plain_files() {
    validate(Profile::Plain, &KeepTextures, |_| true);
}

#[test]
fn the_validator_finds_no_error_in_files_with_ktx2() {
    validate(Profile::Gltf, &Ktx2Textures, small);
}

#[test]
fn three_js_loads_and_shows_the_same() {
    let rows = report("three.mjs", Profile::Gltf, &KeepTextures, |_| true);
    rows.iter().flatten().for_each(same_scene);
}

#[test]
fn three_js_transcodes_the_textures() {
    let Some(rows) = report("three.mjs", Profile::Gltf, &Ktx2Textures, small) else {
        return;
    };
    rows.iter().for_each(same_scene);
    let transcoded = |row: &Value| row["output"]["textures"]["transcoded"].as_u64();
    let transcoded: u64 = rows.iter().filter_map(transcoded).sum();
    assert!(transcoded > 10, "only {transcoded} textures");
}
