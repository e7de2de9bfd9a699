//! `worldlog convert`: models in, smaller models and a report out.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::{Value, json as document};

use crate::cli::{Folder, code, json, run, stderr, stdout};
use crate::world::shared;

/// A door of as many triangles, with a collider of the same, as glTF whose data is in the file.
fn door(triangles: usize) -> String {
    let corner = |at: usize| [(at % 7) as f32, (at / 7) as f32 * 0.01, (at % 3) as f32];
    let corners = (0..triangles * 3).flat_map(corner);
    let bytes: Vec<u8> = corners.flat_map(f32::to_le_bytes).collect();
    let top = ((triangles * 3 - 1) / 7) as f32 * 0.01;
    let data = base64::engine::general_purpose::STANDARD.encode(&bytes);
    let uri = format!("data:application/octet-stream;base64,{data}");
    document!({
        "asset": { "version": "2.0" },
        "scene": 0,
        "scenes": [{ "nodes": [0, 1] }],
        "nodes": [{ "name": "door", "mesh": 0 }, { "name": "door_collider", "mesh": 0 }],
        "meshes": [{ "primitives": [{ "attributes": { "POSITION": 0 } }] }],
        "accessors": [{ "bufferView": 0, "componentType": 5126, "count": triangles * 3, "type": "VEC3",
            "min": [0, 0, 0], "max": [6, top, 2] }],
        "bufferViews": [{ "buffer": 0, "byteLength": bytes.len() }],
        "buffers": [{ "byteLength": bytes.len(), "uri": uri }]
    })
    .to_string()
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path of letters").to_owned()
}

/// Everything below a folder.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![root.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => left.push(path),
                false => {
                    let bytes = fs::read(&path).expect("a file");
                    let below = path.strip_prefix(root).expect("below it");
                    found.insert(below.to_owned(), bytes);
                }
            }
        }
    }
    found
}

fn outcomes(report: &Value) -> BTreeMap<String, String> {
    let rows = report["files"].as_array().expect("a list").iter();
    rows.map(|row| {
        let member = |name: &str| row[name].as_str().expect("a text").to_owned();
        let input = member("input");
        let name = input.rsplit_once('/').map_or(&*input, |(_, name)| name);
        (name.to_owned(), member("outcome"))
    })
    .collect()
}

#[test]
fn a_model_becomes_a_file_and_a_row() {
    let folder = Folder::new();
    let (scene, out) = (folder.path("scene"), folder.path("out"));
    fs::create_dir_all(scene.join("models")).expect("a folder");
    fs::write(scene.join("models/door.gltf"), door(500)).expect("written");
    // Beside a model of the same name without its ending.
    fs::write(scene.join("models/door.glb"), b"no model").expect("written");
    let (scene, shown) = (text(&scene), text(&out));
    let report = folder.path("report.json");
    let arguments = ["convert", &scene, "--out", &shown, "--json", &text(&report)];
    let done = run(&arguments);
    assert_eq!(code(&done), 1, "{}", stderr(&done));
    assert!(
        stdout(&done).contains("1 of 2 models are usable"),
        "{}",
        stdout(&done)
    );
    let report = fs::read(report).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    let found = outcomes(&report);
    assert_eq!(found["door.gltf"], "converted");
    assert_eq!(found["door.glb"], "unparseable");
    let row = report["files"].as_array().expect("a list").iter();
    let row = row
        .clone()
        .find(|row| row["outcome"] == "converted")
        .expect("one");
    assert_eq!(row["output"], "models/door.gltf.glb");
    assert_eq!((&row["triangles"], &row["clips"]), (&500.into(), &0.into()));
    let made = fs::read(out.join("models/door.gltf.glb")).expect("it is there");
    assert_eq!(&made[..4], b"glTF");
    assert_eq!(row["bytesOut"], made.len());
}

#[test]
fn what_is_no_model_or_no_profile_is_a_usage_error() {
    let folder = Folder::new();
    let (model, out) = (folder.path("door.gltf"), text(&folder.path("out")));
    fs::write(&model, door(500)).expect("written");
    fs::write(folder.path("door.txt"), "no model").expect("written");
    fs::create_dir(folder.path("empty")).expect("a folder");
    let (model, other) = (text(&model), text(&folder.path("door.txt")));
    let (empty, gone) = (text(&folder.path("empty")), text(&folder.path("gone.glb")));
    for (arguments, word) in [
        (vec![&*model, "--profile", "unity"], "no profile"),
        (vec![&*model, "--shader-path-id", "5"], "for unityfs only"),
        (vec![&*other], "door.txt is no .glb or .gltf file"),
        (vec![&*empty], "has no .glb or .gltf file"),
        (vec![&*gone], "gone.glb"),
        (vec![&*model, &*model], "two models are"),
        (vec![&*model, "--jobs", "0"], "--jobs"),
    ] {
        let mut all = vec!["convert", "--out", &out];
        all.extend(arguments);
        let done = run(&all);
        assert_eq!(code(&done), 2, "{all:?}: {}", stderr(&done));
        assert!(stderr(&done).contains(word), "{all:?}: {}", stderr(&done));
    }
}

