//! The glTF validator and three.js, as published, on everything that comes out of the real models.
//!
//! The scripts and the lock file are in `tests/clients`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use bundler::{KeepTextures, Options, Outcome, Profile, convert};
use serde_json::{Value, json};

use crate::data;
use crate::install::{MISSING, installed};

/// Converts all models and has a script look at each with its input.
fn report(script: &str, profile: Profile) -> Option<Vec<Value>> {
    let corpus = data::corpus()?;
    let folder = tempfile::tempdir().expect("a folder for the results");
    let mut list = Vec::new();
    for entry in &corpus {
        let result = convert(&entry.source(), &Options::new(profile), &KeepTextures);
        if result.outcome != Outcome::Converted {
            continue;
        }
        let output = folder.path().join(format!("{}.glb", entry.id));
        fs::write(&output, &result.output).expect("a writable folder");
        list.push(json!({"id": entry.id, "input": entry.file, "output": output}));
    }
    assert!(list.len() > corpus.len() / 2, "only {} models", list.len());
    let clients = installed();
    let (names, answer) = (
        folder.path().join("list.json"),
        folder.path().join("report.json"),
    );
    fs::write(&names, Value::from(list.clone()).to_string()).expect("a writable folder");
    let status = Command::new("node")
        .arg(clients.join(script))
        .args([&names, &answer])
        .status();
    let status = status.unwrap_or_else(|error| panic!("{error}; {MISSING}"));
    assert!(status.success(), "{script} failed");
    let text = fs::read(answer).expect("the script wrote its report");
    let rows: Vec<Value> = serde_json::from_slice(&text).expect("the report is JSON");
    assert_eq!(rows.len(), list.len());
    Some(rows)
}

fn counts(errors: &Value) -> BTreeMap<&str, u64> {
    let errors = errors.as_object().expect("errors by code").iter();
    errors
        .map(|(code, error)| (code.as_str(), error["count"].as_u64().unwrap_or(0)))
        .collect()
}

fn validate(profile: Profile) {
    let Some(rows) = report("validate.mjs", profile) else {
        return;
    };
    let mut before = 0;
    for row in &rows {
        before += counts(&row["input"]).values().sum::<u64>();
        for output in ["output", "uncompressed"] {
            // Not only none gained: all of the inputs' errors have a right value, and get it.
            assert!(
                counts(&row[output]).is_empty(),
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

#[test]
fn the_validator_finds_no_error_in_compressed_files() {
    validate(Profile::Gltf);
}

#[test]
fn the_validator_finds_no_error_in_plain_files() {
    validate(Profile::Plain);
}

#[test]
fn three_js_loads_and_shows_the_same() {
    let Some(rows) = report("three.mjs", Profile::Gltf) else {
        return;
    };
    for row in &rows {
        let (before, after) = (&row["input"], &row["output"]);
        let id = &row["id"];
        assert_eq!(after["problems"], json!([]), "{id}");
        same_clips(id, before, after);
        let list = |facts: &'_ Value| facts["nodes"].as_array().expect("nodes").clone();
        let (nodes, others) = (list(before), list(after));
        assert_eq!(nodes.len(), others.len(), "{id}");
        let size = nodes.iter().flat_map(sides).fold(0.0, f64::max);
        for (node, other) in nodes.iter().zip(&others) {
            assert_eq!(node["name"], other["name"], "{id}");
            same_box(id, node, other, 1e-3 + size / 8192.0);
        }
    }
}

fn same_clips(id: &Value, before: &Value, after: &Value) {
    let clips = |facts: &Value| facts["clips"].as_array().expect("clips").clone();
    let (before, after) = (clips(before), clips(after));
    assert_eq!(before.len(), after.len(), "{id}");
    for (a, b) in before.iter().zip(&after) {
        assert_eq!(a["name"], b["name"], "{id}");
        let seconds = |clip: &Value| clip["duration"].as_f64().expect("a duration");
        assert!(
            (seconds(a) - seconds(b)).abs() < 1e-3,
            "{id}: {a} became {b}"
        );
    }
}

/// Low and high corner, six numbers; `None` of a node that shows nothing.
fn corners(node: &Value) -> Option<Vec<f64>> {
    let corners = node["box"].as_array()?.iter();
    let numbers = corners.flat_map(|corner| corner.as_array().expect("three numbers"));
    Some(numbers.map(|n| n.as_f64().expect("a number")).collect())
}

fn sides(node: &Value) -> Vec<f64> {
    let corners = corners(node).unwrap_or_default();
    let sides = corners.iter().zip(corners.iter().skip(3));
    sides.map(|(low, high)| high - low).collect()
}

fn same_box(id: &Value, node: &Value, other: &Value, allowed: f64) {
    let Some(before) = corners(node) else {
        return;
    };
    let after = corners(other).unwrap_or_else(|| panic!("{id}: {} shows nothing", node["name"]));
    for (a, b) in before.iter().zip(&after) {
        let apart = (a - b).abs();
        assert!(apart <= allowed, "{id}, {}: {apart} m", node["name"]);
    }
}
