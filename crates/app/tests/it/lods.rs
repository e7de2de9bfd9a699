//! `worldlog lods`: a scene's folder in, a mesh and a descriptor out.

use std::fs;
use std::path::Path;

use serde_json::{Value, json as document};

use crate::cli::{Folder, code, json, run, stderr, stdout};

/// A log that places one model twice, a model that is not there, and a box.
fn log() -> Vec<u8> {
    let mut log = Vec::new();
    let mut put = |entity: u32, component: u32, value: &[u8]| {
        let length = 24 + value.len() as u32;
        let words = [length, 1, entity, component, 1, value.len() as u32];
        log.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        log.extend(value);
    };
    let place = |position: [f32; 3]| {
        let floats = position
            .into_iter()
            .chain([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        let mut bytes: Vec<u8> = floats.flat_map(f32::to_le_bytes).collect();
        bytes.extend(0_u32.to_le_bytes());
        bytes
    };
    let source = |path: &str| [&[0x0a, path.len() as u8], path.as_bytes()].concat();
    for (entity, path, x) in [
        (512, "models/roof.gltf", 4.0),
        (513, "models/roof.gltf", 10.0),
        (514, "models/gone.glb", 4.0),
    ] {
        put(entity, 1, &place([x, 1.0, 8.0]));
        put(entity, 1041, &source(path));
    }
    put(515, 1, &place([8.0, 2.0, 2.0]));
    put(515, 1018, &[0x0a, 0]);
    log
}

/// A square of four metres, as glTF whose data is beside it.
fn roof() -> (String, Vec<u8>) {
    let corners: [[f32; 3]; 6] = [
        [-2.0, 0.0, -2.0],
        [-2.0, 0.0, 2.0],
        [2.0, 0.0, -2.0],
        [2.0, 0.0, -2.0],
        [-2.0, 0.0, 2.0],
        [2.0, 0.0, 2.0],
    ];
    let bytes: Vec<u8> = corners
        .as_flattened()
        .iter()
        .flat_map(|c| c.to_le_bytes())
        .collect();
    let json = document!({
        "asset": { "version": "2.0" },
        "scene": 0,
        "scenes": [{ "nodes": [0] }],
        "nodes": [{ "mesh": 0 }],
        "meshes": [{ "primitives": [{ "attributes": { "POSITION": 0 } }] }],
        "accessors": [{ "bufferView": 0, "componentType": 5126, "count": 6, "type": "VEC3",
            "min": [-2, 0, -2], "max": [2, 0, 2] }],
        "bufferViews": [{ "buffer": 0, "byteLength": bytes.len() }],
        "buffers": [{ "byteLength": bytes.len(), "uri": "roof.bin" }]
    });
    (json.to_string(), bytes)
}

fn scene(root: &Path) {
    let (json, bytes) = roof();
    fs::create_dir_all(root.join("models")).expect("a folder");
    fs::write(root.join("models/roof.gltf"), json).expect("written");
    fs::write(root.join("models/roof.bin"), bytes).expect("written");
    let land = document!({"scene": {"base": "3,-4", "parcels": ["3,-4"]}});
    fs::write(root.join("scene.json"), land.to_string()).expect("written");
    fs::write(root.join("main.crdt"), log()).expect("written");
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path of letters").to_owned()
}

#[test]
fn a_scene_becomes_a_mesh_and_a_descriptor() {
    let folder = Folder::new();
    let (root, out) = (folder.path("scene"), folder.path("out"));
    scene(&root);
    let (root_text, out_text) = (text(&root), text(&out));
    let arguments = [
        "lods", &root_text, "--out", &out_text, "--models", "--output", "json",
    ];
    let done = run(&arguments);
    // One model is not there: the rest is made all the same.
    assert_eq!(code(&done), 1, "{}", stderr(&done));
    let report = json(&done);
    assert_eq!(report["merged"]["pieces"], 3);
    assert_eq!(report["merged"]["triangles_out"], 2 + 2 + 12);
    assert_eq!(report["missing"][0]["path"], "models/gone.glb");
    assert_eq!(report["models"][0]["output"], "models/models/roof.glb");
    let descriptor = fs::read(out.join("InitialSceneState.json")).expect("written");
    let descriptor: Value = serde_json::from_slice(&descriptor).expect("JSON");
    let assets = descriptor["assets"].as_array().expect("a list");
    assert_eq!(assets.len(), 2);
    assert_eq!(
        assets[1]["position"],
        document!({"x": 10.0, "y": 1.0, "z": 8.0})
    );
    assert!(
        assets[0]["hash"]
            .as_str()
            .is_some_and(|hash| hash.starts_with("baf"))
    );
    let mesh = fs::read(out.join("scene_1.glb")).expect("written");
    assert_eq!(&mesh[..4], b"glTF");
    // A script that changes leaves the key as it is; a model that moves does not.
    fs::write(root.join("index.js"), "new").expect("written");
    assert_eq!(json(&run(&arguments))["key"], report["key"]);
    let mut moved = log();
    moved[24 + 3] ^= 1;
    fs::write(root.join("main.crdt"), moved).expect("written");
    assert_ne!(json(&run(&arguments))["key"], report["key"]);
}

#[test]
fn a_folder_that_is_no_scene_is_a_mistake() {
    let folder = Folder::new();
    let (root, out) = (folder.path("scene"), folder.path("out"));
    scene(&root);
    let (root_text, out_text) = (text(&root), text(&out));
    for name in ["main.crdt", "scene.json"] {
        let path = root.join(name);
        let whole = fs::read(&path).expect("written");
        fs::write(&path, &whole[..whole.len() - 3]).expect("written");
        let done = run(&["lods", &root_text, "--out", &out_text]);
        assert_eq!(code(&done), 2, "{}{}", stdout(&done), stderr(&done));
        assert!(stderr(&done).contains(name), "{}", stderr(&done));
        fs::write(&path, whole).expect("written");
    }
    let done = run(&["lods", &root_text, "--out", &out_text, "--profile", "best"]);
    assert_eq!(code(&done), 2);
    assert!(
        stderr(&done).contains("gltf and plain"),
        "{}",
        stderr(&done)
    );
}