#[test]
fn real_models_get_smaller_and_the_same_on_any_number_of_threads() {
    let Some(models) = shared("assets/models") else {
        return;
    };
    let folder = Folder::new();
    // A dozen of the smaller ones: the library's own tests take all.
    let mut all: Vec<_> = fs::read_dir(models).expect("a folder").collect();
    all.sort_by_key(|entry| entry.as_ref().map(fs::DirEntry::path).ok());
    let some = all.into_iter().rev().take(12);
    let some: Vec<String> = some.map(|e| text(&e.expect("an entry").path())).collect();
    let mut made = Vec::new();
    for (profile, jobs) in [("gltf", "1"), ("gltf", "2"), ("plain", "2")] {
        let out = folder.path(&format!("{profile}-{jobs}"));
        let shown = text(&out);
        let mut arguments = vec!["convert", "--out", &shown, "--profile", profile];
        arguments.extend(["--jobs", jobs, "--output", "json"]);
        arguments.extend(some.iter().map(String::as_str));
        let done = run(&arguments);
        assert_eq!(code(&done), 0, "{}{}", stdout(&done), stderr(&done));
        let report = json(&done);
        assert_eq!(
            report["files"].as_array().expect("a list").len(),
            some.len()
        );
        let bytes = |name: &str| report[name].as_u64().expect("a number");
        assert!(bytes("bytesOut") < bytes("bytesIn"), "{report}");
        made.push(files(&out));
    }
    assert!(made[0] == made[1], "other bytes on two threads");
    assert!(made[0] != made[2], "the profiles differ");
}

#[test]
fn broken_models_are_told_by_their_outcome() {
    let Some(broken) = shared("assets/broken") else {
        return;
    };
    let folder = Folder::new();
    let (broken, out) = (text(&broken), text(&folder.path("out")));
    let done = run(&["convert", &broken, "--out", &out, "--output", "json"]);
    assert_eq!(code(&done), 1, "{}", stderr(&done));
    let found = outcomes(&json(&done));
    assert_eq!(found.len(), 18);
    assert_eq!(found["missing_dep_door_a.glb"], "missing-deps");
    assert_eq!(found["synthetic_node_cycle.glb"], "unparseable");
    assert_eq!(found["synthetic_empty.glb"], "kept");
}

#[test]
fn bundles_for_the_desktop_client_are_named_as_it_asks_for_them() {
    let folder = Folder::new();
    let (scene, out) = (folder.path("scene"), folder.path("out"));
    fs::create_dir_all(&scene).expect("a folder");
    let door = door(500);
    fs::write(scene.join("door.gltf"), &door).expect("written");
    fs::write(scene.join("face.png"), b"no image").expect("written");
    let cid = identity::hash::hash_v1(door.as_bytes());
    // Nothing is named: the digest of an empty list.
    let digest = "4f53cda18c2baa0c0354bb5f9a3ecbe5";
    for (platform, number) in [("windows", 19), ("mac", 2)] {
        let profile = format!("unityfs-{platform}");
        let arguments = [
            "convert",
            &text(&scene),
            "--out",
            &text(&out),
            "--profile",
            &profile,
        ];
        let done = run(&[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(code(&done), 1, "{}", stderr(&done));
        let report = json(&done);
        assert_eq!(outcomes(&report)["face.png"], "unparseable");
        let rows = report["files"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["outcome"] == "converted");
        let name = format!("{cid}_{digest}_{platform}");
        assert_eq!(row.expect("one")["output"], name);
        let made = fs::read(out.join(&name)).expect("it is there");
        let limits = unityfs::Limits::default();
        let told = unityfs::inspect::describe(&made, &limits).expect("a bundle");
        let file = &told.files[0];
        assert_eq!((&told.name, file.platform), (&name, number));
        assert_eq!(file.addresses[0].address, format!("{cid}.gltf"));
    }
    assert_eq!(files(&out).len(), 2);
}
