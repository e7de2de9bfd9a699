//! What others read in our bundles: UnityPy.

use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};
use unityfs::archive::Packing;
use unityfs::build::model::{Mesh, Topology};
use unityfs::build::{
    ColorSpace, Identity, Metadata, Platform, Target, Texture, TextureFormat, Wrap, texture_bundle,
};
use unityfs::tree::Engine;

use super::data;
use super::gltf::{Glb, image_names};
use super::models::bundle;
use super::puppets::puppet;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");

/// What UnityPy says of each bundle; `None`, said aloud, without Python.
fn unitypy(bundles: &[Vec<u8>]) -> Option<Vec<Json>> {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no python3, which UnityPy needs");
        return None;
    }
    let requirements = Path::new(CLIENTS).join("requirements.txt");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let python = runtime.block_on(peers::programs::python(&requirements));
    let python = python.unwrap_or_else(|error| panic!("no UnityPy: {error:#}"));
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(python);
    command.arg(Path::new(CLIENTS).join("reader.py"));
    for (number, bundle) in bundles.iter().enumerate() {
        let path = folder.path().join(format!("{number}.bundle"));
        std::fs::write(&path, bundle).expect("a writable folder");
        command.arg(path);
    }
    let output = command.output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let said = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"));
    Some(said.collect())
}

/// The only file's part of what was said of a bundle.
fn only_file(said: &Json) -> &Json {
    let files = said["files"].as_object().expect("a map");
    assert_eq!(files.len(), 1);
    files.values().next().expect("there is one")
}

fn of_class<'a>(file: &'a Json, class: &str) -> Vec<&'a Json> {
    let objects = file["objects"].as_array().expect("a list").iter();
    objects.filter(|object| object["class"] == class).collect()
}

/// Red at the bottom, blue at the top, in each format; both engines, both packings.
#[test]
fn texture_bundles_are_read_by_unitypy() {
    let rows = [[255, 0, 0, 255], [0, 0, 255, 255]];
    let rgba: Vec<u8> = rows.iter().flat_map(|row| row.repeat(4 * 8)).collect();
    // One colour a block: BC7 by its mode 5 is left to the texture encoder; DXT1 holds two RGB565 ends.
    let dxt1: Vec<u8> = [0xf800_u16, 0x001f]
        .iter()
        .flat_map(|end| {
            [end.to_le_bytes(), [0; 2], [0; 2], [0; 2]]
                .concat()
                .repeat(2)
        })
        .collect();
    let mut bundles = Vec::new();
    let mut expected = Vec::new();
    for engine in Engine::ALL {
        for (format, pixels) in [(TextureFormat::Rgba32, &rgba), (TextureFormat::Dxt1, &dxt1)] {
            for packing in [Packing::Stored, Packing::Lz4Hc] {
                let texture = Texture {
                    name: "flag",
                    width: 8,
                    height: 8,
                    format,
                    levels: 1,
                    color_space: ColorSpace::Srgb,
                    wrap: [Wrap::Clamp; 2],
                    pixels,
                };
                let target = Target {
                    engine,
                    platform: Platform::Mac,
                    packing,
                };
                let identity = Identity::new("flag_mac", Metadata::default());
                bundles.push(texture_bundle(identity, &texture, "png", &target).expect("a bundle"));
                expected.push(engine.version());
            }
        }
    }
    let Some(said) = unitypy(&bundles) else {
        return;
    };
    assert_eq!(said.len(), expected.len());
    for (said, engine) in said.iter().zip(expected) {
        assert_eq!(said["container"], json!(["flag.png", "metadata.json"]));
        let file = only_file(said);
        assert_eq!(file["engine"], engine);
        assert_eq!(file["platform"], "StandaloneOSX");
        let texture = of_class(file, "Texture2D")[0];
        assert_eq!(texture["size"], json!([8, 8]));
        let (top, bottom) = (&texture["corners"][0], &texture["corners"][1]);
        assert_eq!((top, bottom), (&json!(rows[1]), &json!(rows[0])));
    }
}

/// Every model of the data folder that the tests' small reader can read, in today's layout.
#[test]
fn model_bundles_are_read_by_unitypy() {
    let target = Target {
        engine: Engine::Unity6000,
        platform: Platform::Windows,
        packing: Packing::Lz4Hc,
    };
    let images = image_names();
    let mut bundles = vec![bundle(&puppet(), "puppet_windows", &target)];
    let mut triangles = vec![0];
    for path in data::models() {
        let bytes = std::fs::read(&path).expect("a readable file");
        let Some(glb) = Glb::read(&bytes).filter(|_| bytes.len() < 400_000) else {
            continue;
        };
        let Some(model) = glb.model("bafyModel", &images) else {
            continue;
        };
        bundles.push(bundle(&model, "model_windows", &target));
        let is_full = |mesh: &&Mesh| {
            mesh.submeshes
                .iter()
                .all(|s| s.topology == Topology::Triangles)
        };
        let submeshes = model
            .meshes
            .iter()
            .filter(is_full)
            .flat_map(|mesh| &mesh.submeshes);
        triangles.push(
            submeshes
                .map(|submesh| submesh.indices.len() / 3)
                .sum::<usize>(),
        );
    }
    let Some(said) = unitypy(&bundles) else {
        return;
    };
    assert_eq!(said.len(), bundles.len());
    for (said, triangles) in said.iter().zip(triangles) {
        let file = only_file(said);
        assert_eq!(file["platform"], "StandaloneWindows64");
        let meshes = of_class(file, "Mesh").into_iter();
        let counted: u64 = meshes
            .map(|mesh| mesh["triangles"].as_u64().unwrap_or(0))
            .sum();
        assert_eq!(counted, triangles as u64);
    }
    println!("{} models", bundles.len());
}
