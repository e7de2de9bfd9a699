//! What published clients say: the scripts of `tests/clients` on lists of files, and how to read their reports.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::install::{MISSING, installed};

/// Has a script look at a list of files; gives a row for each.
pub(crate) fn ask(script: &str, list: &[Value]) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder for the report");
    let (names, answer) = (
        folder.path().join("list.json"),
        folder.path().join("report.json"),
    );
    fs::write(&names, Value::from(list.to_vec()).to_string()).expect("a writable folder");
    let status = Command::new("node")
        .arg(installed().join(script))
        .args([&names, &answer])
        .status();
    let status = status.unwrap_or_else(|error| panic!("{error}; {MISSING}"));
    assert!(status.success(), "{script} failed");
    let text = fs::read(answer).expect("the script wrote its report");
    let rows: Vec<Value> = serde_json::from_slice(&text).expect("the report is JSON");
    assert_eq!(rows.len(), list.len(), "{script} left some out");
    rows
}

/// The validator's errors of a file, by their code.
pub(crate) fn error_counts(errors: &Value) -> BTreeMap<&str, u64> {
    let errors = errors.as_object().expect("errors by code").iter();
    errors
        .map(|(code, error)| (code.as_str(), error["count"].as_u64().unwrap_or(0)))
        .collect()
}

/// That three.js got from a file what it got from its input: nodes, where they are, clips, materials.
pub(crate) fn same_scene(row: &Value) {
    let (before, after) = (&row["input"], &row["output"]);
    let id = &row["id"];
    assert_eq!(after["problems"], json!([]), "{id}");
    assert_eq!(after["textures"]["empty"], 0, "{id}");
    assert_eq!(before["materials"], after["materials"], "{id}");
    same_clips(id, before, after);
    let list = |facts: &Value| facts["nodes"].as_array().expect("nodes").clone();
    let (nodes, others) = (list(before), list(after));
    assert_eq!(nodes.len(), others.len(), "{id}");
    let size = nodes.iter().flat_map(sides).fold(0.0, f64::max);
    for (node, other) in nodes.iter().zip(&others) {
        assert_eq!(node["name"], other["name"], "{id}");
        same_box(id, node, other, 1e-3 + size / 8192.0);
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
