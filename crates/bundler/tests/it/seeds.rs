//! The seeds of the fuzz targets: small files of our own making, and what fuzzing has found.
//!
//! `fuzz/seeds` is where `cargo fuzz` starts from; `UPDATE_GOLDEN=1` writes the files made here anew.
//! What was found lies there too, named `found-…`, and must end well for ever.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bundler::{Outcome, Profile};
use serde_json::json;

use crate::data;
use crate::made::{Made, converted, png};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");

/// A strip of two triangles that bends by two joints, with a clip of each kind of track.
fn skinned() -> Made {
    let mut made = Made::triangle();
    let joints = made.joints(&[0, 1, 0, 0].repeat(3));
    let weights = made.floats("VEC4", &[0.75, 0.25, 0.0, 0.0].repeat(3));
    let identity: Vec<f32> = (0..16).map(|i| f32::from(i % 5 == 0)).collect();
    let binds = made.floats("MAT4", &identity.repeat(2));
    let attributes = &mut made.json["meshes"][0]["primitives"][0]["attributes"];
    attributes["JOINTS_0"] = json!(joints);
    attributes["WEIGHTS_0"] = json!(weights);
    made.json["skins"] = json!([{"joints": [2, 3], "inverseBindMatrices": binds, "skeleton": 2}]);
    made.json["nodes"][0]["skin"] = json!(0);
    made.json["nodes"].as_array_mut().expect("a list").extend([
        json!({"name": "hip", "children": [3]}),
        json!({"name": "knee"}),
    ]);
    made.json["scenes"][0]["nodes"] = json!([0, 1, 2]);
    let times = made.floats("SCALAR", &[0.0, 0.5, 1.25]);
    let turns = [0.0, 0.0, 0.0, 1.0, 0.0, 0.7, 0.0, 0.7, 0.0, 1.0, 0.0, 0.0];
    let turns = made.floats("VEC4", &turns);
    let moves = made.floats("VEC3", &(0..9).map(|i| i as f32).collect::<Vec<_>>());
    let spline = made.floats("VEC3", &(0..27).map(|i| i as f32 * 0.1).collect::<Vec<_>>());
    made.json["animations"] = json!([{
        "name": "walk",
        "samplers": [
            {"input": times, "output": turns},
            {"input": times, "output": moves, "interpolation": "STEP"},
            {"input": times, "output": spline, "interpolation": "CUBICSPLINE"},
        ],
        "channels": [
            {"sampler": 0, "target": {"node": 2, "path": "rotation"}},
            {"sampler": 1, "target": {"node": 2, "path": "scale"}},
            {"sampler": 2, "target": {"node": 3, "path": "translation"}},
        ],
    }]);
    made
}

/// Two morph targets, one of them sparse, and a clip that weighs them.
fn morphing() -> Made {
    let mut made = Made::triangle();
    let whole = made.floats("VEC3", &[0.0, 0.0, 0.5].repeat(3));
    let place = made.shorts(&[2]);
    let value = made.floats("VEC3", &[0.25, 0.0, 0.0]);
    let sparse = json!({
        "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0], "max": [0.25, 0, 0],
        "sparse": {
            "count": 1,
            "indices": {"bufferView": made.json["accessors"][place]["bufferView"], "componentType": 5123},
            "values": {"bufferView": made.json["accessors"][value]["bufferView"]},
        },
    });
    let accessors = made.json["accessors"].as_array_mut().expect("a list");
    accessors.push(sparse);
    let few = accessors.len() - 1;
    made.json["meshes"][0]["primitives"][0]["targets"] =
        json!([{"POSITION": whole, "NORMAL": whole}, {"POSITION": few}]);
    made.json["meshes"][0]["weights"] = json!([0.5, 0.0]);
    let times = made.floats("SCALAR", &[0.0, 1.0]);
    let weights = made.floats("SCALAR", &[0.0, 1.0, 1.0, 0.0]);
    made.json["animations"] = json!([{
        "samplers": [{"input": times, "output": weights}],
        "channels": [{"sampler": 0, "target": {"node": 0, "path": "weights"}}],
    }]);
    made
}

/// A texture on a material with extensions and extras.
fn textured() -> Made {
    let mut made = Made::triangle();
    let image = made.image(&png(4, 4, |x, y| [x as u8 * 60, y as u8 * 60, 9, 200]));
    made.json["images"] = json!([image]);
    made.json["samplers"] = json!([{"wrapS": 33071, "magFilter": 9728}]);
    made.json["textures"] = json!([{"source": 0, "sampler": 0}]);
    made.json["extensionsUsed"] = json!(["KHR_texture_transform", "KHR_materials_unlit"]);
    let transform = json!({"KHR_texture_transform": {"offset": [0.5, 0.0], "texCoord": 0}});
    made.json["materials"] = json!([{
        "name": "paint", "alphaMode": "MASK", "alphaCutoff": 0.3, "emissiveFactor": [2, 0, 0],
        "pbrMetallicRoughness": {"baseColorTexture": {"index": 0, "extensions": transform}},
        "extensions": {"KHR_materials_unlit": {}}, "extras": {"a": [1, null, "b"]},
    }]);
    made
}

/// Every mode of drawing, without indices.
fn drawn() -> Made {
    let mut made = Made::triangle();
    let positions = made.floats(
        "VEC3",
        &(0..15).map(|i| (i * i % 7) as f32).collect::<Vec<_>>(),
    );
    let primitive = |mode: u32| json!({"attributes": {"POSITION": positions}, "mode": mode});
    made.json["meshes"][0]["primitives"] = (0..7).map(primitive).collect();
    made
}

/// A bare file with its buffer in a URI.
fn bare() -> Vec<u8> {
    let made = Made::triangle();
    let uri = format!(
        "data:application/octet-stream;base64,{}",
        STANDARD.encode(&made.bytes)
    );
    let mut json = made.json.clone();
    json["buffers"] = json!([{"byteLength": made.bytes.len(), "uri": uri}]);
    json.to_string().into_bytes()
}

fn made() -> BTreeMap<&'static str, Vec<u8>> {
    let compressed = |made: &Made| {
        let mut large = made.clone();
        // Air, so that there is something to win even in a small file.
        large.bytes.resize(large.bytes.len() + 4000, 0);
        let result = converted(&large.glb(), Profile::Gltf);
        assert_eq!(result.outcome, Outcome::Converted, "{:?}", result.reason);
        result.output
    };
    BTreeMap::from([
        ("triangle.glb", Made::triangle().glb()),
        ("skinned.glb", skinned().glb()),
        ("skinned-packed.glb", compressed(&skinned())),
        ("morphing.glb", morphing().glb()),
        ("morphing-packed.glb", compressed(&morphing())),
        ("textured.glb", textured().glb()),
        ("drawn.glb", drawn().glb()),
        ("drawn-packed.glb", compressed(&drawn())),
        ("bare.gltf", bare()),
    ])
}

#[test]
fn the_seeds_are_those_that_are_made_here() {
    for (name, bytes) in made() {
        let path = Path::new(FOLDER).join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(FOLDER).expect("a writable folder");
            fs::write(&path, &bytes).expect("a writable folder");
        }
        let stored = fs::read(&path).expect("UPDATE_GOLDEN=1 writes it");
        assert!(
            stored == bytes,
            "{name} is another; UPDATE_GOLDEN=1 writes it"
        );
    }
}

#[test]
fn seeds_are_read_and_what_was_found_ends_well() {
    for (name, bytes) in data::files(Path::new(FOLDER)) {
        for profile in [Profile::Gltf, Profile::Plain] {
            let result = converted(&bytes, profile);
            assert_ne!(result.outcome, Outcome::Failed, "{name}");
            let sound = matches!(result.outcome, Outcome::Converted | Outcome::Kept);
            assert!(
                sound || name.starts_with("found-"),
                "{name}: {:?}",
                result.reason
            );
            if sound {
                assert!(result.stats.bytes_out <= bytes.len(), "{name} grew");
            }
        }
    }
}
